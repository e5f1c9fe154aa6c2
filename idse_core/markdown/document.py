"""``MarkdownDocument``: a text and the facts a reader found in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import List, Optional, Tuple

from idse_core.markdown.facts import Fence, ListItem, Position, Section, Table, TextFacts
from idse_core.markdown.masks import keep_only, without
from idse_core.markdown.positions import LineIndex
from idse_core.markdown.sections import sections

__all__ = ["MarkdownDocument"]


class MarkdownDocument:
    """A Markdown text with its facts; treat it as immutable.

    Args:
        text: the text, without a byte order mark.
        blocks: the facts that a reader found in it.
        front_matter: the YAML at the very top, if any.
        line_starts: the offsets at which its lines start, if known.

    What few callers need (items, tables, sections, masks, line numbers) is computed on first use and kept.
    """

    def __init__(
        self,
        text: str,
        blocks: TextFacts,
        front_matter: Optional[Fence] = None,
        *,
        line_starts: Optional[List[int]] = None,
    ) -> None:
        self.text = text
        self.blocks = blocks
        self.front_matter = front_matter
        self.headings = blocks.headings
        self.item_places = blocks.item_places
        self._line_starts = line_starts
        self.fences = blocks.fences
        self.links = blocks.links
        self.code_spans = blocks.code_spans
        self.comments = blocks.comments

    def __repr__(self) -> str:
        return f"<MarkdownDocument: {len(self.text)} characters, {len(self.headings)} headings>"

    @property
    def items(self) -> Tuple[ListItem, ...]:
        """The list items; ``item_places`` is cheaper if only their spans are needed."""
        return self.blocks.items

    @property
    def tasks(self) -> Tuple[ListItem, ...]:
        """The list items that are tasks."""
        return self.blocks.tasks

    @property
    def tables(self) -> Tuple[Table, ...]:
        """The tables."""
        return self.blocks.tables

    @cached_property
    def sections(self) -> Tuple[Section, ...]:
        """The sections in order; the first one is the preamble, which has no heading and may be empty."""
        return sections(self.text, self.blocks.outline)

    @cached_property
    def prose(self) -> str:
        """The text with code, comments and front matter blanked: same length, same line ends."""
        return without(self.text, self._code_spans() + self._comment_spans() + self._front_matter_spans())

    @cached_property
    def code(self) -> str:
        """The text with everything but code (fenced, indented, inline) blanked: same length, same line ends."""
        return keep_only(self.text, self._code_spans())

    @cached_property
    def comment_text(self) -> str:
        """The text with everything but HTML comments blanked: same length, same line ends."""
        return keep_only(self.text, self._comment_spans())

    @cached_property
    def line_count(self) -> int:
        """The number of lines; the empty line after a final line end counts."""
        return len(self._lines.starts)

    def position(self, offset: int) -> Position:
        """Line and column of a character offset, both counted from 1.

        Raises:
            ValueError: ``offset`` is outside the text; its length is still inside.
        """
        return self._lines.position(offset)

    def line_text(self, line: int, most: Optional[int] = None) -> str:
        """The 1-based ``line`` without its line end, or no more than ``most`` characters of its beginning.

        Raises:
            ValueError: there is no such line.
        """
        start, end = self.line_span(line)
        return self.text[start : end if most is None else min(end, start + most)]

    def line_span(self, line: int) -> Tuple[int, int]:
        """Where the 1-based ``line`` starts and ends, its line end left out.

        Raises:
            ValueError: there is no such line.
        """
        start, end = self._lines.bounds(line)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def section_at(self, offset: int) -> Section:
        """The innermost section that ``offset`` is in; the preamble for an offset before the first heading."""
        return self.sections[max(bisect_right(self._section_starts, offset) - 1, 0)]

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.text, self._line_starts)

    @cached_property
    def _section_starts(self) -> List[int]:
        return [section.start for section in self.sections]

    def _code_spans(self) -> List[Tuple[int, int]]:
        spans = [(fence.start, fence.end) for fence in self.fences]
        spans.extend((span.start, span.end) for span in self.code_spans)
        spans.extend(self.blocks.indented)
        return spans

    def _comment_spans(self) -> List[Tuple[int, int]]:
        return [(comment.start, comment.end) for comment in self.comments]

    def _front_matter_spans(self) -> List[Tuple[int, int]]:
        return [(self.front_matter.start, self.front_matter.end)] if self.front_matter else []
