"""The parts of a text as they are found line by line, and the exception that ends the search."""

from __future__ import annotations

from typing import List, Optional, Tuple

__all__ = ["Grid", "Item", "Region", "Title", "Unsure"]

Region = Tuple[int, int]
"""The span of inline text: a paragraph, the text of a heading, or a cell."""

Grid = Tuple[List[List[Region]], int, int]
"""A table: the cells of its rows, the header's first, and its start and end."""


class Unsure(Exception):  # noqa: N818  # not an error: the text needs a full parser
    """The text contains something that is not recognised with certainty."""


class Title:
    """A heading: its span, and the span of its text."""

    __slots__ = ("end", "level", "region", "setext", "start")

    def __init__(self, level: int, start: int, end: int, region: Region, *, setext: bool) -> None:
        self.level = level
        self.start = start
        self.end = end
        self.region = region
        self.setext = setext


class Item:
    """A list item; lines from column ``content`` on belong to it, and ``region`` is its first paragraph.

    ``end`` is the end of its own content, before the first list in it, or -1 while it is unknown.
    """

    checked: Optional[bool] = None
    region: Region = (0, 0)
    end = -1
    full_end = -1

    def __init__(self, start: int, content: int, depth: int, mark: str) -> None:
        self.start = start
        self.content = content
        self.depth = depth
        self.mark = mark
