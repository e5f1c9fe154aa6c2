"""Offsets to lines and columns, and what skips lines and white space."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import List, Optional, Tuple

from idse_core.markdown.facts import Position

__all__ = ["BLANK", "LineIndex", "next_line", "trim_end", "trim_quoted_end", "trim_start"]

_LINE_END = re.compile(r"\r\n?|\n")
BLANK = " \t\r\n"


def next_line(text: str, offset: int) -> int:
    """The offset at which the line after the one of ``offset`` starts; ``len(text)`` when there is none."""
    found = _LINE_END.search(text, offset)
    return found.end() if found else len(text)


def trim_start(text: str, start: int, end: int) -> int:
    """The first offset in ``[start, end)`` that is not white space, else ``end``."""
    while start < end and text[start] in BLANK:
        start += 1
    return start


def trim_end(text: str, start: int, end: int) -> int:
    """The end of ``[start, end)`` without white space at its end; never less than ``start``."""
    while end > start and text[end - 1] in BLANK:
        end -= 1
    return end


def trim_quoted_end(text: str, start: int, end: int) -> int:
    """As ``trim_end``, but lines at the end that hold nothing but ``>`` are white space too."""
    stop = end = trim_end(text, start, end)
    while stop > start and (text[stop - 1] in BLANK or text[stop - 1] == ">"):
        stop -= 1
        if text[stop] in "\r\n":
            end = trim_end(text, start, stop)
    return end


class LineIndex:
    r"""The lines of a text; a line ends at ``\n``, ``\r\n`` or ``\r`` and at nothing else.

    Args:
        text: the text.
        starts: where its lines start, if that is known.
    """

    def __init__(self, text: str, starts: Optional[List[int]] = None) -> None:
        self._text = text
        self.starts: List[int]
        if starts is not None:
            self.starts = starts
        elif "\r" in text:
            self.starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        else:  # takes a third of the time
            self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
            self.starts.pop()

    def position(self, offset: int) -> Position:
        """Line and column of ``offset``.

        Raises:
            ValueError: ``offset`` is negative or greater than the length of the text.
        """
        if not 0 <= offset <= len(self._text):
            raise ValueError(f"offset {offset} is outside of the text (0 to {len(self._text)})")
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def bounds(self, line: int) -> Tuple[int, int]:
        """Start and end of the 1-based ``line``, its line end included.

        Raises:
            ValueError: there is no such line.
        """
        if not 0 < line <= len(self.starts):
            raise ValueError(f"line {line} is outside of the text (1 to {len(self.starts)})")
        end = self.starts[line] if line < len(self.starts) else len(self._text)
        return self.starts[line - 1], end
