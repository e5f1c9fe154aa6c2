"""A lock that is granted in the order of requests."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType
from typing import Deque, Optional, Type

__all__ = ["Turns"]


class Turns:
    """A queue of writers. SQLite lets one write at a time, chosen at random; in a queue nobody has to wait long.

    A context manager for many threads; it is not reentrant.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: Deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()  # the previous holder releases it
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()  # handed over, so the lock stays taken
            else:
                self._taken = False
