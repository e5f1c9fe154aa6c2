"""Makes text from files and from the network safe to show on a terminal, in an annotation or in a report."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["count", "editable", "one_line", "printable"]

_SUSPECT = re.compile(r"[^ -~]")
"""Everything beyond printable ASCII gets a closer look."""

_ESCAPED_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
_UNKNOWN = frozenset(["Cn", "Co"])
"""Characters of a newer Unicode, and those of private fonts: they drive no terminal."""

_JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiner and non-joiner: scripts and emoji need them, and they reorder nothing."""


def printable(text: str) -> str:
    r"""``text`` with every control, bidirectional and unassigned character written as ``\\xNN`` or ``\\uNNNN``.

    Newlines and tabs belong to the text, and stay.
    """
    return _SUSPECT.sub(_escaped, text)


def one_line(text: str) -> str:
    """``text`` made printable, on one line."""
    return printable(" ".join(text.split()))


def editable(text: str) -> str:
    """``text`` for a field of one line, whose content is stored: only what drives a terminal is escaped in it.

    Line ends and tabs are spaces; characters that are just not known yet stay, as somebody typed them.
    """
    spaced = "".join(" " if character.isspace() else character for character in text)
    return _SUSPECT.sub(lambda found: found.group() if _category(found) in _UNKNOWN else _escaped(found), spaced)


def count(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _category(match: re.Match[str]) -> str:
    return unicodedata.category(match.group())


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\n\t" or character in _JOINERS or _category(match) not in _ESCAPED_CATEGORIES:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
