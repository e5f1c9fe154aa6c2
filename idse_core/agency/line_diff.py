"""Comparing two lists of lines: Myers' algorithm (1986, in linear space) with a bound on its cost.

Lines that the other side does not have at all are set aside first. Parts that are too different for Myers are split at
patience anchors (lines that occur once on both sides, in their longest common order). If neither works within the
bound, the whole part counts as changed. Finally, ambiguous hunks are placed as git places them, so that two comparisons
with the same base are consistent.
"""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from idse_core.agency.hunks import Hunk, hunks
from idse_core.agency.patience_diff import longest_rising, occurring_once

__all__ = ["MOST_STEPS", "Compared", "compare"]

MOST_STEPS = 2_000_000
"""Bound on the inner steps of one comparison (most of a second); beyond it, whole parts count as changed."""

_MOST_DIFFERENCES = 256
"""How many edits Myers searches from each end of a box before anchors are tried; git uses heuristics from there on."""

_FAR = 1 << 60

_ALONE = -1
"""The number of any line that only one side has."""


class Compared(NamedTuple):
    """The outcome of a comparison.

    Attributes:
        hunks: in order; there is at least one common line between two of them.
        steps: the number of inner steps taken; never far above the bound.
    """

    hunks: Tuple[Hunk, ...]
    steps: int


class _Box(NamedTuple):
    """A part of both sides: the old lines ``left:right`` and the new lines ``top:bottom``, half-open ranges."""

    left: int
    right: int
    top: int
    bottom: int


def compare(old: Sequence[str], new: Sequence[str], *, most_steps: int = MOST_STEPS) -> Compared:
    """Compare two lists of lines.

    Args:
        old: lines with their line breaks, which are compared too.
        new: likewise.
        most_steps: the bound on the inner steps.

    Returns:
        Hunks that turn ``old`` into ``new``. They are minimal unless the bound was reached.
    """
    start, old_end, new_end = _differing_part(old, new)
    # As in git, the whole files decide whether both sides have a line, so that ambiguous cases come out the same.
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
    """The part in which the lists differ: the index of its first line in both, and its end in each of them."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    old_end, new_end = len(old), len(new)
    while old_end > start and new_end > start and old[old_end - 1] == new[new_end - 1]:
        old_end -= 1
        new_end -= 1
    return start, old_end, new_end


class _Comparison:
    """One comparison of numbered lines, in which `_ALONE` equals no line; flags the lines without a partner."""

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
        """Pair lines box by box: easy boxes first, so that a hard one does not use up the bound for the others."""
        hard = self._work([_Box(0, len(self._old), 0, len(self._new))], _MOST_DIFFERENCES)
        for box in sorted(hard, key=_size):
            self._work([box], _size(box))

    def _work(self, boxes: List[_Box], most_differences: int) -> List[_Box]:
        """Pair the lines of boxes; return the boxes that are too different and have no anchors."""
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
        """Pair the common first and last lines of a box, and return the box without them."""
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
        """A point on a shortest edit script of the box; None when it is too expensive to find."""
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
        """Advance every diagonal by one edit from the start of the box; return the point where it meets ``other``."""
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
        """Advance every diagonal by one edit from the end of the box; return the point where it meets ``other``."""
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
        """The boxes into which its anchors divide a box; none if it has no anchors."""
        self.steps += _size(box)
        parts: List[_Box] = []
        left, top = box.left, box.top
        for x, y in self._anchors(box) if self.steps <= self._most_steps else ():
            parts.append(_Box(left, x, top, y))
            left, top = x, y
        return [*parts, _Box(left, box.right, top, box.bottom)] if parts else []

    def _anchors(self, box: _Box) -> List[Tuple[int, int]]:
        """Pairs of lines that occur once on each side of the box: the longest sequence in the same order on both."""
        old_at = occurring_once(self._old, box.left, box.right)
        new_at = occurring_once(self._new, box.top, box.bottom)
        return longest_rising([(x, new_at[line]) for line, x in old_at.items() if line in new_at])


class _Frontier:
    """How far a search has come on the diagonals ``low`` to ``high``, of which every second one is current."""

    def __init__(self, reach: List[int], shift: int, diagonal: int, start: int) -> None:
        self.reach = reach
        self._shift = shift
        self.low = self.high = diagonal
        reach[diagonal + shift] = start

    def widen(self, lowest: int, highest: int, nowhere: int) -> None:
        """Add the next diagonal on either side; beyond the edge of the box there is none, so narrow the range there."""
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
