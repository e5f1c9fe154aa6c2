"""A fingerprint of what a requirement says, independent of its layout."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Iterator, List

from idse_core.late_patterns import late
from idse_core.validation.emphasis import without_emphasis

__all__ = ["text_digest"]

_LENGTH = 16  # hex digits
_LINE_END = late(r"\r\n?|\n")
_LINE_START = late(r"[ \t]*(?:>[ \t]?)*[ \t]*(?P<marker>(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|#{1,6}[ \t]+)?")
_BORDER = late(r"[-=|:+*_~ \t>]*")
_FENCE = late(r"(?P<marks>`{3,}|~{3,})(?P<info>[^`]*)")
_CELL_END = late(r"(?<!\\)\|")
_BEFORE_ID = "*_~`[( "
_MARKED_ID = late(r"\A([*_~`])(\1?)([\w.-]+)\2\1(?![*_~`])")
_AFTER_ID = late(r"\A(\S+?)[*_`~)\]]{0,9}(?:\s?[:.]|\s?[-\u2013\u2014])?[*_`~]{0,9}(?=\s|\Z)")


def text_digest(text: str, *, is_row: bool = False) -> str:
    """The digest of a requirement's words: ``sha256:`` and 16 hex digits.

    Equal for the same words in the same order: line breaks, white space, the marks of lists, quotations, tables and
    emphasis, what parts the id from its text, and the full stop at the end are ignored. Case is not, "must" differs from
    "MUST"; nor are signs such as ``>`` and ``-`` among the words, or any in code.

    Args:
        text: the requirement as it is in the document, from its id or the marks before it on, without comments.
        is_row: whether it is a row of a table.
    """
    text = _MARKED_ID.sub(r"\3", text) if text[:1] in _BEFORE_ID else text  # so that few need a closer look
    if is_row:
        text = _uncelled(_CELL_END.sub(": ", text, count=1))
    plain = " ".join(_blocks(text)) if "\n" in text or "\r" in text else without_emphasis(text)
    words = " ".join(plain.lstrip(_BEFORE_ID).split())
    said = unicodedata.normalize("NFC", _AFTER_ID.sub(r"\1", words)).rstrip(" .")
    return "sha256:" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _blocks(text: str) -> Iterator[str]:
    """The words of each paragraph, item, heading and block of code, without marks; the first line begins with no mark."""
    block: List[str] = []
    fence = ""
    for number, line in enumerate(_LINE_END.split(text)):
        start = _LINE_START.match(line)
        said = line[start.end() :] if start and number else line
        if fence:
            is_closed = said.startswith(fence) and not said.strip().strip(fence[0])
            fence = "" if is_closed else fence
            yield "" if is_closed else line
            continue
        opening = _FENCE.fullmatch(said) if number else None
        is_border = number > 0 and _BORDER.fullmatch(line) is not None
        if opening or is_border or (start and start.group("marker")):
            yield without_emphasis("\n".join(block))
            block = []
        if opening:
            fence = opening.group("marks")
            yield opening.group("info")
        elif not is_border:
            block.append(_uncelled(said) if said.startswith("|") else said)
    yield without_emphasis("\n".join(block))


def _uncelled(row: str) -> str:
    return _CELL_END.sub(" ", row).replace("\\|", "|")
