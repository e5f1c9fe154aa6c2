"""HTML comments in raw HTML."""

from __future__ import annotations

from typing import Iterator

from idse_core.markdown.facts import Comment

__all__ = ["comment_at", "comments_in"]

_OPEN = "<!--"
_CLOSE = "-->"


def comment_at(text: str, start: int, end: int) -> Comment:
    """The comment that spans exactly ``[start, end)``, as a parser found it."""
    inner = text[start + len(_OPEN) : end]
    # In HTML, "<!-->" and "<!--->" are complete comments too.
    return Comment("" if inner in (">", "->") else inner[: -len(_CLOSE)], start, end)


def comments_in(text: str, start: int, end: int) -> Iterator[Comment]:
    """The comments in the HTML block ``[start, end)``; one that is never closed reaches to the end of the block."""
    at = text.find(_OPEN, start, end)
    while at >= 0:
        close = text.find(_CLOSE, at + 2, end)
        stop = close + len(_CLOSE) if close >= 0 else end
        yield comment_at(text, at, stop) if close >= 0 else Comment(text[at + len(_OPEN) : stop], at, stop)
        at = text.find(_OPEN, stop, end)
