"""What changed between two lists of lines: Myers' comparison (1986, linear space) with a bound on its cost.

Lines that the other side does not have at all are set aside first; patience anchors (lines that occur once on both
sides, in their longest common order) cut up what is too different for Myers; where neither helps within the bound, the
whole stretch counts as changed. In the end ambiguous hunks are settled as git settles them, so that two comparisons of
one base speak of the same places.
"""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from idse_core.agency.hunks import Hunk, hunks
from idse_core.agency.patience_diff import longest_rising, occurring_once

__all__ = ["MOST_STEPS", "Compared", "compare"]

MOST_STEPS = 2_000_000
"""Bound on the inner steps of one comparison (most of a second); beyond it stretches count as changed as a whole."""

_MOST_DIFFERENCES = 256
"""How far Myers searches from each end of a box before anchors are tried; git begins to guess at the same depth."""

_FAR = 1 << 60

_ALONE = -1
"""The number of a line that only one side has."""


class Compared(NamedTuple):
    """The outcome of a comparison.

    Attributes:
        hunks: in order; between two of them lies at least one line that both have.
        steps: inner steps that were taken; never far above the bound.
    """

    hunks: Tuple[Hunk, ...]
    steps: int


class _Box(NamedTuple):
    """A part of both sides, half-open: ``left:right`` of the old lines, ``top:bottom`` of the new ones."""

    left: int
    right: int
    top: int
    bottom: int


def compare(old: Sequence[str], new: Sequence[str], *, most_steps: int = MOST_STEPS) -> Compared:
    """Compare two lists of lines.

    Args:
        old: lines, compared as they are, with their ends.
        new: likewise.
        most_steps: the bound on the cost.

    Returns:
        Hunks that turn ``old`` into ``new``. They are minimal unless the bound was met.
    """
    start, old_end, new_end = _differing_part(old, new)
    # Whether both sides have a line is asked of the whole files, as git does: ambiguous cases come out the same.
    numbers = {line: number for number, line in enumerate(set(old).intersection(new))}
    first = [numbers.get(line, _ALONE) for line in old[start:old_end]]
    second = [numbers.get(line, _ALONE) for line in new[start:new_end]]
    comparison = _Comparison(first, second, most_steps)
    comparison.run()
    old_gone, new_gone = bytearray(len(old)), bytearray(len(new))
    old_gone[start:old_end] = comparison.old_gone
    new_gone[start:new_end] = comparison.new_gone
    return Compared(hunks(old, new, old_gone, new_gone), comparison.steps)


def _differing_part(old: Sequence[str], new: Sequence[str]) -> Tuple[int, int, int]:
    """Where the two begin to differ, and behind which line of each they no longer do."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    old_end, new_end = len(old), len(new)
    while old_end > start and new_end > start and old[old_end - 1] == new[new_end - 1]:
        old_end -= 1
        new_end -= 1
    return start, old_end, new_end


class _Comparison:
    """One run over numbered lines, of which `_ALONE` equals no other; sets flags for lines without a partner."""

    def __init__(self, old: Sequence[int], new: Sequence[int], most_steps: int) -> None:
        self.old_gone = bytearray(b"\1") * len(old)
        self.new_gone = bytearray(b"\1") * len(new)
        self._old_places = [place for place, line in enumerate(old) if line != _ALONE]
        self._new_places = [place for place, line in enumerate(new) if line != _ALONE]
        self._old = [old[place] for place in self._old_places]
        self._new = [new[place] for place in self._new_places]
        self._most_steps = most_steps
        self.steps = 0
        # Furthest old line on each diagonal (old index minus new index), searched from either end of a box.
        self._shift = len(self._new) + 1
        self._down = [0] * (len(self._old) + len(self._new) + 3)
        self._up = [0] * len(self._down)

    def run(self) -> None:
        """Pair lines, box by box: the easy ones first, so that a hopeless one costs only itself."""
        hard = self._work([_Box(0, len(self._old), 0, len(self._new))], _MOST_DIFFERENCES)
        for box in sorted(hard, key=_size):
            self._work([box], _size(box))

    def _work(self, boxes: List[_Box], most_differences: int) -> List[_Box]:
        """Pair the lines of boxes; those that are too different, and without anchors, are given back."""
        hard: List[_Box] = []
        while boxes:
            box = self._trim(boxes.pop())
            if box.left == box.right or box.top == box.bottom:
                continue
            middle = self._middle(box, most_differences)
            if middle is not None:
                x, y = middle
                boxes += [_Box(box.left, x, box.top, y), _Box(x, box.right, y, box.bottom)]
                continue
            parts = self._between_anchors(box)
            boxes += parts
            if not parts:
                hard.append(box)
        return hard

    def _pair(self, x: int, y: int) -> None:
        self.old_gone[self._old_places[x]] = 0
        self.new_gone[self._new_places[y]] = 0

    def _trim(self, box: _Box) -> _Box:
        """Pair the lines that the box begins and ends with on both sides, and take them off."""
        left, right, top, bottom = box
        old, new = self._old, self._new
        while left < right and top < bottom and old[left] == new[top]:
            self._pair(left, top)
            left += 1
            top += 1
        while left < right and top < bottom and old[right - 1] == new[bottom - 1]:
            right -= 1
            bottom -= 1
            self._pair(right, bottom)
        return _Box(left, right, top, bottom)

    def _middle(self, box: _Box, most_differences: int) -> Optional[Tuple[int, int]]:
        """A point that a shortest edit script of the box runs through; None when it costs too much to find."""
        left, right, top, bottom = box
        lowest, highest = left - bottom, right - top
        down = _Frontier(self._down, self._shift, left - top, left)
        up = _Frontier(self._up, self._shift, right - bottom, right)
        odd = (left - top - right + bottom) % 2 == 1
        for _ in range(most_differences):
            if self.steps > self._most_steps:
                break
            down.widen(lowest, highest, -1)
            found = self._advance(box, down, up if odd else None)
            if found is None:
                up.widen(lowest, highest, _FAR)
                found = self._retreat(box, up, None if odd else down)
            if found is not None:
                return found
        return None

    def _advance(self, box: _Box, down: _Frontier, other: Optional[_Frontier]) -> Optional[Tuple[int, int]]:
        """One more edit from the beginning of the box, on every diagonal; the point where it meets ``other``."""
        _, right, _, bottom = box
        old, new, reach, shift = self._old, self._new, down.reach, self._shift
        for diagonal in range(down.high, down.low - 1, -2):
            at = diagonal + shift
            x = reach[at - 1] + 1 if reach[at - 1] >= reach[at + 1] else reach[at + 1]
            begin, y = x, x - diagonal
            while x < right and y < bottom and old[x] == new[y]:
                x += 1
                y += 1
            reach[at] = x
            self.steps += x - begin + 1
            if other is not None and other.low <= diagonal <= other.high and other.reach[at] <= x:
                return x, y
        return None

    def _retreat(self, box: _Box, up: _Frontier, other: Optional[_Frontier]) -> Optional[Tuple[int, int]]:
        """One more edit from the end of the box, on every diagonal; the point where it meets ``other``."""
        left, _, top, _ = box
        old, new, reach, shift = self._old, self._new, up.reach, self._shift
        for diagonal in range(up.high, up.low - 1, -2):
            at = diagonal + shift
            x = reach[at - 1] if reach[at - 1] < reach[at + 1] else reach[at + 1] - 1
            begin, y = x, x - diagonal
            while x > left and y > top and old[x - 1] == new[y - 1]:
                x -= 1
                y -= 1
            reach[at] = x
            self.steps += begin - x + 1
            if other is not None and other.low <= diagonal <= other.high and x <= other.reach[at]:
                return x, y
        return None

    def _between_anchors(self, box: _Box) -> List[_Box]:
        """The boxes around the anchors of a box, each of which begins with one; none without anchors."""
        self.steps += _size(box)
        parts: List[_Box] = []
        left, top = box.left, box.top
        for x, y in self._anchors(box) if self.steps <= self._most_steps else ():
            parts.append(_Box(left, x, top, y))
            left, top = x, y
        return [*parts, _Box(left, box.right, top, box.bottom)] if parts else []

    def _anchors(self, box: _Box) -> List[Tuple[int, int]]:
        """Pairs of lines that occur once on both sides of the box: the longest run that is in order on both."""
        old_at = occurring_once(self._old, box.left, box.right)
        new_at = occurring_once(self._new, box.top, box.bottom)
        return longest_rising([(x, new_at[line]) for line, x in old_at.items() if line in new_at])


class _Frontier:
    """How far a search has come on the diagonals ``low`` to ``high``, of which every other one is up to date."""

    def __init__(self, reach: List[int], shift: int, diagonal: int, start: int) -> None:
        self.reach = reach
        self._shift = shift
        self.low = self.high = diagonal
        reach[diagonal + shift] = start

    def widen(self, lowest: int, highest: int, nowhere: int) -> None:
        """Take in the neighbouring diagonals; at the edge of the box withdraw from it, since nothing is beyond."""
        if self.low > lowest:
            self.low -= 1
            self.reach[self.low - 1 + self._shift] = nowhere
        else:
            self.low += 1
        if self.high < highest:
            self.high += 1
            self.reach[self.high + 1 + self._shift] = nowhere
        else:
            self.high -= 1


def _size(box: _Box) -> int:
    return box.right - box.left + box.bottom - box.top
