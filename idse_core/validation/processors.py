"""How many processes can run at the same time."""

from __future__ import annotations

import os

__all__ = ["processors"]


def processors() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
