"""The passage around a position in a text: what a reader takes in together with it."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Iterator, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.document import MarkdownDocument

__all__ = ["Passages"]

_EMPTY_LINE = late(r"\n[ \t>]*(?=\r?\n)")
_MARK = r"""(?: (?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+(?:\[[ xX]\][ \t]+)?
               | \#{1,6}[ \t]+(?:\d+(?:(?:\.\d+)+\.?|[.):])[ \t]+)? )"""
_MARKER = late(_MARK, re.VERBOSE)
_LATER_MARKER = late(rf"^[ \t>]*{_MARK}", re.MULTILINE | re.VERBOSE)


class Passages:
    """The table rows, list items, headings and paragraphs of a text; each place is in one of them."""

    def __init__(self, document: MarkdownDocument) -> None:
        self._text = document.text
        self._tables = frozenset(table.start for table in document.tables)
        headings = document.headings
        blocks = [(heading.start, heading.end) for heading in headings]
        blocks += [(table.start, table.end) for table in document.tables]
        blocks += [(item.start, item.end) for item in document.item_places]
        blocks.sort()
        self._starts = [start for start, _ in blocks]
        self._ends = [end for _, end in blocks]
        self._reached = list(accumulate(self._ends, max))
        self._rest = {item.start: item.full_end for item in document.item_places}
        following = [*(heading.start for heading in headings[1:]), len(self._text)]
        self._rest.update((heading.start, end) for heading, end in zip(headings, following))
        self._empty_lines = [found.start() for found in _EMPTY_LINE.finditer(self._text)]

    def around(self, offset: int) -> Tuple[int, int]:
        """The span of the passage that contains an offset.

        A list item includes what is nested in it, a heading what stands below it.
        """
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self._ends[index]:
            return self._paragraph(offset, index)
        start, end = self._starts[index], self._ends[index]
        if start in self._tables:
            line_end = self._text.find("\n", offset)
            return self._text.rfind("\n", 0, offset) + 1, end if line_end < 0 else line_end
        return start, self._rest.get(start, end)

    def parts(self, low: int, high: int) -> Iterator[Tuple[int, int]]:
        """A passage in parts, without the markers of items and headings: a number there says nothing."""
        first = _MARKER.match(self._text, low, high)
        low = first.end() if first else low
        for marker in _LATER_MARKER.finditer(self._text, low, high):
            yield low, marker.start()
            low = marker.end()
        yield low, high

    def _paragraph(self, offset: int, before: int) -> Tuple[int, int]:
        """The span between two other blocks, or empty lines; ``before`` is the last block that starts earlier."""
        empty = bisect_right(self._empty_lines, offset)
        low = max(self._reached[before] if before >= 0 else 0, self._empty_lines[empty - 1] if empty else 0)
        following = (self._starts[before + 1 : before + 2], self._empty_lines[empty : empty + 1])
        return low, min((found[0] for found in following if found), default=len(self._text))
