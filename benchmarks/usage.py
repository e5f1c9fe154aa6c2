"""What a running process takes, from Linux's ``/proc``."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, NamedTuple, Optional

__all__ = ["Usage", "usage", "usage_of_all"]


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


def usage_of_all(process: int) -> Optional[Usage]:
    """What a process takes together with those that it started; None where the system does not tell in this way.

    Memory that processes share is counted for each of them.
    """
    own = usage(process)
    if own is None:
        return None
    others = [found for found in map(usage, _children(process)) if found is not None]
    return Usage(
        own.cpu + sum(item.cpu for item in others),
        own.main,
        own.memory + sum(item.memory for item in others),
        own.peak + sum(item.peak for item in others),
        own.threads + sum(item.threads for item in others),
    )


def _children(process: int) -> Iterator[int]:
    for place in (Path("/proc") / str(process)).glob("task/*/children"):
        yield from map(int, place.read_text("ascii").split())


def _bytes(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) << 10
