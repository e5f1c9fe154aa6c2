"""The parts of a Markdown text that lead somewhere: nobody reads them as prose, and a letter changed breaks them."""

from __future__ import annotations

import re
from typing import List, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.document import MarkdownDocument
from idse_core.markdown.facts import Link, Span

__all__ = ["address_spans"]

_TAG = late(r"</?[A-Za-z](?:[^<>\r\n]|\r?\n(?![ \t]*\r?\n))*>")
"""A tag of HTML with its attributes, or an address between angle brackets."""

_BARE = late(
    r"""(?<![^\s<>()\[\]"'`|*])(?:
        [^\s<>()\[\]"'`|*]*[a-z.:~]/[^\s<>"'`|]*
        | www\.[^\s<>"'`|]+
        | [^\s<>()\[\]"'`|*@]+@[^\s<>()\[\]"'`|]+
    )""",
    re.VERBOSE,
)
"""A URL, a path with a folder in it, an address of mail: as they stand in prose."""

_DEFINITION = late(
    r"""[ \t>]*(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*
        \[(?!\^)(?:[^\[\]\\\r\n]|\\.)+\]:[ \t]*(?:\r?\n[ \t>]*)?
        (?:<[^<>\r\n]*>|[^\s<]\S*)
        (?:[ \t]+(?:"[^"\r\n]*"|'[^'\r\n]*'|\([^()\r\n]*\)))?[ \t]*\r?""",
    re.VERBOSE,
)
"""A link reference definition, on one line or with its destination on the next; looked for in lines of their own."""


def address_spans(document: MarkdownDocument) -> Tuple[Span, ...]:
    """Where link destinations with their titles, labels of references, their definitions, tags, URLs and paths stand.

    The text of an inline link is prose. That of a reference such as ``[FR1]`` is its label as well, and so belongs here.
    Spans come in order of their start and may overlap.
    """
    prose = document.prose
    found: List[Span] = [_of_link(prose, link) for link in document.links]
    found.extend(Span(*match.span()) for pattern in (_TAG, _BARE) for match in pattern.finditer(prose))
    found.extend(_definitions(prose))
    return tuple(sorted(found))


def _of_link(prose: str, link: Link) -> Span:
    """What of a link is no text: what follows its closing bracket, or all where the text is the label, too."""
    opening = link.start + (1 if link.image else 0)
    closing = _closing(prose, opening, link.end)
    rest = prose[closing + 1 : link.end]
    if closing < 0 or not rest or rest == "[]":
        return Span(link.start, link.end)
    return Span(closing + 1, link.end)


def _closing(prose: str, opening: int, end: int) -> int:
    """Where the bracket at ``opening`` is closed; -1 when there is none, or it is not."""
    depth, at = 0, opening
    while at < end:
        character = prose[at]
        if character == "\\":
            at += 1
        elif character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
        if depth == 0:
            return at if character == "]" else -1
        at += 1
    return -1


def _definitions(prose: str) -> List[Span]:
    """The link reference definitions, each from the beginning of its line."""
    found: List[Span] = []
    at = prose.find("]:")
    while at >= 0:
        start = prose.rfind("\n", 0, at) + 1
        first = _line_end(prose, at)
        for end in (first, _line_end(prose, first + 1)):
            if _DEFINITION.fullmatch(prose, start, end):
                found.append(Span(start, end))
                break
        at = prose.find("]:", first)
    return found


def _line_end(prose: str, at: int) -> int:
    end = prose.find("\n", at)
    return len(prose) if end < 0 else end
