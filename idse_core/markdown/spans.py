"""Converts a parser's ranges to spans of characters."""

from __future__ import annotations

from bisect import bisect_left
from typing import Dict, List, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.positions import BLANK

__all__ = ["Range", "Spans", "utf8_with_short_line_ends", "whole"]

Range = Dict[str, int]

# Not "[^...]+", which takes four times as long to search for.
_WIDE = late(r"[^\x00-\x7f][^\x00-\x7f]*")
_WIDE_OR_LINE_END = late(r"[^\x00-\x7f]+|\r\n")


class Spans:
    """Converts ranges in some unit to spans in characters, by stretches in which characters are one unit wide.

    It is called several hundred times per text, mostly for the same stretch as before.

    Args:
        source: the text that the spans refer to.
        starts: where each stretch starts, in units.
        ends: where each stretch ends, in units; there is at least one.
        excesses: for each stretch, how many more units than characters come before it.
    """

    def __init__(self, source: str, starts: List[int], ends: List[int], excesses: List[int]) -> None:
        self._source = source
        self._starts = starts
        self._ends = ends
        self._excesses = excesses
        self._low, self._high, self._excess = starts[0], ends[0], excesses[0]

    def char(self, unit: int) -> int:
        """The character offset of ``unit``, which must not be inside a run of wider characters.

        No parser's range starts or ends there, since all of Markdown's markup is ASCII.
        """
        if not self._low <= unit <= self._high:
            number = bisect_left(self._ends, unit)
            self._low, self._high, self._excess = self._starts[number], self._ends[number], self._excesses[number]
        return unit - self._excess

    def exact(self, span: Range) -> Tuple[int, int]:
        """The span in characters."""
        start, end = span["start"], span["end"]
        if self._low <= start and end <= self._high:
            return start - self._excess, end - self._excess
        return self.char(start), self.char(end)

    def trimmed(self, span: Range) -> Tuple[int, int]:
        """The span in characters, without white space around it."""
        source = self._source
        start, end = span["start"], span["end"]
        if self._low <= start and end <= self._high:
            start -= self._excess
            end -= self._excess
        else:
            start, end = self.char(start), self.char(end)
        while start < end and source[start] in BLANK:
            start += 1
        while end > start and source[end - 1] in BLANK:
            end -= 1
        return start, end


def whole(text: str) -> Spans:
    """For ranges that already count characters of ``text``."""
    return Spans(text, [0], [len(text)], [0])


def utf8_with_short_line_ends(text: str) -> Spans:
    r"""For ranges that count the bytes of ``text`` in UTF-8 after every ``\r\n`` in it has become ``\n``."""
    short = "\r" in text
    if text.isascii() and not short:
        return whole(text)
    starts, ends, excesses, excess = [0], [], [0], 0
    for found in (_WIDE_OR_LINE_END if short else _WIDE).finditer(text):
        start, end = found.span()
        ends.append(start + excess)
        run = found.group()
        excess += -1 if run == "\r\n" else len(run.encode()) - len(run)
        starts.append(end + excess)
        excesses.append(excess)
    ends.append(len(text) + excess)
    return Spans(text, starts, ends, excesses)
