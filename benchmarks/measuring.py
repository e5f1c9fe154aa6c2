"""Runs processes and measures what they cost. Minima of several runs count: every disturbance makes a run longer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

__all__ = ["Cost", "Figure", "best", "idse", "in_turns", "python", "run"]

_TIMEOUT = 600.0  # seconds


class Cost(NamedTuple):
    """The cost of one process.

    Attributes:
        cpu: user and system time of it and its children, in seconds.
        wall: from start to end, in seconds.
        memory: the largest resident size, in bytes.
        status: its exit code.
    """

    cpu: float
    wall: float
    memory: int
    status: int


class Figure(NamedTuple):
    """One measured figure.

    Attributes:
        subject: what was measured.
        value: the measured value, in ``unit``.
        unit: such as ``s`` or ``MiB``.
        baseline: what it is compared with, measured in the same run; empty when it is only reported.
        ratio: value to baseline, or difference to it in ``ratio_unit``.
        budget: the most that the ratio may be; None when there is no budget.
        ratio_unit: ``x`` for a multiple, or the unit of a difference.
        note: what a reader needs to know.
    """

    subject: str
    value: float
    unit: str = "s"
    baseline: str = ""
    ratio: Optional[float] = None
    budget: Optional[float] = None
    ratio_unit: str = "x"
    note: str = ""

    @property
    def verdict(self) -> str:
        """``within`` or ``over`` the budget; empty without one."""
        if self.budget is None or self.ratio is None:
            return ""
        return "within" if self.ratio <= self.budget else "over"


def run(command: Sequence[str], folder: Path) -> Cost:
    """Run a command, and discard its output.

    Args:
        command: program and arguments.
        folder: the working directory.
    """
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = status >> 8
        if status & 0x7F or process.returncode > 1:
            errors.seek(0)
            raise RuntimeError(f"{command} failed: {errors.read().decode('utf-8', 'replace')[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit, process.returncode)


def best(times: int, measure: Callable[[], Cost], before: Callable[[], object] = lambda: None) -> Cost:
    """The minimum of several runs, for each number separately.

    Args:
        times: how many runs.
        measure: one run.
        before: done before each run, not counted.
    """
    return in_turns(times, (measure, before))[0]


def in_turns(times: int, *measured: Tuple[Callable[[], Cost], Callable[[], object]]) -> List[Cost]:
    """The minimum of several runs of each, taken in turns: other load on the machine then disturbs all alike.

    Args:
        times: how many runs of each.
        measured: pairs of one run, and what is done before it, not counted.
    """
    found: List[List[Cost]] = [[] for _ in measured]
    for _ in range(times):
        for (measure, before), costs in zip(measured, found):
            before()
            costs.append(measure())
    return list(map(_least, found))


def _least(found: Sequence[Cost]) -> Cost:
    return Cost(
        min(cost.cpu for cost in found),
        min(cost.wall for cost in found),
        min(cost.memory for cost in found),
        found[-1].status,
    )


def python(program: str, *arguments: str) -> List[str]:
    """The command for a small Python program."""
    return [sys.executable, "-c", program, *arguments]


def idse(*arguments: str) -> List[str]:
    """The command for a call of the product, as its entry point makes it."""
    return [sys.executable, "-c", "from idse_core.cli import main; main()", *arguments]
