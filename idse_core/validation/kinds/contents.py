"""Whether a part of an artifact says anything: form alone, such as an empty list or the header of a table, does not."""

from __future__ import annotations

import re
from typing import Iterator, List, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import Heading, Table
from idse_core.validation.artifact_facts import ArtifactFacts

__all__ = ["said_between", "says_nothing"]

_NOTHING = late(
    r"""(?: [\s\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]  # what can't be seen
          | [>|:=*_~`+\#-]                                      # quotations, borders, rules, emphasis, fences
          | \d{1,9}[.)](?!\S)                                   # a number that begins an item
          | \[[ xX]?\](?!\S)                                   # its box
          | \\(?=\r?\n|\Z)
          | &(?:nbsp|[a-z]{0,9}sp|zwn?j|shy|lrm|rlm|numsp|ZeroWidthSpace|\#160|\#8203|\#xa0|\#x200b);
          | <br\s?/?>
        )*""",
    re.VERBOSE | re.IGNORECASE,
)
_LABEL = 5  # words; a longer heading says more than what its part is called
_WORD = late(r"\w\S*")
_ID_FIRST = late(
    r"""[\W_]*(?:\d+(?:\.\d+)*[.)]?\s+)?[\W_]*
        (?: [A-Z][A-Z0-9]{0,9}-\d+(?:\.\d+)*[a-z]?(?![\w-])           # FR-1
          | [A-Z]{1,3}\d+(?:\.\d+)*[a-z]?(?=[*_]*\s*[:(\u2013\u2014-])  # C1:
        )
        (?:[*_\s]*\([^()\n]*\))?[\W_]*\w""",
    re.VERBOSE,
)
"""An id with text of its own."""


def says_nothing(text: str) -> bool:
    """Whether a text consists of list markers, borders, blanks and the like only."""
    return _NOTHING.fullmatch(text) is not None


def said_between(artifact: ArtifactFacts, start: int, end: int) -> str:
    """The characters ``[start, end)`` without comments, headings that only name a part, and tables without rows."""
    parts: List[str] = []
    at = start
    for low, high in sorted(_silent_spans(artifact, start, end)):
        if low > at:
            parts.append(artifact.text[at:low])
        at = max(at, high)
    return "".join([*parts, artifact.text[at:end]])


def _silent_spans(artifact: ArtifactFacts, start: int, end: int) -> Iterator[Tuple[int, int]]:
    document = artifact.document
    text = artifact.text[start:end]
    yield from ((comment.start, comment.end) for comment in document.comments if start <= comment.start < end)
    for heading in document.headings:
        if start <= heading.start < end and _is_label(heading):
            yield heading.start, heading.end
    for table in document.tables if "|" in text else ():
        if start <= table.start < end and _has_no_rows(artifact, table):
            yield table.start, table.end


def _is_label(heading: Heading) -> bool:
    """Whether a heading only names what follows, or asks for it: few words, and no id that they belong to."""
    text = heading.text.rstrip()
    return _ID_FIRST.match(text) is None and (text.endswith("?") or len(_WORD.findall(text)) <= _LABEL)


def _has_no_rows(artifact: ArtifactFacts, table: Table) -> bool:
    return all(says_nothing(artifact.content(cell.start, cell.end)) for row in table.rows for cell in row)
