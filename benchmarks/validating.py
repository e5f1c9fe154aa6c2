"""``idse validate --all`` over a generated workspace: cold, unchanged, one artifact changed, growth, memory."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Dict, List, NamedTuple

from benchmarks.measuring import Cost, Figure, best, idse, in_turns, python, run
from benchmarks.workspaces import Generated, generate

__all__ = ["Validations", "figures", "measure", "validating"]

_WALK = """
import os, sys
def walk(folder):
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                walk(entry.path)
            elif entry.name.endswith((".md", "session.json")):
                look(entry.path)
"""
_READ = f"""{_WALK}
def look(path):
    with open(path, "rb") as file:
        file.read()
walk(sys.argv[1])
"""
_STAT = f"""{_WALK}
look = os.stat
walk(sys.argv[1])
"""
_SETTLED = 2.5  # seconds until what was just written counts as settled
_MIB = 1 << 20


class Validations(NamedTuple):
    """The measurements in one workspace.

    Attributes:
        artifacts: the number of artifacts.
        cold, looking, changed: `idse validate --all --no-state` without a cache, with nothing changed, and with one
            artifact changed.
        unchanged, recording: `idse validate --all` with nothing to write, and when it records the states of all
            sessions.
        reading, stating: the baselines.
    """

    artifacts: int
    cold: Cost
    unchanged: Cost
    looking: Cost
    changed: Cost
    recording: Cost
    reading: Cost
    stating: Cost


def measure(workspace: Generated, *, times: int) -> Validations:
    """Measure one workspace.

    Args:
        workspace: the workspace; its artifacts are changed.
        times: the number of runs of what is short; the cold run takes a third of them.
    """
    folder = workspace.folder
    call = idse("validate", "--all", "--statistics")
    without_state = [*call, "--no-state"]
    few = max(1, times // 3)

    def forget() -> None:
        shutil.rmtree(folder / ".idse" / ".local", ignore_errors=True)

    def change() -> None:
        path = workspace.artifacts[len(workspace.artifacts) // 2]
        path.write_text(path.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")

    def nothing() -> None:
        """Do nothing before a run."""

    def settle() -> None:
        time.sleep(_SETTLED)
        run(call, folder)

    reading = best(times, lambda: run(python(_READ, ".idse"), folder))
    cold = best(few, lambda: run(without_state, folder), forget)
    recording = run(call, folder)
    settle()  # entries that were too young to be relied on
    settle()  # and those that the recorded states changed
    stating, unchanged, looking, changed = in_turns(
        times,
        (lambda: run(python(_STAT, ".idse"), folder), settle),
        (lambda: run(call, folder), nothing),
        (lambda: run(without_state, folder), nothing),
        (lambda: run(without_state, folder), change),
    )
    return Validations(len(workspace.artifacts), cold, unchanged, looking, changed, recording, reading, stating)


def validating(folder: Path, *, sizes: List[int], times: int) -> Dict[int, Validations]:
    """Measure workspaces of several sizes.

    Args:
        folder: an empty folder, to work in.
        sizes: numbers of sessions, ascending.
        times: as for ``measure``.
    """
    found: Dict[int, Validations] = {}
    for size in sizes:
        made = generate(folder / str(size), sessions=size)
        found[size] = measure(made, times=times)
        shutil.rmtree(made.folder)
    return found


def figures(found: Dict[int, Validations]) -> List[Figure]:
    """The figures for the budgets: of the largest workspace, and of the growth from the smallest."""
    small, large = found[min(found)], found[max(found)]
    many = f"{large.artifacts:,} artifacts"
    read, stat = "reading the same files", "`stat` of the same files"
    times = large.artifacts / small.artifacts
    return [
        Figure(f"validate {many}, cold, CPU", large.cold.cpu, "s", read, large.cold.cpu / large.reading.cpu, 12),
        Figure(f"validate {many}, cold, wall", large.cold.wall, "s", read, large.cold.wall / large.reading.wall, 12),
        Figure(
            f"validate {many}, unchanged, CPU",
            large.unchanged.cpu,
            "s",
            stat,
            large.unchanged.cpu / large.stating.cpu,
            2,
        ),
        Figure(
            f"validate {many}, unchanged, wall",
            large.unchanged.wall,
            "s",
            stat,
            large.unchanged.wall / large.stating.wall,
            2,
        ),
        Figure(
            f"validate {many}, one changed, CPU",
            large.changed.cpu,
            "s",
            "the unchanged run, both with --no-state",
            (large.changed.cpu - large.looking.cpu) * 1000,
            20,
            "ms more",
        ),
        Figure(
            f"validate {many}, first run that records the states, CPU",
            large.recording.cpu,
            "s",
            "the unchanged run",
            large.recording.cpu / large.unchanged.cpu,
            note="writes the states of all sessions; no budget of its own",
        ),
        Figure(
            f"validate, growth of the cold run over {times:.1f} times the artifacts, CPU",
            large.cold.cpu,
            "s",
            f"{small.artifacts:,} artifacts",
            large.cold.cpu / small.cold.cpu,
            1.1 * times,
        ),
        Figure(
            f"validate {many}, cold, peak memory",
            large.cold.memory / _MIB,
            "MiB",
            f"{small.artifacts:,} artifacts",
            large.cold.memory / small.cold.memory,
            2,
            note="flat would be 1; what is kept is a report on each session",
        ),
        Figure(
            f"validate {many}, unchanged, peak memory",
            large.unchanged.memory / _MIB,
            "MiB",
            f"{small.artifacts:,} artifacts",
            large.unchanged.memory / small.unchanged.memory,
            2,
        ),
    ]
