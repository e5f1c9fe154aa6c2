"""Other linters that a user might choose, over the same files in the same run.

They check other things: the form of Markdown (40 to 90 rules of style), each file by itself. `idse validate` checks
what the documents say, across the files of a session. So the figures say how long somebody waits, not which tool is
better.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, List, NamedTuple

from benchmarks.measuring import Cost, Figure, best, run

__all__ = ["other_linters"]

_PATIENCE = 180  # seconds for an installation


class _Tool(NamedTuple):
    name: str
    install: Callable[[Path], List[str]]


def other_linters(folder: Path, workspace: Path, cold: Cost, *, times: int) -> List[Figure]:
    """The CPU time of each tool that can be installed, against the cold run of ``idse validate``.

    Args:
        folder: an empty folder, to install into.
        workspace: the folder that holds ``.idse``.
        cold: the cost of the cold run of ``idse validate`` there.
        times: the number of runs of each tool.
    """
    return [_figure(tool, folder / tool.name, workspace, cold, times) for tool in _TOOLS]


def _figure(tool: _Tool, folder: Path, workspace: Path, cold: Cost, times: int) -> Figure:
    folder.mkdir(parents=True)
    try:
        command = tool.install(folder)
        cost = best(times, lambda: run(command, workspace))
    except (OSError, subprocess.SubprocessError, RuntimeError) as error:
        reason = str(error).strip().splitlines()
        return Figure(tool.name, 0.0, "s", note=f"skipped: {_plain(reason[-1] if reason else 'unknown', folder)}")
    note = "checks other things: the form of each file by itself"
    return Figure(
        f"{tool.name}, all rules, cold, CPU",
        cost.cpu,
        "s",
        "`idse validate --all`, cold",
        cost.cpu / cold.cpu,
        note=note,
    )


def _plain(text: str, folder: Path) -> str:
    return text.replace(str(folder), "…")[:120]


def _rumdl(folder: Path) -> List[str]:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=_PATIENCE)
    place = folder / "bin"
    subprocess.run(
        [str(place / "python"), "-m", "pip", "install", "-qq", "rumdl"],
        check=True,
        capture_output=True,
        timeout=_PATIENCE,
    )
    return [str(place / "rumdl"), "check", "--no-cache", "--silent", ".idse"]


def _markdownlint(folder: Path) -> List[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    subprocess.run(
        [npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), "markdownlint-cli2"],
        check=True,
        capture_output=True,
        timeout=_PATIENCE,
    )
    return [str(folder / "node_modules" / ".bin" / "markdownlint-cli2"), ".idse/**/*.md"]


_TOOLS = (_Tool("rumdl", _rumdl), _Tool("markdownlint-cli2", _markdownlint))
