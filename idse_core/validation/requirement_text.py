"""A fingerprint of what a requirement says, independent of its layout."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from idse_core.late_patterns import late

__all__ = ["text_digest"]

_LENGTH = 16  # hex digits
_LIST_MARKER = late(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|^[ \t>]*#{1,6}[ \t]", re.MULTILINE)
_EMPHASIS = late(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")
_RULES = "-|:=>\u2013\u2014"
_RULES_ONLY = late(r"[-|:=>\u2013\u2014]+")
_AFTER_ID = late(r"^(\S+?)[\s*_`:.)\]\u2013\u2014-]+(?=\s|$)")


def text_digest(text: str) -> str:
    """The digest of a requirement's words: ``sha256:`` and 16 hex digits.

    Equal for the same words in the same order: line breaks, white space, list markers, emphasis, the lines of tables
    and the full stop at the end are ignored. Case is not: "must" differs from "MUST".

    Args:
        text: the requirement as it is in the document, from its id on, without comments.
    """
    if "\n" in text or not text[:1].isalpha():  # otherwise no line starts with a marker
        text = _LIST_MARKER.sub(" ", text)
    plain = _EMPHASIS.sub("", text).replace("|", " ")
    words = " ".join([word for word in plain.split() if word[0] not in _RULES or not _RULES_ONLY.fullmatch(word)])
    said = unicodedata.normalize("NFC", _AFTER_ID.sub(r"\1", words)).rstrip(" .")
    return "sha256:" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
