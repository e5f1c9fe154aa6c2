"""Reads the comments that suppress findings.

``<!-- idse-disable-next-line SPEC003 -- reason -->``, also ``-line``, ``-file``, and ``idse-disable … idse-enable``
around a range. Several rules are separated by spaces or commas; ``all`` means every rule that is not locked. Comments
that seem to be meant as one of these are kept as well: they suppress nothing, which is worth a finding.
"""

from __future__ import annotations

import re
from typing import List, Tuple

from idse_core.late_patterns import late
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.results import ALL_RULES, DIRECTIVES, SuppressionNote

__all__ = ["take_suppressions"]

_COMMENT = late(r"\s*idse([-_]\w+(?:-\w+)*)(.*)", re.DOTALL | re.IGNORECASE)
_MEANT = ("disab", "enab", "ignor", "suppress")
_WORDS = late(r"[,\s]+")
_NOWHERE = 0  # a last line, for a comment that covers no lines


def take_suppressions(artifact: ArtifactFacts) -> Tuple[SuppressionNote, ...]:
    """The suppressions of one artifact with the lines that each covers, and the comments that end them, in order."""
    if "idse" not in artifact.text.lower():
        return ()
    document = artifact.document
    found: List[SuppressionNote] = []
    for comment in document.comments:
        match = _COMMENT.fullmatch(comment.text)
        if match is None:
            continue
        written, rest = match.groups()
        directive = _directive(written, comment.text)
        if not directive:
            continue
        rules, _, reason = rest.partition("--")
        start = document.position(comment.start)
        last = document.position(max(comment.start, comment.end - 1)).line
        names = tuple(word for word in _WORDS.split(rules) if word) or (ALL_RULES,)
        first, end = _covered(directive, start.line, last, document.line_count)
        found.append(SuppressionNote(directive, names, first, end, " ".join(reason.split()), start.line, start.column))
    return tuple(found)


def _directive(written: str, comment: str) -> str:
    """The directive's name; the whole word with ``idse`` when it is misspelt; empty when no directive was meant."""
    name = written[1:]
    if written[0] == "-" and name in DIRECTIVES and comment.lstrip().startswith("idse-"):
        return name
    meant = name.lower().startswith(_MEANT) or _is_near(name.lower())
    return comment.lstrip()[: len("idse") + len(written)] if meant else ""


def _is_near(name: str) -> bool:
    from difflib import get_close_matches  # noqa: PLC0415  # only for a comment that is rarely there

    return bool(get_close_matches(name, DIRECTIVES, n=1, cutoff=0.8))


def _covered(directive: str, line: int, last: int, count: int) -> Tuple[int, int]:
    if directive == "disable-next-line":
        return last + 1, last + 1
    if directive == "disable-line":
        return line, last
    if directive == "disable-file":
        return 1, count
    return (line, count) if directive == "disable" else (line, _NOWHERE)
