"""Reading the comments that keep a finding from being reported.

``<!-- idse-disable-next-line SPEC003 -- reason -->``, also ``-line``, ``-file``, and ``idse-disable … idse-enable``
around a range. Several rules are separated by spaces or commas; ``all`` means every rule that is not locked.
"""

from __future__ import annotations

import re
from typing import List, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.results import ALL_RULES, SuppressionNote

__all__ = ["take_suppressions"]

_COMMENT = late(r"\s*idse-(disable-next-line|disable-line|disable-file|disable|enable)\b(.*)", re.DOTALL)
_WORDS = late(r"[,\s]+")


def take_suppressions(artifact: ArtifactFacts) -> Tuple[SuppressionNote, ...]:
    """The suppressions of one artifact, with the lines that each covers."""
    if "idse-" not in artifact.text:
        return ()
    document = artifact.document
    found: List[SuppressionNote] = []
    for comment in document.comments:
        match = _COMMENT.fullmatch(comment.text)
        if match is None:
            continue
        directive, rest = match.groups()
        rules, _, reason = rest.partition("--")
        start = document.position(comment.start)
        last = document.position(max(comment.start, comment.end - 1)).line
        names = tuple(word for word in _WORDS.split(rules) if word) or (ALL_RULES,)
        if directive == "enable":
            found = [_ended(note, names, start.line) for note in found]
            continue
        first, end = _covered(directive, start.line, last, document.line_count)
        found.append(SuppressionNote(directive, names, first, end, " ".join(reason.split()), start.line, start.column))
    return tuple(found)


def _covered(directive: str, line: int, last: int, count: int) -> Tuple[int, int]:
    if directive == "disable-next-line":
        return last + 1, last + 1
    if directive == "disable-line":
        return line, last
    return (1, count) if directive == "disable-file" else (line, count)


def _ended(note: SuppressionNote, names: Sequence[str], line: int) -> SuppressionNote:
    """A range ends where the same rules are enabled again."""
    is_open = note.directive == "disable" and note.end_line >= line
    return note._replace(end_line=line) if is_open and (names == (ALL_RULES,) or set(note.rules) & set(names)) else note
