"""Ids within addresses, which nobody reads as a mention: URLs, names of files, destinations of links. Pure.

The text of a link is a mention, and so is a link to a requirement in the spec, such as ``spec.md#FR-1``. What is one is told by
the word around an id alone, since nearly all ids stand by themselves.
"""

from __future__ import annotations

import re
from typing import List, Sequence

from idse_core.late_patterns import late
from idse_core.markdown import Identifier

__all__ = ["without_addresses"]

_JOINS = frozenset("/=#?&.%~+")
"""What an id is joined with to what stands before it in an address."""

_FAR = 300
_BACKWARDS = late(rf"""[^\s<>()\[\]"'`|*,;]{{0,{_FAR}}}""")
_FOLDER = late(r"[a-z.:~]/|\Awww\.")
_NAME_GOES_ON = late(r"(?:/[^\s<>()\[\]\"'`|*,;/]{1,99}){0,9}\.(?:[a-z][a-z0-9]{0,9}|[A-Z]{2,4})(?!\w)")
_LABEL = late(
    r"""\]:[ \t]*(?:<[^<>\r\n]{1,999}>|(?=\S{0,999}(?:[/\#]|\.[a-z]))[^\s<]\S{0,999})
        (?:[ \t]+(?:"[^"\r\n]*"|'[^'\r\n]*'|\([^()\r\n]*\)))?[ \t]*(?:[\r\n]|\Z)""",
    re.VERBOSE,
)
_SPEC = "spec.md#"


def without_addresses(prose: str, found: Sequence[Identifier]) -> List[Identifier]:
    """The ids that are no part of an address, in order.

    Args:
        prose: contains the ids.
        found: all of them, in order.
    """
    kept: List[Identifier] = []
    end, was_address = -1, False
    for place in found:
        is_alike = place.start == end + 1 and prose[end] == "/"  # ids with a slash between them are of the same sort
        is_address = was_address if is_alike else _is_in_address(prose, place)
        if not is_address:
            kept.append(place)
        end, was_address = place.end, is_address
    return kept


def _is_in_address(prose: str, place: Identifier) -> bool:
    before, after = prose[place.start - 1 : place.start], prose[place.end : place.end + 1]
    if after in {".", "/"} and _NAME_GOES_ON.match(prose, place.end):
        return True
    if before == "[":
        return after == "]" and _LABEL.match(prose, place.end) is not None and _begins_line(prose, place.start - 1)
    if before == "(":
        return prose[place.start - 2 : place.start - 1] == "]"
    return before in _JOINS and _goes_on_address(prose, place.start)


def _goes_on_address(prose: str, offset: int) -> bool:
    """Whether an address begins before an offset, and has not ended there."""
    backwards = _BACKWARDS.match(prose[max(0, offset - _FAR) : offset][::-1])
    word = backwards.group()[::-1] if backwards else ""
    start = offset - len(word)
    if word.endswith("#") and "://" not in word and (word == "#" or word.endswith(_SPEC)):
        return False
    return prose[max(0, start - 2) : start] == "](" or _FOLDER.search(word) is not None


def _begins_line(prose: str, offset: int) -> bool:
    start = max(prose.rfind("\n", 0, offset), prose.rfind("\r", max(0, offset - _FAR), offset)) + 1
    return not prose[start:offset].strip(" \t>")
