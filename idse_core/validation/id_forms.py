"""The form of ids such as ``FR-1``, ``FR-1.2``, ``FR-1-1`` or ``FR-AUTH-001``, and of ranges of them. Pure."""

from __future__ import annotations

import re
from typing import List

from idse_core.late_patterns import late
from idse_core.markdown import Identifier

__all__ = ["family", "identifiers_in", "through"]

_WORD = "[A-Z][A-Z0-9]{0,9}"
_NUMBERS = r"-[0-9]+[A-Za-z]?(?:[.-](?:[0-9]+[A-Za-z]?|[A-Za-z]))*"
_ENDS = r"(?!_{0,3}[^\W_])"  # underscores around an id are emphasis, those within a longer word are not

_NUMBER = late(_NUMBERS + _ENDS)
_PREFIX = late(rf"(^|\W)_{{0,3}}({_WORD})\Z")
_PREFIXES = late(rf"(^|[^\w-])_{{0,3}}({_WORD}(?:-{_WORD}){{1,3}})\Z")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_LONGEST_PREFIX = 14  # characters, including the emphasis and the character before it
_LONGEST_PREFIXES = 48  # the same for several words
_RANGE = late(
    rf"""[*_`]{{0,4}}(?:
        \s{{0,9}}(?:\bto\b|\bthrough\b|[-\u2013\u2014\u2026]|\.{{2,3}})\s{{0,9}}[*_`]{{0,4}}
            (?P<last>{_WORD}(?:-{_WORD})*{_NUMBERS})
        | (?:[\u2013\u2026]|\.{{2,3}})(?P<bare>[0-9]{{1,9}})
    ){_ENDS}""",
    re.VERBOSE,
)
"""What follows the first id of a range: ``to FR-9``, and the like."""

_NO_RANGE = frozenset("),:;]")
_STEM = late(r"-(?=[0-9])")


def family(name: str) -> str:
    """What an id begins with: ``FR`` of ``FR-1``, ``FR-1-1`` and ``FR-AUTH-001``."""
    return name.partition("-")[0]


def identifiers_in(prose: str) -> List[Identifier]:
    """Find the ids with any prefix, in order, each as a whole: none is only the beginning of a longer id."""
    found: List[Identifier] = []
    for match in _NUMBER.finditer(prose):  # starts with a literal, which is searched for much faster than a word
        start, end = match.span()
        if prose[start - 1 : start] not in _UPPER:
            continue
        word = _PREFIX.search(prose[max(0, start - _LONGEST_PREFIX) : start])
        if word is None:
            continue
        prefix = word.group(2)
        if word.group(1) == "-" and not _is_last(found, prefix, start - len(prefix)):
            words = _PREFIXES.search(prose[max(0, start - _LONGEST_PREFIXES) : start])
            if words is None:
                continue
            prefix = words.group(2)
        found.append(Identifier(prefix + match.group(), start - len(prefix), end))
    return found


def through(prose: str, place: Identifier) -> str:
    """The last id of the range that begins at ``place``, or empty."""
    if prose[place.end : place.end + 1] in _NO_RANGE:
        return ""
    match = _RANGE.match(prose, place.end)
    if match is None:
        return ""
    if match.group("bare"):
        return f"{place.id.rpartition('-')[0]}-{match.group('bare')}"
    last = match.group("last")
    return last if _stem(last) == _stem(place.id) else ""


def _is_last(found: List[Identifier], prefix: str, start: int) -> bool:
    """Whether an id after a hyphen ends a range such as ``FR-1-FR-9``, the first id of which was just found."""
    return bool(found) and found[-1].end == start - 1 and _stem(found[-1].id) == prefix


def _stem(name: str) -> str:
    """The words that an id begins with."""
    return _STEM.split(name, 1)[0]
