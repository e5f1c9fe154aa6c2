"""The positions of markdown-it's tokens: it reports only the lines of blocks, and inline content without prefixes."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Callable, Dict, Iterator, List, Tuple

from idse_core.markdown.positions import BLANK, LineIndex, trim_end, trim_start

__all__ = ["Place", "Places", "row_cells"]

# Offset in inline content (or a cell) -> offset in the source.
Place = Callable[[int], int]

_PREFIX = re.compile(r"[ \t>]*")
_TASK = re.compile(r"[ \t]{1,4}(\[[ xX]\])(?=[ \t\r\n])")
_ATX_MARK = re.compile(r"#{1,6}[ \t]*")


class Places:
    """Converts line numbers (0-based, as in markdown-it) to offsets in one text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = LineIndex(source)
        self._after_marker: Dict[int, int] = {}

    def line_end(self, line: int) -> int:
        """The end of the line's text, without white space."""
        start, end = self._lines.bounds(line + 1)
        return trim_end(self.source, start, end)

    def block_start(self, line: int) -> int:
        """The start of the block that starts in the line: after indentation, ``>`` and the list markers seen so far."""
        start, end = self._lines.bounds(line + 1)
        found = _PREFIX.match(self.source, self._after_marker.get(line, start), end)
        return found.end() if found else start

    def item_start(self, line: int, width: int) -> int:
        """The start of the next list item that starts in the line; its marker is ``width`` characters wide."""
        start = self.block_start(line)
        self._after_marker[line] = start + width
        return start

    def task(self, line: int) -> str:
        """The task marker (``[x]``) that follows the last list marker seen in the line, or an empty string."""
        found = _TASK.match(self.source, self._after_marker[line])
        if not found:
            return ""
        self._after_marker[line] = found.end()
        return found.group(1)

    def of_atx(self, line: int) -> Place:
        """Converts offsets in the content of an ATX heading."""
        start = self.block_start(line)
        mark = _ATX_MARK.match(self.source, start)
        after = mark.end() if mark else start
        return lambda offset: after + offset

    def of_lines(self, line: int, content: str) -> Place:
        """Converts offsets in ``content``, whose lines are the ends of the source's lines from ``line`` on."""
        inner_starts: List[int] = []
        shifts: List[int] = []
        at = 0
        for number, part in enumerate(content.split("\n"), line + 1):
            start, end = self._lines.bounds(number)
            inner_starts.append(at)
            shifts.append(start + _column(self.source[start:end].rstrip(BLANK), part.rstrip(BLANK)) - at)
            at += len(part) + 1
            if number == self._lines_count():
                break
        return lambda offset: offset + shifts[bisect_right(inner_starts, offset) - 1]

    def _lines_count(self) -> int:
        return len(self._lines.starts)


def _column(line: str, part: str) -> int:
    """The column of ``part`` in ``line``: at its end, though markdown-it may have replaced a leading tab by spaces."""
    if line.endswith(part) or part not in line:
        return len(line) - len(part)
    return line.rfind(part)  # version 3 strips what only Python takes for white space


def row_cells(source: str, start: int, end: int) -> Iterator[Tuple[int, int, Place]]:
    """Yield the cells of the table row ``[start, end)``: their spans with white space, and converters of offsets.

    Never ends: for cells that the row lacks it yields empty ones at its end.
    """
    pipes = _pipes(source, start, end)
    bounds = list(zip([start - 1, *pipes], [*pipes, end]))
    if bounds[0][0] + 1 == bounds[0][1]:
        bounds.pop(0)
    if bounds and bounds[-1][0] + 1 == bounds[-1][1]:
        bounds.pop()
    for before, after in bounds:
        yield before + 1, after, _cell_place(source, before + 1, after)
    while True:
        yield end, end, _cell_place(source, end, end)


def _pipes(source: str, start: int, end: int) -> List[int]:
    return [at for at in range(start, end) if source[at] == "|" and not (at > start and source[at - 1] == "\\")]


def _cell_place(source: str, start: int, end: int) -> Place:
    # A pipe's backslash is removed before the cell is read, even in code.
    first = trim_start(source, start, end)
    kept = [at for at in range(first, end) if not source.startswith("\\|", at)]
    return lambda offset: kept[offset]
