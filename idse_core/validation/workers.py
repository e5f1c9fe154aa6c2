"""Judges many sessions in several processes. The result is that of one process, in the same order.

A worker returns texts that the owner uses as if they came from the cache. When one fails, or a rule in it does, the
owner goes on alone from that session: a rule that failed once is not run again, and at which session it failed first
must not depend on which process was faster.
"""

from __future__ import annotations

import signal
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from types import TracebackType
from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Type

from idse_core.validation.session_judgement import Judged
from idse_core.validation.worker import Setup, Task, judge, set_up

__all__ = ["Setup", "Workers"]

_AT_ONCE = 8  # sessions in a task: a tenth of a second, which is how long Ctrl-C may take

_Place = Tuple["Future[List[Optional[Judged]]]", int]


class Workers:
    """Processes that judge sessions ahead of their owner. To be entered with ``with``.

    Args:
        setup: what the processes need to know.
        tasks: the sessions, in the order in which they will be asked for.
        jobs: the greatest number of processes.
    """

    def __init__(self, setup: Setup, tasks: Sequence[Task], jobs: int) -> None:
        self._places: Dict[str, _Place] = {}
        self._pool: Optional[ProcessPoolExecutor] = None
        try:
            self._start(setup, tasks, jobs)
        except (OSError, ImportError, NotImplementedError, BrokenProcessPool):
            self._give_up()  # a system on which processes can't communicate: the owner goes on alone

    def judged(self, session: str) -> Optional[Judged]:
        """The judgement on a session; None when the owner has to judge it and those after it."""
        place = self._places.pop(session, None)
        if place is None:
            return None
        future, number = place
        try:
            found = future.result()[number]
        except BrokenProcessPool:
            found = None
        if found is None:
            self._give_up()
        return found

    def __enter__(self) -> Workers:  # noqa: PYI034  # typing.Self needs Python 3.11
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._give_up()

    def _start(self, setup: Setup, tasks: Sequence[Task], jobs: int) -> None:
        groups = [tasks[at : at + _AT_ONCE] for at in range(0, len(tasks), _AT_ONCE)]
        # Not forked: the owner has a database open, and may have threads.
        self._pool = ProcessPoolExecutor(min(jobs, len(groups)), get_context("spawn"), set_up, (setup,))
        with _deaf_to_interrupts():
            for group in groups:
                future = self._pool.submit(judge, group)
                self._places.update({session: (future, number) for number, (session, _) in enumerate(group)})

    def _give_up(self) -> None:
        """End the processes, each after its current task."""
        for future, _ in self._places.values():
            future.cancel()
        self._places = {}
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Hide Ctrl-C, which a terminal sends to all processes, from those that start here: their owner ends them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
