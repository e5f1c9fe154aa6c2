"""The app's own thread goes first: workers wait while it has something to do.

Python's threads take turns. A worker that is at work while a key is handled or lines are drawn takes every other turn, and both
take twice as long. So workers ask here between two pieces of their work, and go on when the event loop waits for something.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from selectors import DefaultSelector, SelectorKey
from typing import List, Optional, Protocol, Tuple

__all__ = ["GoesFirst", "Precedence", "run"]

_PATIENCE = 0.1
"""Seconds after which a worker goes on all the same, so that an app that always has something to do gets its results."""


class Precedence:
    """Whether the app's own thread has something to do. As long as nobody tells, it has not."""

    def __init__(self) -> None:
        self._at_rest = threading.Event()
        self._at_rest.set()

    def begin(self) -> None:
        """The app's own thread has something to do."""
        self._at_rest.clear()

    def end(self) -> None:
        """It waits for something."""
        self._at_rest.set()

    def give_way(self) -> None:
        """Wait until it does; for workers, between two pieces of work of some milliseconds each."""
        if not self._at_rest.is_set():
            self._at_rest.wait(_PATIENCE)


class GoesFirst(Protocol):
    """An app whose workers give way to it."""

    precedence: Precedence

    def run(self) -> Optional[int]:
        """Run it with an event loop of its own choice; gives its exit code."""
        ...

    async def run_async(self) -> Optional[int]:
        """Run it in the event loop that is there; gives its exit code."""
        ...


def run(app: GoesFirst) -> Optional[int]:
    """Run the app, so that its workers give way to it; gives what it returns.

    Where the event loop is not one that selects (on Windows), or can't be chosen (before Python 3.11), nobody gives way.
    """
    if sys.platform == "win32" or sys.version_info < (3, 11):
        return app.run()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_Telling(app.precedence))) as runner:
        return runner.run(app.run_async())


class _Telling(DefaultSelector):
    """What the event loop waits in: so it tells when there is something to do."""

    def __init__(self, precedence: Precedence) -> None:
        super().__init__()
        self._precedence = precedence

    def select(self, timeout: Optional[float] = None) -> List[Tuple[SelectorKey, int]]:
        """Wait for files; at once when there is something to do already."""
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self._precedence.end()
        try:
            return super().select(timeout)
        finally:
            self._precedence.begin()
