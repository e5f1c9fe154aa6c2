"""Blocks at the end of a text that nothing closes: whatever is added behind them becomes part of them."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Optional

from idse_core.late_patterns import late
from idse_core.markdown.document import MarkdownDocument

__all__ = ["OpenBlock", "open_block"]

_FENCE = late(r"[ \t>]*(?P<mark>`{3,}|~{3,})")
_RAW = late(
    r"^[ ]{0,3}(?P<opening><(?P<tag>script|pre|style|textarea)(?=[\s>]|\Z)|<\?|<!\[CDATA\[|<![a-z])",
    re.IGNORECASE | re.MULTILINE,
)


class OpenBlock(NamedTuple):
    """A block that reaches to the end of its text.

    Attributes:
        name: what people call it.
        line: where it begins, 1-based.
    """

    name: str
    line: int


def open_block(document: MarkdownDocument) -> Optional[OpenBlock]:
    """The block at the end of a text that is not closed; None where something added there stands for itself."""
    return next(_open_blocks(document), None)


def _open_blocks(document: MarkdownDocument) -> Iterator[OpenBlock]:
    text = document.text
    end = len(text.rstrip())
    for fence in document.fences[-1:]:
        if fence.end >= end and not _is_closed(text[fence.start : fence.end]):
            yield OpenBlock("code block", document.position(fence.start).line)
    for comment in document.comments[-1:]:
        if comment.end >= end and not text.endswith("-->", 0, end):
            yield OpenBlock("comment", document.position(comment.start).line)
    for opening in _RAW.finditer(document.prose):
        if not _closing(opening["opening"], opening["tag"]).search(text, opening.end()):
            name = f"block of {opening['opening']}{'>' if opening['tag'] else ''}"
            yield OpenBlock(name, document.position(opening.start("opening")).line)


def _is_closed(fence: str) -> bool:
    """Whether a fenced block ends with a fence of its own."""
    first, *rest = fence.splitlines()
    opening = _FENCE.match(first)
    last = rest[-1].lstrip(" \t>").rstrip() if rest else ""
    return opening is not None and last == opening["mark"][0] * len(last) and len(last) >= len(opening["mark"])


def _closing(opening: str, tag: Optional[str]) -> re.Pattern[str]:
    """What ends a block of raw HTML that begins like that."""
    if tag is not None:
        return re.compile("</(?:script|pre|style|textarea)>", re.IGNORECASE)
    return re.compile(r"\?>" if opening == "<?" else r"\]\]>" if opening.startswith("<![") else ">")
