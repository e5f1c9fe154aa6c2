"""Hunks of a comparison, placed where git places them when there is a choice.

``a a`` → ``a`` may have lost the first line or the second. The new text is the same, but for a merge both comparisons
must choose alike. The rule is git's: a run of changed lines moves down as far as possible, unless it can be next to a
run of the other side; then it takes the last such position.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, Dict, FrozenSet, List, NamedTuple, Sequence, Tuple

__all__ = ["Hunk", "hunks"]


class Hunk(NamedTuple):
    """Old lines ``start:end`` were replaced by new lines ``new_start:new_end``; 0-based, half-open ranges."""

    start: int
    end: int
    new_start: int
    new_end: int


class _Run(NamedTuple):
    """Adjacent lines ``start:end`` of one side without partners; ``rank`` is the number of paired lines before them."""

    rank: int
    start: int
    end: int


def hunks(old: Sequence[str], new: Sequence[str], old_gone: bytearray, new_gone: bytearray) -> Tuple[Hunk, ...]:
    """The hunks of a comparison.

    Args:
        old: all old lines.
        new: all new lines.
        old_gone: a byte per old line, 1 for a line without a partner.
        new_gone: likewise for the new lines. The lines with partners are equal on both sides, in the same order.
    """
    old_runs, new_runs = _runs(old_gone), _runs(new_gone)
    old_runs = _settled(old, old_runs, frozenset(run.rank for run in new_runs))
    new_runs = _settled(new, new_runs, frozenset(run.rank for run in old_runs))
    return _joined(old_runs, new_runs)


def _runs(gone: bytearray) -> List[_Run]:
    found: List[_Run] = []
    removed = 0
    start = gone.find(1)
    while start >= 0:
        end = gone.find(0, start)
        end = len(gone) if end < 0 else end
        found.append(_Run(start - removed, start, end))
        removed += end - start
        start = gone.find(1, end)
    return found


def _settled(lines: Sequence[str], runs: Sequence[_Run], others: FrozenSet[int]) -> List[_Run]:
    """The runs of one side at their final positions; ``others`` are the ranks of the runs of the other side."""
    above: List[_Run] = []
    below = deque(runs)
    while below:
        run, length = below.popleft(), 0
        highest = beside = run
        while length != run.end - run.start:  # a run that has merged with another one may move further than before
            length = run.end - run.start
            highest = _raised(lines, run, above)
            run, beside = _lowered(lines, highest, below, others)
        above.append(run if run == highest else beside)
    return above


def _raised(lines: Sequence[str], run: _Run, above: List[_Run]) -> _Run:
    """A run moved up as far as possible without changing the text; runs that it meets become part of it."""
    rank, start, end = run
    while start > 0 and lines[start - 1] == lines[end - 1]:
        rank, start, end = rank - 1, start - 1, end - 1
        if above and above[-1].end == start:
            start = above.pop().start
    return _Run(rank, start, end)


def _lowered(lines: Sequence[str], run: _Run, below: Deque[_Run], others: FrozenSet[int]) -> Tuple[_Run, _Run]:
    """A run moved down as far as possible, and its last position next to a run of the other side (if any)."""
    rank, start, end = run
    beside = run if rank in others else None
    while end < len(lines) and lines[start] == lines[end]:
        rank, start, end = rank + 1, start + 1, end + 1
        if below and below[0].start == end:
            end = below.popleft().end
        if rank in others:
            beside = _Run(rank, start, end)
    lowest = _Run(rank, start, end)
    return lowest, lowest if beside is None else beside


def _joined(old_runs: Sequence[_Run], new_runs: Sequence[_Run]) -> Tuple[Hunk, ...]:
    """Combine runs to hunks: two runs of the same rank are between the same paired lines, so they are one hunk."""
    old_at: Dict[int, _Run] = {run.rank: run for run in old_runs}
    new_at: Dict[int, _Run] = {run.rank: run for run in new_runs}
    old_gone = new_gone = 0
    found: List[Hunk] = []
    for rank in sorted({*old_at, *new_at}):
        start, new_start = rank + old_gone, rank + new_gone
        if rank in old_at:
            old_gone += old_at[rank].end - old_at[rank].start
        if rank in new_at:
            new_gone += new_at[rank].end - new_at[rank].start
        found.append(Hunk(start, rank + old_gone, new_start, rank + new_gone))
    return tuple(found)
