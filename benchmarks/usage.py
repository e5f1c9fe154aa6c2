"""What a running process takes, from Linux's ``/proc``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Optional

__all__ = ["Usage", "usage"]


class Usage(NamedTuple):
    """What one process has taken so far.

    Attributes:
        cpu: of all its threads, in seconds.
        main: of its main thread alone, in seconds.
        memory: resident now, in bytes.
        peak: the most that was resident, in bytes.
        threads: how many it has.
    """

    cpu: float
    main: float
    memory: int
    peak: int
    threads: int


def usage(process: int) -> Optional[Usage]:
    """What a process takes; None where the system does not tell in this way.

    Args:
        process: its id.
    """
    place = Path("/proc") / str(process)
    try:
        # In nanoseconds; the times in `stat` are too coarse for a program that does nothing.
        spent = {task.parent.name: int(task.read_text("ascii").split()[0]) for task in place.glob("task/*/schedstat")}
        status = dict(line.split(":", 1) for line in (place / "status").read_text(encoding="utf-8").splitlines())
    except OSError:
        return None
    if str(process) not in spent:
        return None
    return Usage(
        sum(spent.values()) / 1e9,
        spent[str(process)] / 1e9,
        _bytes(status["VmRSS"]),
        _bytes(status["VmHWM"]),
        len(spent),
    )


def _bytes(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) << 10
