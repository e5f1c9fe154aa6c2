"""Converts markdown-it's tokens to pulldown-cmark's events, with spans in characters."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from idse_core.markdown.markdown_it_places import Place, Places, row_cells
from idse_core.markdown.positions import BLANK

__all__ = ["TokenEvents"]

Event = Tuple[Any, Dict[str, int]]


class TokenEvents:
    """Iterates over the events of one parsed text.

    Args:
        source: the text.
        tokens: the result of markdown-it's ``parse``; inline tokens carry ``meta["span"]``.
    """

    def __init__(self, source: str, tokens: Sequence[Any]) -> None:
        self._tokens = tokens
        self._places = Places(source)
        self._open: List[Event] = []
        self._heading = ""
        self._task = ""
        self._row: Optional[Iterator[Tuple[int, int, Place]]] = None
        self._cell: Tuple[int, int, Place] = (0, 0, _nowhere)

    def __iter__(self) -> Iterator[Event]:
        for token in self._tokens:
            kind = token.type
            if kind == "inline":
                yield from self._inline_block(token)
            elif kind in _LEAVES:
                yield from _LEAVES[kind](self, token)
            elif kind in _NAMES:
                yield from self._container(token)

    def _container(self, token: Any) -> Iterator[Event]:
        if token.nesting < 0:
            name, span = self._open.pop()
            yield {"End": name}, span
            return
        start, end = self._span(token)
        name = _NAMES[token.type]
        value: Any = name
        if name == "Heading":
            value = {"Heading": {"level": token.tag.upper()}}
            self._heading = token.markup
        elif name == "List":
            value = {"List": 1 if token.type == "ordered_list_open" else None}
        elif name == "BlockQuote":
            value = {"BlockQuote": None}
        span = {"start": start, "end": end}
        self._open.append((name, span))
        yield {"Start": value}, span
        if name == "Item":
            self._task = self._places.task(token.map[0])
            if self._task:
                yield {"TaskListMarker": self._task != "[ ]"}, span

    def _span(self, token: Any) -> Tuple[int, int]:
        kind = token.type
        if kind in ("th_open", "td_open"):
            if self._row:
                self._cell = next(self._row)
            return self._cell[:2]
        if kind == "list_item_open":
            start = self._places.item_start(token.map[0], len(token.info) + 1)
        else:
            start = self._places.block_start(token.map[0])
        end = self._places.line_end(token.map[1] - 1)
        if kind == "tr_open":
            self._row = row_cells(self._places.source, start, end)
        return start, max(start, end)

    # -- leaves ------------------------------------------------------------------------------------------------------

    def _fence(self, token: Any) -> Iterator[Event]:
        first, after = token.map
        start, end = self._places.block_start(first), self._places.line_end(after - 1)
        yield from _code({"Fenced": token.info}, token.content, start, end)

    def _indented(self, token: Any) -> Iterator[Event]:
        first, after = token.map
        start = self._places.of_lines(first, token.content)(_first_visible(token.content))
        yield from _code("Indented", token.content, start, self._places.line_end(after - 1))

    def _html(self, token: Any) -> Iterator[Event]:
        first, after = token.map
        span = {"start": self._places.block_start(first), "end": self._places.line_end(after - 1)}
        yield {"Start": "HtmlBlock"}, span
        yield {"End": "HtmlBlock"}, span

    def _rule(self, token: Any) -> Iterator[Event]:
        start = self._places.block_start(token.map[0])
        yield "Rule", {"start": start, "end": start}

    # -- inline ------------------------------------------------------------------------------------------------------

    def _inline_block(self, token: Any) -> Iterator[Event]:
        block = self._open[-1][0] if self._open else ""
        if block == "TableCell":
            place = self._cell[2]
        elif block == "Heading" and self._heading.startswith("#"):
            place = self._places.of_atx(token.map[0])
        else:
            place = self._places.of_lines(token.map[0], token.content)
        children = token.children or []
        if self._task:
            if children and children[0].type == "text" and children[0].content.startswith(self._task):
                children[0].content = children[0].content[len(self._task) :]
            self._task = ""
        yield from _inline(children, place, 0)


def _code(kind: Any, content: str, start: int, end: int) -> Iterator[Event]:
    span = {"start": start, "end": max(start, end)}
    yield {"Start": {"CodeBlock": kind}}, span
    yield {"Text": content}, span
    yield {"End": "CodeBlock"}, span


def _inline(tokens: Sequence[Any], place: Place, base: int) -> Iterator[Event]:
    """The events of inline tokens; their spans count from offset ``base`` of the inline content."""
    links: List[Dict[str, int]] = []
    for token in tokens:
        kind = token.type
        span = _NO_SPAN
        if "span" in token.meta:
            start, end = token.meta["span"]
            span = {"start": place(base + start), "end": place(base + end - 1) + 1}
        if kind in ("text", "text_special"):
            yield {"Text": token.content}, span
        elif kind == "code_inline":
            yield {"Code": token.content}, span
        elif kind == "html_inline":
            yield {"InlineHtml": token.content}, span
        elif kind in ("softbreak", "hardbreak"):
            yield "SoftBreak", span
        elif kind == "link_open":
            links.append(span)
            yield {"Start": {"Link": {"link_type": "Inline", "dest_url": token.attrs["href"]}}}, span
        elif kind == "link_close":
            yield {"End": "Link"}, links.pop()
        elif kind == "image":
            yield {"Start": {"Image": {"link_type": "Inline", "dest_url": token.attrs["src"]}}}, span
            yield from _inline(token.children or [], place, base + token.meta["span"][0] + len("!["))
            yield {"End": "Image"}, span


def _first_visible(content: str) -> int:
    return len(content) - len(content.lstrip(BLANK))


def _nowhere(_offset: int) -> int:
    return 0


_NO_SPAN = {"start": 0, "end": 0}
_LEAVES: Dict[str, Callable[[TokenEvents, Any], Iterator[Event]]] = {
    "code_block": TokenEvents._indented,
    "fence": TokenEvents._fence,
    "hr": TokenEvents._rule,
    "html_block": TokenEvents._html,
}
_NAMES = {
    f"{kind}_{side}": name
    for kind, name in (
        ("blockquote", "BlockQuote"),
        ("bullet_list", "List"),
        ("heading", "Heading"),
        ("list_item", "Item"),
        ("ordered_list", "List"),
        ("paragraph", "Paragraph"),
        ("table", "Table"),
        ("td", "TableCell"),
        ("th", "TableCell"),
        ("tr", "TableRow"),
    )
    for side in ("open", "close")
}
