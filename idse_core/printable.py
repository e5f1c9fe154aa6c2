"""Makes text from files and from the network safe to show on a terminal, in an annotation or in a report."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["count", "one_line", "printable"]

_SUSPECT = re.compile(r"[^ -~]")
"""Everything beyond printable ASCII gets a closer look."""

_ESCAPED_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
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


def count(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\n\t" or character in _JOINERS or unicodedata.category(character) not in _ESCAPED_CATEGORIES:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
