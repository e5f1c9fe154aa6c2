"""What a text consists of, as it is found line by line; and the doubt that ends the search."""

from __future__ import annotations

from typing import List, Optional, Tuple

__all__ = ["Grid", "Item", "Region", "Title", "Unsure"]

Region = Tuple[int, int]
"""Where inline text stands: a paragraph, the text of a heading, a cell."""

Grid = Tuple[List[List[Region]], int, int]
"""A table: the cells of its rows, the header's first, and where it starts and ends."""


class Unsure(Exception):  # noqa: N818  # no error: a text that somebody else has to read
    """The text holds something that is not recognised with certainty."""


class Title:
    """A heading: where it stands and where its text does."""

    __slots__ = ("end", "level", "region", "setext", "start")

    def __init__(self, level: int, start: int, end: int, region: Region, *, setext: bool) -> None:
        self.level = level
        self.start = start
        self.end = end
        self.region = region
        self.setext = setext


class Item:
    """A list item; ``content`` is the column from which on lines belong to it, ``region`` its first paragraph.

    ``end`` is where what is its own ends, before the first list in it, or -1 while that is not known.
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
