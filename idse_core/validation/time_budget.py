"""A time budget for successive pieces of work, where a process can be interrupted.

`re` checks for signals while it matches, so the handler of a timer's signal can end a match that would not end by
itself; it ends a plug-in's endless loop as well. One timer ticks for the whole run: beginning and ending a piece of
work costs two assignments. Ticks are counted instead of seconds, since the ticks of a process that sleeps or waits for
its turn come as one.
"""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from types import TracebackType
from typing import Iterator, Optional, Type

__all__ = ["SECONDS", "OverBudget", "TimeBudget"]

SECONDS = 2.0
"""The budget of one rule on one artifact, session or project; a long text gets a second more per MiB."""

_TICK = 0.25  # seconds


class OverBudget(BaseException):
    """The work took too long. Not an ``Exception``, so that the work itself does not catch it by accident."""


class TimeBudget:
    """Ends work that takes too long: in the main thread, on POSIX, while nothing else uses the alarm.

    Elsewhere it does nothing, and ``interrupts`` says so. To be entered with ``with``.

    Attributes:
        interrupts: whether it can end any work.
    """

    def __init__(self) -> None:
        self.interrupts = False
        self._left = 0
        self._working = False

    def __enter__(self) -> TimeBudget:  # noqa: PYI034  # typing.Self needs Python 3.11
        self.interrupts = self._start()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if sys.platform != "win32" and self.interrupts:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self.interrupts = False

    def begin(self, characters: int = 0) -> None:
        """Begin a piece of work; ``OverBudget`` is raised in it once its time is up.

        Args:
            characters: the length of the text that is looked at.
        """
        self._left = int((SECONDS + characters / (1 << 20)) / _TICK)
        self._working = True

    def end(self) -> None:
        """End the piece of work."""
        self._working = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count the time inside, in which somebody else works."""
        working, self._working = self._working, False
        try:
            yield
        finally:
            self._working = working

    def _start(self) -> bool:
        if sys.platform == "win32":
            return False
        is_free = signal.getsignal(signal.SIGALRM) is signal.SIG_DFL and not any(signal.getitimer(signal.ITIMER_REAL))
        if not is_free:
            return False
        try:
            signal.signal(signal.SIGALRM, self._tick)
        except ValueError:  # only the main thread may set a handler
            return False
        signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
        return True

    def _tick(self, number: int, frame: object) -> None:
        del number, frame
        if self._working:
            self._left -= 1
            if self._left < 0:
                raise OverBudget
