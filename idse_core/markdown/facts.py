"""The facts a Markdown text states, as plain values.

Every offset counts characters (not bytes) from the start of the text; every span is half-open, ``[start, end)``, and
carries neither leading nor trailing white space.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Protocol, Sequence, Tuple

__all__ = [
    "Blocks",
    "Cell",
    "CodeSpan",
    "Comment",
    "Fence",
    "Heading",
    "ItemPlace",
    "Link",
    "ListItem",
    "Position",
    "Section",
    "Span",
    "Table",
    "TextFacts",
]


class Position(NamedTuple):
    """A position as people and editors count it: line and column are 1-based, columns count characters."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of the text."""

    start: int
    end: int


class Heading(NamedTuple):
    """An ATX (``## Scope``) or setext (underlined) heading; ``text`` is free of markup, ``level`` is 1 to 6."""

    level: int
    text: str
    start: int
    end: int
    setext: bool


class Section(NamedTuple):
    """A heading with what follows it; ``heading`` is None for the text before the first one.

    ``path`` holds the heading texts from the outermost ancestor down to this section. ``[body_start, end)`` is the
    section's own body, ``[body_start, full_end)`` includes its subsections; ``start`` is where the heading starts.
    """

    heading: Optional[Heading]
    path: Tuple[str, ...]
    start: int
    body_start: int
    end: int
    full_end: int


class ListItem(NamedTuple):
    """An item of a list; ``checked`` is None unless it is a task.

    ``text`` is the inline text of the item's own first paragraph (or heading). ``depth`` is the number of items around
    it. ``[start, end)`` reaches from the list marker to the first nested list, ``full_end`` includes all of the item.
    """

    text: str
    depth: int
    ordered: bool
    checked: Optional[bool]
    start: int
    end: int
    full_end: int


class ItemPlace(Protocol):
    """The span of a list item, and whether it is a task: the parts of a ``ListItem`` that cost nothing to find."""

    @property
    def checked(self) -> Optional[bool]: ...  # as in ListItem

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def full_end(self) -> int: ...


class Cell(NamedTuple):
    """A table cell; an empty one has an empty span."""

    text: str
    start: int
    end: int


class Table(NamedTuple):
    """A pipe table; each row has as many cells as the header."""

    header: Tuple[Cell, ...]
    rows: Tuple[Tuple[Cell, ...], ...]
    start: int
    end: int


class Fence(NamedTuple):
    r"""A fenced code block, or the front matter.

    ``info`` is the whole info string, ``language`` its first word in lower case. ``text`` is the content without the
    fence's own indentation and with ``\n`` line ends; its first line starts at ``content_start``.
    """

    info: str
    language: str
    text: str
    start: int
    end: int
    content_start: int


class Link(NamedTuple):
    """An inline link, a resolved reference link, an autolink, or an image; ``target`` is unescaped."""

    text: str
    target: str
    image: bool
    start: int
    end: int


class CodeSpan(NamedTuple):
    """Inline code; the span includes the backticks."""

    text: str
    start: int
    end: int


class Comment(NamedTuple):
    """An HTML comment; the span includes ``<!--`` and ``-->``, the text does not."""

    text: str
    start: int
    end: int


class Blocks(NamedTuple):
    """What a reader returns; every tuple is in the order of ``start``.

    ``outline`` holds the headings outside lists and block quotes: they alone divide the text into sections.
    ``indented`` holds the indented code blocks.
    """

    headings: Tuple[Heading, ...]
    outline: Tuple[Heading, ...]
    items: Tuple[ListItem, ...]
    tables: Tuple[Table, ...]
    fences: Tuple[Fence, ...]
    indented: Tuple[Span, ...]
    links: Tuple[Link, ...]
    code_spans: Tuple[CodeSpan, ...]
    comments: Tuple[Comment, ...]

    @property
    def item_places(self) -> Sequence[ItemPlace]:
        """The spans of the list items."""
        return self.items

    @property
    def row_places(self) -> Sequence[Tuple[int, int]]:
        """The spans of the tables' rows below the header, from the first cell to the end of the last."""
        rows = (row for table in self.tables for row in table.rows)
        return [(row[0].start, max(cell.end for cell in row)) for row in rows if row]

    @property
    def tasks(self) -> Tuple[ListItem, ...]:
        """The items that are tasks."""
        return tuple(item for item in self.items if item.checked is not None)


class TextFacts(Protocol):
    """What a ``MarkdownDocument`` needs from a reader: the fields of ``Blocks``; some may be computed on access."""

    @property
    def headings(self) -> Tuple[Heading, ...]: ...  # as in Blocks

    @property
    def outline(self) -> Tuple[Heading, ...]: ...

    @property
    def items(self) -> Tuple[ListItem, ...]: ...

    @property
    def item_places(self) -> Sequence[ItemPlace]: ...

    @property
    def row_places(self) -> Sequence[Tuple[int, int]]: ...

    @property
    def tasks(self) -> Tuple[ListItem, ...]: ...

    @property
    def tables(self) -> Tuple[Table, ...]: ...

    @property
    def fences(self) -> Tuple[Fence, ...]: ...

    @property
    def indented(self) -> Tuple[Span, ...]: ...

    @property
    def links(self) -> Tuple[Link, ...]: ...

    @property
    def code_spans(self) -> Tuple[CodeSpan, ...]: ...

    @property
    def comments(self) -> Tuple[Comment, ...]: ...
