"""Syncs for hours: simulated people, faults and crashes, one seed per run; the tests run a shorter form.

Every run is checked as `tests.faults.simulation` says. A failed run is printed with the command that repeats it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

from tests.faults.simulation import OracleError, make_origin, run

__all__ = ["Failed", "main", "scratch", "soak"]

_MOST_FAILURES = 10
_MEMORY = Path("/dev/shm")  # noqa: S108  # folders with unguessable names; losing power is not what is simulated


class Failed(NamedTuple):
    """A run that failed a check."""

    seed: int
    what: str


def scratch() -> Optional[str]:
    """The folder for copies: in memory if there is one, else the usual one for temporary files (None)."""
    return str(_MEMORY) if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


def soak(runs: int, steps: int, seed: int) -> Iterator[Tuple[int, Optional[Failed]]]:
    """Run seeds in order, and yield for each whether it failed.

    Args:
        runs: the number of runs.
        steps: the number of steps of each run before the faults end.
        seed: the first seed.
    """
    with tempfile.TemporaryDirectory(prefix="idse-soak-", dir=scratch()) as folder:
        origin = make_origin(Path(folder) / "origin")
        for number in range(seed, seed + runs):
            try:
                run(number, steps, Path(folder) / "run", origin)
                yield number, None
            except OracleError as error:
                yield number, Failed(number, str(error))


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run as told; returns 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=100, help="of each run")
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the others count on from there")
    options = parser.parse_args(arguments)
    failures: List[Failed] = []
    done, begun = 0, time.monotonic()
    for number, failed in soak(options.runs, options.steps, options.seed):
        done += 1
        if failed is not None:
            failures.append(failed)
            print(f"{failed.what}\n  again: python -m tools.soak --seed {number} --runs 1 --steps {options.steps}\n")
            sys.stdout.flush()
        if done % 100 == 0:
            pace = done / (time.monotonic() - begun)
            print(f"run {done}, {len(failures)} failures, {pace:.1f} runs/s", file=sys.stderr, flush=True)
        if len(failures) >= _MOST_FAILURES:
            break
    seeds = ", ".join(str(failed.seed) for failed in failures)
    print(f"{done} runs of {options.steps} steps: {len(failures)} failures{f', seeds {seeds}' if seeds else ''}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
