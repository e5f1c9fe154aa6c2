"""Headings to sections."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from idse_core.markdown.facts import Heading, Section
from idse_core.markdown.positions import next_line

__all__ = ["sections"]


# Takes half the time of calling the class, whose __new__ is Python code.
_new = tuple.__new__


def sections(text: str, headings: Sequence[Heading]) -> Tuple[Section, ...]:
    """The sections that ``headings`` divide ``text`` into, in order.

    The first one is always the preamble (``heading`` is None), even when it is empty: so every offset is in a section.
    """
    first = headings[0].start if headings else len(text)
    found = [Section(None, (), 0, 0, first, first)]
    full_ends = _full_ends(headings, len(text))
    ancestors: List[Heading] = []
    for number, heading in enumerate(headings):
        while ancestors and ancestors[-1].level >= heading.level:
            ancestors.pop()
        ancestors.append(heading)
        path = tuple([ancestor.text for ancestor in ancestors])
        end = headings[number + 1].start if number + 1 < len(headings) else len(text)
        body_start = min(next_line(text, heading.end), end)
        found.append(_new(Section, (heading, path, heading.start, body_start, end, full_ends[number])))
    return tuple(found)


def _full_ends(headings: Sequence[Heading], length: int) -> List[int]:
    """For each heading the start of the next one of the same or a higher level, else ``length``."""
    ends = [length] * len(headings)
    open_numbers: List[int] = []
    for number, heading in enumerate(headings):
        while open_numbers and headings[open_numbers[-1]].level >= heading.level:
            ends[open_numbers.pop()] = heading.start
        open_numbers.append(number)
    return ends
