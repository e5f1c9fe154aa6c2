"""Anchors for a comparison: lines that occur once on each side, in their longest common order."""

from __future__ import annotations

from bisect import bisect_left
from typing import Dict, List, Sequence, Tuple

__all__ = ["longest_rising", "occurring_once"]


def occurring_once(lines: Sequence[int], start: int, end: int) -> Dict[int, int]:
    """Line → its index, in order, for the lines that occur exactly once in ``lines[start:end]``."""
    places: Dict[int, int] = {}
    for place in range(start, end):
        line = lines[place]
        places[line] = -1 if line in places else place
    return {line: place for line, place in places.items() if place >= 0}


def longest_rising(pairs: Sequence[Tuple[int, int]]) -> List[Tuple[int, int]]:
    """The longest increasing subsequence by second number (patience sort), of pairs increasing by first number."""
    tops: List[int] = []
    chosen: List[int] = []
    before: List[int] = []
    for index, (_, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        before.append(chosen[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [y]
        chosen[pile : pile + 1] = [index]
    result: List[Tuple[int, int]] = []
    index = chosen[-1] if chosen else -1
    while index >= 0:
        result.append(pairs[index])
        index = before[index]
    return result[::-1]
