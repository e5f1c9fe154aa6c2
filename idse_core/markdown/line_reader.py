"""The reader for most documents: line by line, in a third of the time that a full parser takes.

It finds the same facts as the other readers or, when it is not sure, nothing: then one of them reads the text.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import Callable, List, Optional, Sequence, Tuple

from idse_core.markdown.comments import comments_in
from idse_core.markdown.facts import (
    Blocks,
    Cell,
    CodeSpan,
    Comment,
    Fence,
    Heading,
    ItemPlace,
    Link,
    ListItem,
    Span,
    Table,
)
from idse_core.markdown.line_blocks import LineBlocks
from idse_core.markdown.line_inline import HOLD, LineInline
from idse_core.markdown.line_parts import Grid, Item, Unsure

__all__ = ["LineFacts", "read_lines"]

_FOREIGN = ("\t", "\r", "]:", "\x0b", "\x0c", HOLD)  # every reference definition contains "]:"

# Takes half the time of calling the class, whose __new__ is Python code.
_new = tuple.__new__

ReadBlocks = Callable[[str], Blocks]


class LineFacts:
    """The facts of one text, with the fields of ``Blocks``. What few callers need is computed on first use.

    Args:
        source: the text.
        blocks: its blocks.
        inline: its inline content.
        otherwise: a full parser, used when list items or tables have markup that is not recognised with certainty.
        line_starts: the offsets at which its lines start.

    Attributes:
        headings, outline, fences, indented, links, code_spans, comments: as in ``Blocks``.
    """

    indented: Tuple[Span, ...] = ()

    def __init__(
        self,
        source: str,
        blocks: LineBlocks,
        inline: LineInline,
        otherwise: ReadBlocks,
        line_starts: List[int],
    ) -> None:
        self._source = source
        self._blocks = blocks
        self._inline = inline
        self._otherwise = otherwise
        self.line_starts = line_starts
        text = inline.text
        self.headings: Tuple[Heading, ...] = tuple(
            [_new(Heading, (at.level, text(at.region), at.start, at.end, at.setext)) for at in blocks.titles]
        )
        self.outline = self.headings
        self.fences: Tuple[Fence, ...] = tuple(blocks.fences)
        self.links: Tuple[Link, ...] = tuple(inline.links)
        self.code_spans: Tuple[CodeSpan, ...] = tuple(inline.code_spans)
        self.comments: Tuple[Comment, ...] = tuple(inline.comments)
        if blocks.html:
            found = [*inline.comments, *(comment for place in blocks.html for comment in comments_in(source, *place))]
            self.comments = tuple(sorted(found, key=_start_of))

    @property
    def item_places(self) -> Sequence[ItemPlace]:
        """The spans of the list items."""
        return self._blocks.items

    @property
    def row_places(self) -> Sequence[Tuple[int, int]]:
        """The spans of the tables' rows below the header, from the first cell to the end of the last."""
        return [(row[0][0], row[-1][1]) for rows, _, _ in self._blocks.tables for row in rows[1:]]

    @cached_property
    def items(self) -> Tuple[ListItem, ...]:
        """The list items."""
        try:
            return tuple(map(self._item, self._blocks.items))
        except Unsure:
            return self._others.items

    @cached_property
    def tasks(self) -> Tuple[ListItem, ...]:
        """The items that are tasks."""
        try:
            return tuple([self._item(item) for item in self._blocks.items if item.checked is not None])
        except Unsure:
            return self._others.tasks

    @cached_property
    def tables(self) -> Tuple[Table, ...]:
        """The tables."""
        try:
            return tuple(map(self._table, self._blocks.tables))
        except Unsure:
            return self._others.tables

    @cached_property
    def _others(self) -> Blocks:
        return self._otherwise(self._source)

    def _item(self, item: Item) -> ListItem:
        text = self._inline.text(item.region)
        if not text:
            raise Unsure  # a full parser may take the text of the next paragraph
        values = (text, item.depth, item.mark in ".)", item.checked, item.start, item.end, item.full_end)
        return _new(ListItem, values)

    def _table(self, grid: Grid) -> Table:
        rows, start, end = grid
        made = [tuple([Cell(self._inline.text(place), *place) for place in row]) for row in rows]
        return Table(made[0], tuple(made[1:]), start, end)


def read_lines(source: str, otherwise: ReadBlocks) -> Optional[LineFacts]:
    """The facts of a text that ``prepare`` returned; None when it needs a full parser.

    Args:
        source: the text.
        otherwise: the full parser.
    """
    for mark in _FOREIGN:
        if mark in source:
            return None
    lines = source.split("\n")
    starts = [0, *accumulate([len(line) + 1 for line in lines])]
    starts.pop()
    try:
        blocks = LineBlocks(source, lines, starts)
        return LineFacts(source, blocks, LineInline(source, blocks.regions), otherwise, starts)
    except Unsure:
        return None


def _start_of(comment: Comment) -> int:
    return comment.start
