"""What a running process uses, from Linux's ``/proc``."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, NamedTuple, Optional

__all__ = ["Usage", "usage", "usage_of_all"]


class Usage(NamedTuple):
    """What one process has used so far.

    Attributes:
        cpu: the CPU time of all its threads, in seconds.
        main: the CPU time of its main thread alone, in seconds.
        memory: the resident size now, in bytes.
        peak: the largest resident size, in bytes.
        shared: the part of the memory that other processes have too, such as the interpreter's code; in bytes.
        threads: the number of its threads.
    """

    cpu: float
    main: float
    memory: int
    peak: int
    shared: int
    threads: int


def usage(process: int) -> Optional[Usage]:
    """What a process uses; None where the system does not say it in this way.

    Args:
        process: the process id.
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
        _shared(place),
        len(spent),
    )


def usage_of_all(process: int) -> Optional[Usage]:
    """What a process uses together with those that it started; None where the system does not say it in this way.

    What the started processes share is left out of their memory: it exists once, and is counted for the first process.
    """
    own = usage(process)
    if own is None:
        return None
    others = [found for found in map(usage, _children(process)) if found is not None]
    return Usage(
        own.cpu + sum(item.cpu for item in others),
        own.main,
        own.memory + sum(item.memory - item.shared for item in others),
        own.peak + sum(item.peak - item.shared for item in others),
        own.shared,
        own.threads + sum(item.threads for item in others),
    )


def _children(process: int) -> Iterator[int]:
    for place in (Path("/proc") / str(process)).glob("task/*/children"):
        yield from map(int, place.read_text("ascii").split())


def _shared(place: Path) -> int:
    try:
        lines = (place / "smaps_rollup").read_text("ascii").splitlines()
    except OSError:  # an older system, or it has ended: nothing is left out
        return 0
    return sum(_bytes(line.split(":", 1)[1]) for line in lines if line.startswith(("Shared_Clean:", "Shared_Dirty:")))


def _bytes(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) << 10
