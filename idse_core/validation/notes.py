"""What one artifact says that matters to others: ids, tasks, links, named files. Extracted once and cached."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Dict, List, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import ListItem, MarkdownDocument
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.id_notes import LONGEST, take_id_notes
from idse_core.validation.results import LinkNote, Notes, TaskNote
from idse_core.validation.spine_notes import take_spine_notes

__all__ = ["take_notes"]

_TASK_KEY = late(r"(?:Task\s+)?(T?\d+(?:\.\d+)*[a-z]?)\b", re.IGNORECASE)
_FIELD = late(
    r"\((Deps|Dependencies|Depends on|Files?|Acceptance|Covers|Owner)\s*:\s*([^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)
_NO_SLUG = late(r"[^\w\- ]")
_NAMES = {"dep": "dep", "fil": "file", "acc": "acceptance", "cov": "covers", "own": "owner"}
_SEPARATORS = late(r"[,;\s]+")
_EXTENSION = late(r"\.\w{1,8}$")
_RANGE = late(r"^(T?\d+(?:\.\d+)*)[-\u2013](T?\d+(?:\.\d+)*)$", re.IGNORECASE)
_REMARK = late(r"\([^()]*\)")
_LINE_NUMBER = late(r"(?::\d+(?:[-:]\d+)?|#L\d+(?:-L?\d+)?)$")
_STRUCK = late(r"[-+*]?(?:\d+[.)])?\s+\[[xX ]\]\s+~~")  # a task that was given up claims nothing
_FILLERS = frozenset(["none", "-", "\u2013", "and", "n/a", "task", "tasks"])


def take_notes(artifact: ArtifactFacts) -> Notes:
    """All notes of one artifact."""
    return Notes(
        ids=take_id_notes(artifact),
        tasks=_tasks(artifact),
        links=_links(artifact),
        anchors=_anchors(artifact),
        spine=take_spine_notes(artifact),
    )


def _tasks(artifact: ArtifactFacts) -> Tuple[TaskNote, ...]:
    document = artifact.document
    code = [span.start for span in document.code_spans]
    notes: List[TaskNote] = []
    for item in document.tasks:
        line, column = document.position(item.start)
        fields = _fields(document.text[item.start : item.end])
        key = _TASK_KEY.match(item.text.lstrip("*_ "))
        named = _files(fields["file"]) if "file" in fields else _paths_in_code(document, code, item)
        notes.append(
            TaskNote(
                key.group(1) if key else "",
                line,
                column,
                bool(item.checked),
                " ".join(item.text.split())[:LONGEST],
                _listed(fields["dep"]) if "dep" in fields else (),
                () if _STRUCK.match(document.text, item.start) else named,
                fields["acceptance"].strip() if "acceptance" in fields else "",
                document.section_at(item.start).path,
                document.position(max(item.start, item.full_end - 1)).line,
            )
        )
    return tuple(notes)


def _fields(text: str) -> Dict[str, str]:
    """``(Deps: 0.1)`` and the like, by the first letters of their names."""
    return {_NAMES[name[:3].lower()]: value for name, value in _FIELD.findall(text)}


def _files(value: str) -> Tuple[str, ...]:
    """The paths of a field, without remarks such as ``(new)`` and the numbers of lines."""
    return tuple([_LINE_NUMBER.sub("", path) for path in _listed(_REMARK.sub(" ", value))])


def _listed(value: str) -> Tuple[str, ...]:
    """The words of a field; of a range of task numbers such as ``1.1-1.4`` both ends."""
    if value in _FILLERS or value.isalnum():  # as most are
        return () if value.lower() in _FILLERS else (value,)
    words = (word.strip("`*_'\"") for part in _SEPARATORS.split(value) for word in _RANGE.sub(r"\1 \2", part).split())
    return tuple(word for word in words if word and word.lower() not in _FILLERS)


def _paths_in_code(document: MarkdownDocument, starts: Sequence[int], item: ListItem) -> Tuple[str, ...]:
    """Inline code in a task that is clearly the path of a file; ``starts`` is where the document's inline code starts."""
    spans = document.code_spans[bisect_left(starts, item.start) : bisect_left(starts, item.end)]
    inside = [span.text.strip() for span in spans]
    return tuple([text for text in inside if "/" in text and _EXTENSION.search(text) and not _SEPARATORS.search(text)])


def _links(artifact: ArtifactFacts) -> Tuple[LinkNote, ...]:
    document = artifact.document
    notes: List[LinkNote] = []
    for link in document.links:
        position = document.position(link.start)
        notes.append(LinkNote(link.target, position.line, position.column, document.section_at(link.start).path))
    return tuple(notes)


def _anchors(artifact: ArtifactFacts) -> Tuple[str, ...]:
    """The anchors of the headings: lower case, punctuation dropped, a number behind the second of the same name."""
    seen: Dict[str, int] = {}
    anchors: List[str] = []
    for heading in artifact.document.headings:
        slug = _NO_SLUG.sub("", heading.text.strip().casefold()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.append(f"{slug}-{count}" if count else slug)
    return tuple(anchors)
