"""Parser events to facts."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

from idse_core.markdown.comments import comment_at, comments_in
from idse_core.markdown.facts import Blocks, Cell, CodeSpan, Comment, Fence, Heading, Link, ListItem, Span, Table
from idse_core.markdown.positions import BLANK, next_line, trim_end, trim_quoted_end
from idse_core.markdown.spans import Range, Spans

__all__ = ["EventCollector", "Events"]

Events = Iterable[Tuple[Any, Range]]

# Takes half the time of calling the class, whose __new__ is Python code; used where there are many.
_new = tuple.__new__
_DEEPEST_IMAGE = 20
_ATX = re.compile(r"#{1,6}(?:[ \t\r\n]|\Z)")


class _Item:
    """A list item that is still open; ``number`` is its index among all items."""

    checked: Optional[bool] = None
    text: Optional[str] = None
    end = -1

    def __init__(self, number: int, start: int) -> None:
        self.number = number
        self.start = start


class EventCollector:
    """Collects the facts of one text from pulldown-cmark's events, in one pass.

    ``_pieces`` holds the inline text of the block being read and is emptied where a block starts or ends; a link
    records where in it its own text starts. This is the hot loop of a validation, hence no object per event.

    Args:
        source: the text.
        spans: converts the events' ranges to characters of ``source``.
    """

    def __init__(self, source: str, spans: Spans) -> None:
        self._source = source
        self._char = spans.char
        self._exact = spans.exact
        self._trimmed = spans.trimmed
        self._pieces: List[str] = []
        self._containers: List[Optional[_Item]] = []  # None stands for a block quote
        self._lists: List[bool] = []  # for each open list, whether it is ordered
        self._quotes = 0
        self._ended_at = (-1, -1)
        self._open_links: List[Tuple[Any, int]] = []
        self._level = 0
        self._info: Optional[str] = None  # the info string of the open code block; None when that is indented
        self._row: List[Cell] = []
        self._rows: List[Tuple[Cell, ...]] = []
        self._headings: List[Heading] = []
        self._outline: List[Heading] = []
        self._items: List[Any] = []
        self._tables: List[Table] = []
        self._fences: List[Fence] = []
        self._indented: List[Span] = []
        self._links: List[Link] = []
        self._code_spans: List[CodeSpan] = []
        self._comments: List[Comment] = []

    def collect(self, events: Events) -> Blocks:
        """Process all events, and return the facts."""
        pieces = self._pieces
        for event, span in events:
            if "Text" in event:
                pieces.append(event["Text"])
            elif "End" in event:
                name = event["End"]
                end = _ENDS.get(name if type(name) is str else next(iter(name)))
                if end:
                    end(self, span)
            elif "Start" in event:
                tag = event["Start"]
                name = tag if type(tag) is str else next(iter(tag))
                start = _STARTS.get(name)
                if start:
                    start(self, tag, span)
            elif "Code" in event:
                self._code_span(event["Code"], span)
            else:
                self._other(event, span)
        return self._blocks()

    def _blocks(self) -> Blocks:
        return Blocks(
            headings=tuple(self._headings),
            outline=tuple(self._outline),
            items=tuple(self._items),
            tables=tuple(self._tables),
            fences=tuple(self._fences),
            indented=tuple(self._indented),
            links=tuple(sorted(self._links, key=_start_of)),
            code_spans=tuple(self._code_spans),
            comments=tuple(self._comments),
        )

    def _take_text(self) -> str:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        return text

    def _end_block(self, *_unused: object) -> None:
        """Give the text read so far to the list item around it, unless that has its text already."""
        if self._pieces:
            item = self._containers[-1] if self._containers else None
            text = self._take_text()
            if item and item.text is None:
                item.text = text

    def _end_heading(self, span: Range) -> None:
        start, end = self._trimmed(span)
        item = self._containers[-1] if self._containers else None
        text = self._take_text()
        if item and item.text is None:
            item.text = text
        setext = self._source[start] != "#" or not _ATX.match(self._source, start)
        heading = _new(Heading, (self._level, text, start, end, setext))
        self._headings.append(heading)
        if not self._containers:
            self._outline.append(heading)

    def _start_heading(self, tag: Any, _span: Range) -> None:
        self._end_block()
        self._level = int(tag["Heading"]["level"][1])

    def _start_quote(self, _tag: Any, _span: Range) -> None:
        self._end_block()
        self._containers.append(None)
        self._quotes += 1

    def _end_quote(self, _span: Range) -> None:
        self._end_block()
        self._containers.pop()
        self._quotes -= 1

    def _start_list(self, tag: Any, span: Range) -> None:
        self._end_block()
        self._lists.append(tag["List"] is not None)
        item = self._containers[-1] if self._containers else None
        if item and item.end < 0:
            start, _ = self._exact(span)
            item.end = trim_end(self._source, item.start, start)

    def _end_list(self, _span: Range) -> None:
        self._lists.pop()

    def _start_item(self, _tag: Any, span: Range) -> None:
        start = self._char(span["start"])
        while self._source[start] in BLANK:  # ends at the list marker
            start += 1
        self._containers.append(_Item(len(self._items), start))
        self._items.append(None)

    def _end_item(self, span: Range) -> None:
        item = self._containers[-1]
        if self._pieces:
            text = "".join(self._pieces).strip()  # inlined from _end_block: saves two calls for each item
            self._pieces.clear()
            if item and item.text is None:
                item.text = text
        self._containers.pop()
        if item:
            start, unit = item.start, span["end"]
            if unit != self._ended_at[0]:  # nested items end together, maybe in a lot of white space
                trim = trim_quoted_end if self._quotes else trim_end
                self._ended_at = unit, trim(self._source, start, self._char(unit))
            full_end = self._ended_at[1]
            full_end = max(full_end, start)
            end = full_end if item.end < 0 else item.end
            lists = self._lists
            self._items[item.number] = _new(
                ListItem, (item.text or "", len(lists) - 1, lists[-1], item.checked, start, end, full_end)
            )

    def _start_code(self, tag: Any, _span: Range) -> None:
        self._end_block()
        kind = tag["CodeBlock"]
        self._info = None if type(kind) is str else kind["Fenced"]

    def _end_code(self, span: Range) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        start, end = self._trimmed(span)
        if self._info is None:
            self._indented.append(Span(start, end))
            return
        info = self._info.strip()
        language = info.split(None, 1)[0].lower() if info else ""
        content_start = min(next_line(self._source, start), end)
        self._fences.append(Fence(info, language, text, start, end, content_start))

    def _end_html(self, span: Range) -> None:
        self._pieces.clear()
        self._comments.extend(comments_in(self._source, *self._trimmed(span)))

    def _end_cell(self, span: Range) -> None:
        start, end = self._trimmed(span)
        self._row.append(_new(Cell, (self._take_text(), start, end)))

    def _end_row(self, span: Range) -> None:
        _, end = self._trimmed(span)
        row = self._row
        if row and row[-1].end > end:  # cells that the row lacks are reported after its line end
            row = [cell if cell.end <= end else Cell("", end, end) for cell in row]
        self._rows.append(tuple(row))
        self._row = []

    def _end_table(self, span: Range) -> None:
        self._tables.append(Table(self._rows[0], tuple(self._rows[1:]), *self._trimmed(span)))
        self._rows = []

    def _start_link(self, tag: Any, _span: Range) -> None:
        self._open_links.append((tag, len(self._pieces)))

    def _end_link(self, span: Range) -> None:
        tag, mark = self._open_links.pop()
        image = "Image" in tag
        data = tag["Image" if image else "Link"]
        target = data["dest_url"]
        if data["link_type"] == "Email":
            target = f"mailto:{target}"
        start, end = self._exact(span)
        if data["link_type"] == "Collapsed" and self._source.startswith("[]", end):
            end += len("[]")  # pulldown-cmark's range leaves them out
        # The texts of nested images add up to quadratic length.
        text = "".join(self._pieces[mark:]).strip() if len(self._open_links) < _DEEPEST_IMAGE else ""
        self._links.append(Link(text, target, image, start, end))

    def _code_span(self, text: str, span: Range) -> None:
        self._pieces.append(text)
        start, end = self._exact(span)
        self._code_spans.append(_new(CodeSpan, (text, start, end)))

    def _other(self, event: Any, span: Range) -> None:
        if event == "Rule":
            self._end_block()
        elif type(event) is str:  # a soft or hard line break
            if self._pieces:
                self._pieces[-1] = self._pieces[-1].rstrip(" \t")
            self._pieces.append(" ")
        elif "InlineHtml" in event:
            if event["InlineHtml"].startswith("<!--"):
                self._comments.append(comment_at(self._source, *self._exact(span)))
        elif "TaskListMarker" in event:
            item = self._containers[-1]
            if item:
                item.checked = event["TaskListMarker"]


def _start_of(link: Link) -> int:
    return link.start


_STARTS: Dict[str, Callable[[EventCollector, Any, Range], None]] = {
    "BlockQuote": EventCollector._start_quote,
    "CodeBlock": EventCollector._start_code,
    "Heading": EventCollector._start_heading,
    "HtmlBlock": EventCollector._end_block,
    "Image": EventCollector._start_link,
    "Item": EventCollector._start_item,
    "Link": EventCollector._start_link,
    "List": EventCollector._start_list,
    "Paragraph": EventCollector._end_block,
    "Table": EventCollector._end_block,
}
_ENDS: Dict[str, Callable[[EventCollector, Range], None]] = {
    "BlockQuote": EventCollector._end_quote,
    "CodeBlock": EventCollector._end_code,
    "Heading": EventCollector._end_heading,
    "HtmlBlock": EventCollector._end_html,
    "Image": EventCollector._end_link,
    "Item": EventCollector._end_item,
    "Link": EventCollector._end_link,
    "List": EventCollector._end_list,
    "Paragraph": EventCollector._end_block,
    "Table": EventCollector._end_table,
    "TableCell": EventCollector._end_cell,
    "TableHead": EventCollector._end_row,
    "TableRow": EventCollector._end_row,
}
