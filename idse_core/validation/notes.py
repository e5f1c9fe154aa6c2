"""What one artifact says that matters to others: ids, tasks, links, named files. Extracted once and cached."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Dict, List, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import MarkdownDocument
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.id_notes import LONGEST, take_id_notes
from idse_core.validation.results import LinkNote, Notes, TaskNote
from idse_core.validation.spine_notes import take_spine_notes
from idse_core.validation.task_keys import key_named, key_of
from idse_core.validation.task_spans import task_spans

__all__ = ["take_notes"]

_FIELD = late(
    r"\((Deps|Dependencies|Depends on|Files?|Acceptance|Covers|Owner)\s*:\s*([^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)
_LISTED_FIELD = late(
    r"^[ \t]+[-+*][ \t]+[*_]*(Deps|Dependencies|Depends on|Files?|Acceptance|Covers|Owner)[*_]*[ \t]*:[*_]*[ \t]*(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_NO_SLUG = late(r"[^\w\- ]")
_NAMES = {"dep": "dep", "fil": "file", "acc": "acceptance", "cov": "covers", "own": "owner"}
_SEPARATORS = late(r"[,;\s]+")
_EXTENSION = late(r"\.\w{1,8}$")
_RANGE = late(r"^(T?\d+(?:\.\d+)*)[-\u2013](T?\d+(?:\.\d+)*)$", re.IGNORECASE)
_REMARK = late(r"\([^()]*\)")
_INSIDE_FILE = late(r"(?:::[^/]*|:\d+(?:[-:]\d+)?|#L\d+(?:-L?\d+)?)$")
_ELSEWHERE = late(r"(?:\w[\w+.-]*:)?//|~")
_REMOVING = late(
    r"\b(?:delet|remov|renam|mov(?:e|es|ed|ing)\b|drop(?:s|ped|ping)?\b|stop(?:s|ped)? using\b)", re.IGNORECASE
)
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
    for item, (start, end) in zip(document.tasks, task_spans(document.item_places)):
        line, column = document.position(start)
        fields = _fields(document.text[start:end])
        named = _files(fields["file"]) if "file" in fields else _paths_in_code(document, code, start, end)
        notes.append(
            TaskNote(
                key_of(item.text),
                line,
                column,
                bool(item.checked),
                " ".join(item.text.split())[:LONGEST],
                tuple(map(key_named, _listed(fields["dep"]))) if "dep" in fields else (),
                () if _STRUCK.match(document.text, item.start) else named,
                fields["acceptance"].strip() if "acceptance" in fields else "",
                document.section_at(item.start).path,
                document.position(max(item.start, item.full_end - 1)).line,
            )
        )
    return tuple(notes)


def _fields(text: str) -> Dict[str, str]:
    """The fields of a task, such as ``(Deps: 0.1)``, also as items below it, by the keys in ``_NAMES``."""
    found = _FIELD.findall(text)
    if "\n" in text:
        found = [*_LISTED_FIELD.findall(text), *found]
    return {_NAMES[name[:3].lower()]: value for name, value in found}


def _files(value: str) -> Tuple[str, ...]:
    """The paths in a field, without remarks such as ``(new)`` and without line numbers."""
    paths = [_INSIDE_FILE.sub("", path) for path in _listed(_REMARK.sub(" ", value))]
    return tuple([path for path in paths if not _ELSEWHERE.match(path)])


def _listed(value: str) -> Tuple[str, ...]:
    """The words of a field; a range of task numbers such as ``1.1-1.4`` yields both ends."""
    if value in _FILLERS or value.isalnum():  # the usual case
        return () if value.lower() in _FILLERS else (value,)
    words = (word.strip("`*_'\"") for part in _SEPARATORS.split(value) for word in _RANGE.sub(r"\1 \2", part).split())
    return tuple(word for word in words if word and word.lower() not in _FILLERS)


def _paths_in_code(document: MarkdownDocument, starts: Sequence[int], low: int, high: int) -> Tuple[str, ...]:
    """Inline code in a task that is clearly the path of a file that should exist.

    Args:
        document: the artifact.
        starts: the offsets at which its inline code starts.
        low: the offset at which the task begins.
        high: the offset at which it ends.
    """
    spans = document.code_spans[bisect_left(starts, low) : bisect_left(starts, high)]
    found = [
        _INSIDE_FILE.sub("", span.text.strip())
        for span in spans
        if "/" in span.text and _is_path(span.text.strip()) and not _goes_away(document.text, low, span.start)
    ]
    return tuple(dict.fromkeys(found))


def _is_path(text: str) -> bool:
    """Whether the text is the path of a file in the repository."""
    path = _INSIDE_FILE.sub("", text)
    is_file = _EXTENSION.search(path) is not None and not _SEPARATORS.search(text)
    return is_file and not _ELSEWHERE.match(text) and not path.endswith(".git")


def _goes_away(text: str, low: int, at: int) -> bool:
    """Whether the sentence says, before this offset, that something is removed or moved."""
    before = text[low:at]
    sentence = before[max(before.rfind(". "), before.rfind("\n")) + 1 :]
    return _REMOVING.search(sentence) is not None


def _links(artifact: ArtifactFacts) -> Tuple[LinkNote, ...]:
    document = artifact.document
    notes: List[LinkNote] = []
    for link in document.links:
        position = document.position(link.start)
        notes.append(LinkNote(link.target, position.line, position.column, document.section_at(link.start).path))
    return tuple(notes)


def _anchors(artifact: ArtifactFacts) -> Tuple[str, ...]:
    """The anchors of the headings: lower case, without punctuation, numbered from the second of the same name on."""
    seen: Dict[str, int] = {}
    anchors: List[str] = []
    for heading in artifact.document.headings:
        slug = _NO_SLUG.sub("", heading.text.strip().casefold()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.append(f"{slug}-{count}" if count else slug)
    return tuple(anchors)
