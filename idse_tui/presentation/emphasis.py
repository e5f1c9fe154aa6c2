"""Which words of a changed line are new: a Markdown paragraph is one long line, of which a change is often one word."""

from __future__ import annotations

import re
from typing import List, Sequence, Tuple

from idse_core.agency.line_diff import compare

__all__ = ["Spans", "new_words", "within"]

Spans = Tuple[Tuple[int, int], ...]
"""Half-open ranges of characters in a line."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_STEPS = 50_000
_MOST_NEW = 0.7  # of a text; one that is new as a whole needs no emphasis


def new_words(before: Sequence[str], now: Sequence[str]) -> List[Spans]:
    """For each line of ``now`` where it has words that ``before`` has not at that place.

    Args:
        before: lines without their ends.
        now: likewise.
    """
    old = [word for line in before for word in _WORD.findall(line)]
    places = [(number, match.span()) for number, line in enumerate(now) for match in _WORD.finditer(line)]
    new = [now[number][start:end] for number, (start, end) in places]
    found: List[List[Tuple[int, int]]] = [[] for _ in now]
    for hunk in compare(old, new, most_steps=_MOST_STEPS).hunks:
        for number, (start, end) in places[hunk.new_start : hunk.new_end]:
            spans = found[number]
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    is_all_new = sum(end - start for spans in found for start, end in spans) > _MOST_NEW * sum(map(len, now))
    return [() if is_all_new else tuple(spans) for spans in found]


def within(spans: Spans, start: int, end: int) -> Spans:
    """The parts of the spans that lie in a piece of the line, counted from the piece's beginning."""
    cut = ((max(low, start) - start, min(high, end) - start) for low, high in spans)
    return tuple((low, high) for low, high in cut if low < high)
