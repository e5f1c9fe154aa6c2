"""Where the lines of a text are after it was changed: told by the lines themselves, for the few that somebody looks at."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import takewhile
from typing import Dict, Iterable, List, NamedTuple, Sequence

__all__ = ["MovedLines"]


class _Pair(NamedTuple):
    """A line before, and the same one after, both counted from 0."""

    before: int
    after: int


class MovedLines:
    """Maps lines of a text to those of the text that it has become.

    What both begin and end with is the same. In between, lines that each of them has once tell where the others are.

    Args:
        before: the text as it was.
        after: the text as it is.
    """

    def __init__(self, before: str, after: str) -> None:
        self._before, self._after = before.split("\n"), after.split("\n")
        shorter = min(len(self._before), len(self._after))
        self._begin = _alike(self._before, self._after)
        self._end = min(_alike(reversed(self._before), reversed(self._after)), shorter - self._begin)

    def __call__(self, line: int) -> int:
        """The line that a line has become, or the one that stands where it was; both 1-based."""
        at = min(max(line - 1, 0), len(self._before) - 1)
        if at < self._begin:
            return at + 1
        if at >= len(self._before) - self._end:
            return at + len(self._after) - len(self._before) + 1
        return min(max(self._between(at), 0), len(self._after) - 1) + 1

    @property
    def _changed(self) -> range:
        """The lines before that are in neither of the parts that stayed."""
        return range(self._begin, len(self._before) - self._end)

    @cached_property
    def _places(self) -> Dict[str, List[int]]:
        """Line that says something → where it stands among those that changed, after."""
        places: Dict[str, List[int]] = {}
        for at in range(self._begin, len(self._after) - self._end):
            if self._after[at].strip():
                places.setdefault(self._after[at], []).append(at)
        return places

    @cached_property
    def _pairs(self) -> Sequence[_Pair]:
        """Lines that are there once before and once after, with the edges of what changed around them."""
        changed = self._changed
        numbers = Counter(self._before[at] for at in changed)
        single = (at for at in changed if numbers[self._before[at]] == 1 and len(self._places_of(at)) == 1)
        first, last = changed.start - 1, changed.stop
        inside = (_Pair(at, self._places_of(at)[0]) for at in single)
        return (_Pair(first, first), *inside, _Pair(last, len(self._after) - self._end))

    def _places_of(self, at: int) -> Sequence[int]:
        return self._places.get(self._before[at], ())

    def _between(self, at: int) -> int:
        above = max((pair for pair in self._pairs if pair.before <= at), key=lambda pair: pair.before)
        below = min((pair for pair in self._pairs if pair.before >= at), key=lambda pair: pair.before)
        nearer = above if at - above.before <= below.before - at else below
        guess = nearer.after + at - nearer.before
        same = [place for place in self._places_of(at) if above.after <= place <= below.after]
        return min(same, key=lambda place: abs(place - guess)) if same else guess


def _alike(these: Iterable[str], those: Iterable[str]) -> int:
    """How many lines two texts have in common from where they begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(these, those)))
