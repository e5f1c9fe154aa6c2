"""``python -m benchmarks``: measure, print, and write ``benchmarks/RESULTS.md`` and ``growth.svg``."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

from benchmarks.agency import serving
from benchmarks.measuring import Figure
from benchmarks.other_linters import other_linters
from benchmarks.plot import growth_plot
from benchmarks.reading_markdown import reading_markdown
from benchmarks.results import machine, results_page
from benchmarks.start_up import start_up
from benchmarks.syncing import syncing
from benchmarks.tui import tui
from benchmarks.validating import Validations, figures, validating
from benchmarks.workspaces import generate

_HERE = Path(__file__).parent


class _Extent(NamedTuple):
    """How much is measured: ``sizes`` and ``app`` in sessions, the rest in runs, sessions, and pushes of a client."""

    sizes: List[int]
    times: int
    starts: int
    read: int
    compared: int
    turns: int
    app: int


_FULL = _Extent(sizes=[286, 1143, 2858], times=5, starts=10, read=60, compared=286, turns=20, app=3000)
_QUICK = _Extent(sizes=[29, 143], times=3, starts=5, read=10, compared=29, turns=3, app=143)


def main(arguments: Optional[Sequence[str]] = None) -> None:
    """Run everything and write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small workspaces, less than a minute")
    parser.add_argument("--no-others", action="store_true", help="install and measure no other linters")
    parser.add_argument("--output", type=Path, default=_HERE, help="the folder for RESULTS.md and growth.svg")
    options = parser.parse_args(arguments)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise every process that is started compiles everything anew
    extent = _QUICK if options.quick else _FULL
    with tempfile.TemporaryDirectory() as name:
        sections = _measured(Path(name), extent, others=not (options.no_others or options.quick), output=options.output)
    _write(options.output / "RESULTS.md", results_page(sections, machine(), quick=options.quick))


def _measured(folder: Path, extent: _Extent, *, others: bool, output: Path) -> Dict[str, List[Figure]]:
    sections: Dict[str, List[Figure]] = {}
    (folder / "small").mkdir()
    sections["Start-up"] = _told(start_up(folder / "small", times=extent.starts))
    sections["Reading Markdown"] = _told(reading_markdown(sessions=extent.read, times=extent.times))
    sections["The app"] = _told(tui(folder / "app", sessions=extent.app, times=extent.times + 1))
    found = validating(folder / "sizes", sizes=extent.sizes, times=extent.times)
    sections["Validating"] = _told(figures(found))
    _write(output / "growth.svg", _plot(found))
    sections["Agency Core"] = _told(serving(folder / "agency", turns=extent.turns))
    sections["Sync"] = _told(syncing(folder / "sync", sessions=extent.sizes[-1], times=extent.times))
    if others:
        made = generate(folder / "compared", sessions=extent.compared)
        cold = found[extent.compared].cold
        sections["Other linters"] = _told(other_linters(folder / "tools", made.folder, cold, times=2))
    return sections


def _told(found: List[Figure]) -> List[Figure]:
    for figure in found:
        ratio = "" if figure.ratio is None else f"{figure.ratio:8.2f} {figure.ratio_unit}"
        budget = "" if figure.budget is None else f" (budget {figure.budget:g})"
        print(
            f"{figure.value:10.3f} {figure.unit:<16}{ratio}{budget} {figure.verdict:<7} {figure.subject} {figure.note}"
        )
    return found


def _plot(found: Dict[int, Validations]) -> str:
    series = {
        "cold": [(float(item.artifacts), item.cold.cpu) for item in found.values()],
        "unchanged": [(float(item.artifacts), item.unchanged.cpu) for item in found.values()],
        "reading": [(float(item.artifacts), item.reading.cpu) for item in found.values()],
    }
    return growth_plot("idse validate --all: CPU seconds", series)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main()
