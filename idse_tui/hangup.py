"""Noticing that the terminal is gone. Textual would go on reading from it as fast as it can, and never end."""

from __future__ import annotations

import select
import threading
from typing import Callable

__all__ = ["when_hung_up"]


def when_hung_up(descriptor: int, call: Callable[[], None]) -> None:
    """Call once, from a thread that takes no time until then, when the other side of a terminal is closed.

    A terminal that controls us sends SIGHUP as well; one that does not (``setsid``, some containers) tells nobody else. Where
    the system can't tell either, nothing is ever called.

    Args:
        descriptor: of the terminal.
        call: must be safe in another thread.
    """
    if hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(descriptor, call), name="idse-hangup", daemon=True).start()


def _wait(descriptor: int, call: Callable[[], None]) -> None:
    poll = select.poll()
    poll.register(descriptor, 0)  # of nothing that can be read; only that it is gone
    try:
        found = poll.poll()
    except OSError:
        return
    if any(event & select.POLLHUP for _, event in found):
        call()
