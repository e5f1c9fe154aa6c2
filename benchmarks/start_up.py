"""How long short commands take to start, compared with importing click."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import List, Optional

from benchmarks.measuring import Cost, Figure, idse, in_turns, python, run
from idse_core.cli import __file__ as _cli

__all__ = ["start_up"]

_BASELINE = '`python -c "import click"`'
_SAMPLE = Path(_cli).parent / "sample" / "workspace"
_SETTLED = 2.5  # seconds until what was just written counts as settled


def start_up(folder: Path, *, times: int) -> List[Figure]:
    """``idse --version`` and ``idse status`` in a small workspace, the latter without and with a cached output.

    Args:
        folder: an empty folder, to work in.
        times: the number of runs of each.
    """
    shutil.copytree(_SAMPLE, folder / ".idse")
    time.sleep(_SETTLED)
    local = folder / ".idse" / ".local"

    def forget() -> None:
        shutil.rmtree(local, ignore_errors=True)

    def remember() -> None:
        time.sleep(_SETTLED)  # `.local` was just made, in a folder whose stat is checked
        run(idse("status"), folder)

    def nothing() -> None:
        """Do nothing before a run."""

    click, version, first, again = in_turns(
        times,
        (lambda: run(python("import click"), folder), nothing),
        (lambda: run(idse("--version"), folder), nothing),
        (lambda: run(idse("status"), folder), forget),
        (lambda: run(idse("status"), folder), remember),
    )
    return [
        *_both("idse --version", version, click, 1.3),
        *_both("idse status, remembered", again, click, 1.8),
        *_both("idse status, first", first, click, None),
    ]


def _both(name: str, cost: Cost, baseline: Cost, budget: Optional[float]) -> List[Figure]:
    note = "" if budget is not None else "compiles the constitution and reads seven artifacts; no budget of its own"
    return [
        Figure(f"`{name}`, CPU", cost.cpu, "s", _BASELINE, cost.cpu / baseline.cpu, budget, note=note),
        Figure(f"`{name}`, wall", cost.wall, "s", _BASELINE, cost.wall / baseline.wall, budget, note=note),
    ]
