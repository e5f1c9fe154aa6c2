"""``RESULTS.md``: every figure with its baseline, ratio and budget, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Iterable, List, Mapping, Sequence

from benchmarks.measuring import Figure

__all__ = ["machine", "results_page"]

_HEAD = """# Results

Written by `make bench`. Each figure stands beside a baseline that was measured in the same run; the ratio is what counts,
since seconds depend on the machine and on who else is using it. Minima of several runs. Times are CPU time (user and
system) unless they say wall. Workspaces are generated (`benchmarks/workspaces.py`): seven artifacts a session of about
5.4 KB each.
"""


def machine() -> List[str]:
    """What the figures depend on, without anything that reveals whose machine it is."""
    processor = platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as info:
            names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
        processor = f"{names[0]} ({processor})" if names else processor
    except OSError:
        pass
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return [
        f"{platform.system()}, {processor}, {os.cpu_count()} processors",
        f"Python {platform.python_version()} ({sys.implementation.name})",
        f"load average when the run ended: {busy}",
    ]


def results_page(sections: Mapping[str, Sequence[Figure]], about: Iterable[str], *, quick: bool) -> str:
    """Render the page.

    Args:
        sections: heading → figures.
        about: lines that describe the machine.
        quick: whether it was a small run, whose figures say less.
    """
    kind = "\nThis was a quick run (`--quick`) over small workspaces.\n" if quick else ""
    parts = [_HEAD + kind, "## Machine\n", *[f"- {line}" for line in about], ""]
    for heading, figures in sections.items():
        parts += [f"## {heading}\n", "| what | measured | baseline | ratio | budget | |", "|---|---|---|---|---|---|"]
        parts += [_row(figure) for figure in figures]
        parts.append("")
    parts += ["![Growth of cold and unchanged runs](growth.svg)", ""]
    return "\n".join(parts)


def _row(figure: Figure) -> str:
    ratio = "" if figure.ratio is None else _amount(figure.ratio, figure.ratio_unit)
    budget = "" if figure.budget is None else f"≤ {_amount(figure.budget, figure.ratio_unit)}"
    measured = f"{figure.value:.3g} {figure.unit}" if figure.value else ""
    last = "; ".join(text for text in (figure.verdict, figure.note) if text)
    return f"| {figure.subject} | {measured} | {figure.baseline} | {ratio} | {budget} | {last} |"


def _amount(value: float, unit: str) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".") if value < 100 else f"{value:.0f}"
    return f"{text}\u00d7" if unit == "x" else f"{text} {unit}"
