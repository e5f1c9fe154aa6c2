"""The text as parsers get it: front matter taken out, characters they can't take replaced, every offset kept."""

from __future__ import annotations

from typing import Optional, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.facts import Fence
from idse_core.markdown.masks import blank

__all__ = ["prepare"]

_LONE_CR = late(r"\r(?!\n)")
_REPLACED = late("[\0\ud800-\udfff]")
_OPENING = late(r"---[ \t]*\r?\n(?![ \t]*(?:[\r\n]|\Z))")
_CLOSING = late(r"(?<=\n)(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)")


def prepare(text: str) -> Tuple[str, Optional[Fence]]:
    """Split off the front matter, and replace characters that no parser accepts.

    NUL becomes U+FFFD as CommonMark 2.3 requires, and so does a lone surrogate, which has no UTF-8 form. A lone CR
    becomes LF, since pulldown-cmark misses it in code. Front matter is read here: pulldown-cmark would also take some
    ``---`` in the middle of a text for it.

    Args:
        text: the text as it was read.

    Returns:
        A text of the same length for the parser, and the front matter.
    """
    if "\r" in text:
        text = _LONE_CR.sub("\n", text)
    if "\0" in text or not _is_encodable(text):
        text = _REPLACED.sub("\ufffd", text)
    front_matter = _front_matter(text) if text.startswith("---") else None
    if front_matter:
        text = blank(text[: front_matter.end]) + text[front_matter.end :]
    return text, front_matter


def _front_matter(text: str) -> Optional[Fence]:
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if not opening or not closing:
        return None
    content = text[opening.end() : closing.start()].replace("\r\n", "\n")
    return Fence("yaml", "yaml", content, 0, closing.end(), opening.end())


def _is_encodable(text: str) -> bool:
    try:
        text.encode()  # takes a tenth of the time of a search
    except UnicodeEncodeError:
        return False
    return True
