"""How Python itself is set so that workers and its collector of garbage don't stop the app.

A full collection looks at every object there is: with thousands of sessions that takes longer than a key may take. Nearly all
of these objects live as long as the app does and are in no cycle, so the collector is told to leave them alone. And whoever
waits for the interpreter's lock, as the app does after each read and write, waits for a worker's turn to end: turns are short.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import Iterator

__all__ = ["pause_collecting", "shorten_turns", "spare_what_exists", "undisturbed"]

_TURN = 0.0005
"""Seconds that a thread may keep the lock while another one wants it; Python's own value is ten times that."""

_THRESHOLDS = (5_000, 20, 20)
"""How many new objects there are before the collector looks at them, and how many such looks before it looks further. Less often
than by itself; and by these numbers it is told that collecting was paused here, without counting what is never looked at."""


def pause_collecting() -> None:
    """Collect nothing until ``spare_what_exists`` is called: for the time of imports and the first paint."""
    gc.disable()
    gc.set_threshold(*_THRESHOLDS)


def _was_paused() -> bool:
    return gc.get_threshold() == _THRESHOLDS


def spare_what_exists(*, tidy: bool = True) -> None:
    """Collect again, but never look at what exists now. For any thread.

    Where collecting was never paused, nothing happens: in a process that runs many apps, such as that of the tests, what
    exists does not live for long.

    Args:
        tidy: whether to throw away first what of it is in use no more, some milliseconds for what was made since the last
            time; garbage that is never looked at stays for ever.
    """
    if _was_paused():
        if tidy:
            gc.collect(1)
        gc.freeze()
        gc.enable()


@contextmanager
def undisturbed() -> Iterator[None]:
    """While something large that lasts is made: collect nothing meanwhile, and never look at it. For any thread.

    Where collecting was never paused, nothing happens, as above.
    """
    if _was_paused():
        gc.disable()
    try:
        yield
    finally:
        spare_what_exists()


def shorten_turns() -> None:
    """Let the app's own thread have the lock soon when it wants it."""
    sys.setswitchinterval(_TURN)
