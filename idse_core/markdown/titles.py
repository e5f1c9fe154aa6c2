"""Titles in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from idse_core.late_patterns import late

__all__ = ["plain_title"]

_LONGEST = 1000  # characters; keeps a hostile heading from costing quadratic time
_NUMBERING = late(
    r"""(?: \d+ (?:\.\d+)+ \.?       # 2.3  2.3.
          | \d+ \s* [.):\u2013\u2014-]  # 6.  6)  6 -
          | [ivx]+ [.)]              # IV.
        ) \s+ (?=\S)""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)  # rules ask for the same few names in every artifact
def plain_title(text: str) -> str:
    """Fold away what does not distinguish two headings.

    That is: case, numbering ("6.", "2.3", "IV."; but "Phase 1" is part of the title), punctuation, symbols and markup
    around it, a trailing parenthesis such as "(measurable)", the amount of white space, and "&" for "and".

    Args:
        text: a heading's text, or a heading as somebody wrote it in a rule.

    Returns:
        The folded title; folding it again changes nothing.
    """
    title = unicodedata.normalize("NFC", text[:_LONGEST].replace("&", " and ").casefold())
    while True:
        folded = _fold(" ".join(title.split()))
        if folded == title:
            return folded
        title = folded


def _fold(title: str) -> str:
    start, end = 0, len(title)
    while start < end and _is_around(title[start]):
        start += 1
    numbering = _NUMBERING.match(title, start, end)
    if numbering:
        start = numbering.end()
    while end > start and title[end - 1] != ")" and _is_around(title[end - 1]):
        end -= 1
    opening = _opening(title, start, end)
    if opening > start:
        end = opening
    elif end > start and title[end - 1] == ")":
        end -= 1
    return title[start:end].strip()


def _is_around(character: str) -> bool:
    """Whether it is white space, punctuation, or a symbol such as an emoji, with joiners and variation selectors."""
    return character.isspace() or unicodedata.category(character) in _AROUND


_AROUND = frozenset(("Cf", "Mn", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sk", "So"))


def _opening(title: str, start: int, end: int) -> int:
    """The offset of the parenthesis that closes at ``end``, or -1."""
    if end == start or title[end - 1] != ")":
        return -1
    depth = 0
    for at in range(end - 1, start - 1, -1):
        depth += (title[at] == ")") - (title[at] == "(")
        if depth == 0:
            return at
    return -1
