"""The parts of a Markdown text that nobody reads as prose, so that changing a letter breaks them: addresses, and code in HTML."""

from __future__ import annotations

import re
from typing import Dict, List, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.document import MarkdownDocument
from idse_core.markdown.facts import Link, Span

__all__ = ["address_spans"]

_TAG = late(r"</?[A-Za-z](?:[^<>\r\n]|\r?\n(?![ \t]*\r?\n))*>")
"""An HTML tag with its attributes, or an address between angle brackets."""

_CODE_TAG = late(r"<(/?)(code|pre|kbd|samp|tt|var)\b[^<>]*>", re.IGNORECASE)

_BARE = late(
    r"""(?<![^\s<>()\[\]"'`|*])(?:
        [^\s<>()\[\]"'`|*]*[a-z.:~]/[^\s<>"'`|]*
        | www\.[^\s<>"'`|]+
        | [^\s<>()\[\]"'`|*@]+@[^\s<>()\[\]"'`|]+
    )""",
    re.VERBOSE,
)
"""A URL, a path with a folder in it, or an e-mail address, as they appear in prose."""

_DEFINITION = late(
    r"""[ \t>]*(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*
        \[(?!\^)(?:[^\[\]\\\r\n]|\\.)+\]:[ \t]*(?:\r?\n[ \t>]*)?
        (?:<[^<>\r\n]*>|[^\s<]\S*)
        (?:[ \t]+(?:"[^"\r\n]*"|'[^'\r\n]*'|\([^()\r\n]*\)))?[ \t]*\r?""",
    re.VERBOSE,
)
"""A link reference definition, on one line or with its destination on the next; matched against whole lines."""


def address_spans(document: MarkdownDocument) -> Tuple[Span, ...]:
    """The spans of link destinations with titles, reference labels and definitions, tags, HTML code, URLs and paths.

    The text of an inline link is prose. That of a reference such as ``[FR1]`` is its label as well, and so is an
    address. Spans come in order of their start and may overlap.
    """
    prose = document.prose
    found: List[Span] = [_of_link(prose, link) for link in document.links]
    found.extend(Span(*match.span()) for pattern in (_TAG, _BARE) for match in pattern.finditer(prose))
    found.extend(_code(prose))
    found.extend(_definitions(prose))
    return tuple(sorted(found))


def _code(prose: str) -> List[Span]:
    """What stands between the tags of HTML code; a tag that is not closed begins none."""
    found: List[Span] = []
    opened: Dict[str, int] = {}
    for tag in _CODE_TAG.finditer(prose):
        name = tag.group(2).lower()
        if not tag.group(1):
            opened.setdefault(name, tag.start())
        elif name in opened:
            found.append(Span(opened.pop(name), tag.end()))
    return found


def _of_link(prose: str, link: Link) -> Span:
    """The part of a link that is not prose: what follows its closing bracket, or all of it if the text is the label."""
    opening = link.start + (1 if link.image else 0)
    closing = _closing(prose, opening, link.end)
    rest = prose[closing + 1 : link.end]
    if closing < 0 or not rest or rest == "[]":
        return Span(link.start, link.end)
    return Span(closing + 1, link.end)


def _closing(prose: str, opening: int, end: int) -> int:
    """The offset of the bracket that closes the one at ``opening``; -1 when there is none, or it is not closed."""
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
