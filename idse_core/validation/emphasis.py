"""Takes the marks of emphasis and code from a paragraph, and leaves the same characters where they are text. Pure."""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Set, Tuple

from idse_core.late_patterns import late

__all__ = ["without_emphasis"]

_MARKS = late(r"\\.|`+|\*+|_+|~+", re.DOTALL)
_NEAR = 8
"""The number of open marks among which one of the same length is looked for."""


class _Opening(NamedTuple):
    """Marks that may begin emphasis."""

    start: int
    end: int


def without_emphasis(text: str) -> str:
    """A paragraph without the marks that Markdown would not show.

    Marks are taken away in pairs, those of code first: a ``*`` before a word is text unless another one follows a word.
    Within words and in code all is text.
    """
    found = _MARKS.search(text)
    if found is None:
        return text
    marks: List[Tuple[int, int]] = []
    openings: Dict[str, List[_Opening]] = {"*": [], "_": [], "~": []}
    unclosed: Set[str] = set()
    while found is not None:
        run, at = found.group(), found.end()
        if run[0] == "`":
            end = -1 if run in unclosed else _closing(text, run, at)
            if end < 0:
                unclosed.add(run)
            else:
                marks += [found.span(), (end, end + len(run))]
                at = end + len(run)
        elif run[0] != "\\":
            marks += _pairs(text, openings[run[0]], found.start(), at)
        found = _MARKS.search(text, at)
    return _without(text, sorted(marks))


def _closing(text: str, run: str, at: int) -> int:
    """The offset of the next run of backticks of the same length; -1 when there is none."""
    end = text.find(run, at)
    while end >= 0 and (text.startswith("`", end + len(run)) or text[end - 1] == "`"):
        at = end + len(run)
        while text.startswith("`", at):
            at += 1
        end = text.find(run, at)
    return end


def _pairs(text: str, open_marks: List[_Opening], start: int, end: int) -> List[Tuple[int, int]]:
    """The marks of emphasis that the run ``[start, end)`` closes, with their like; what is left of it may open some."""
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    found: List[Tuple[int, int]] = []
    while start < end and open_marks and not before.isspace() and not after.isalnum():
        near = range(len(open_marks) - 1, max(-1, len(open_marks) - 1 - _NEAR), -1)
        same = next((i for i in near if open_marks[i].end - open_marks[i].start == end - start), len(open_marks) - 1)
        opening = open_marks.pop(same)
        length = min(opening.end - opening.start, end - start)
        found += [(opening.end - length, opening.end), (start, start + length)]
        start += length
        if opening.end - length > opening.start:
            open_marks.append(opening._replace(end=opening.end - length))
    if start < end and not before.isalnum() and not after.isspace():
        open_marks.append(_Opening(start, end))
    return found


def _without(text: str, spans: List[Tuple[int, int]]) -> str:
    parts: List[str] = []
    done = 0
    for start, end in spans:
        parts.append(text[done:start])
        done = end
    return "".join([*parts, text[done:]])
