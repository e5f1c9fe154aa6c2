"""Titles in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Iterable, Tuple

from idse_core.late_patterns import late

__all__ = ["is_called", "plain_title", "title_forms"]

_LONGEST = 1000  # characters; keeps a hostile heading from costing quadratic time
_NUMBERING = late(
    r"""(?: \d+ (?:\.\d+)+ \.?       # 2.3  2.3.
          | \d+ \s* [.):\u2013\u2014-]  # 6.  6)  6 -
          | [a-z] (?:\.\d+)+ \.?     # A.1
          | (?: [ivx]+ | [a-z]) [.)] # IV.  A.  a)
          | (?: section | chapter | part) \s+ (?: \d+ (?:\.\d+)* | [ivx]+ | [a-z]) \s* [.):\u2013\u2014-]
          | \u00a7+ (?: \s* \d+ (?:\.\d+)* [.):]?)?  # § 2
        ) \s+ (?=\S)""",
    re.VERBOSE,
)
_BARE = late(r"(?:\d{1,2}|[ivx]+|[a-z])\s+(?=\S)")
_ATTRIBUTES = late(r"\{[#.:][^{}]*\}\Z")


@lru_cache(maxsize=4096)  # rules ask for the same few names in every artifact
def plain_title(text: str) -> str:
    """Fold away what does not distinguish two headings.

    That is: case, numbering ("6.", "2.3", "IV.", "A.", "§ 2", "Section 1:"; but "Phase 1" is part of the title, and so is
    a number that may be, as in "3 Pillars"), punctuation, symbols and markup around it, a trailing parenthesis such as
    "(measurable)", attributes such as "{#goal}", the amount of white space, and "&" for "and".

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


@lru_cache(maxsize=4096)  # the same few headings stand in most artifacts
def title_forms(text: str) -> Tuple[str, ...]:
    """What a heading can be called: its plain title; and without a number or letter before it that may be numbering.

    In "4 Acceptance Criteria" and "II Goal" it is, in "2 Factor Authentication" it is not, and only who knows which name
    is looked for can tell.

    Args:
        text: a heading's text.
    """
    title = plain_title(text)
    bare = _BARE.match(title) if " " in title else None
    return (title,) if bare is None else (title, plain_title(title[bare.end() :]))


def is_called(text: str, names: Iterable[str]) -> bool:
    """Whether a heading is called one of these names, numbering ignored.

    Args:
        text: the heading's text.
        names: headings as somebody wrote them in a rule; what stands in them is part of the name.
    """
    forms = title_forms(text)
    return any(plain_title(name) in forms for name in names)


def _fold(title: str) -> str:
    start, end = 0, len(title)
    attributes = _ATTRIBUTES.search(title) if title[-1:] == "}" else None
    if attributes:
        end = attributes.start()
    while start < end and title[start] != "\u00a7" and _is_around(title[start]):
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
