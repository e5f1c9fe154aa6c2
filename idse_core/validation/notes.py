"""What one artifact says that matters to others: ids, tasks, links, named files. Extracted once and cached."""

from __future__ import annotations

import re
from typing import Dict, List, Tuple

from idse_core.markdown import ListItem
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.id_notes import LONGEST, take_id_notes
from idse_core.validation.results import LinkNote, Notes, TaskNote
from idse_core.validation.spine_notes import take_spine_notes

__all__ = ["take_notes"]

_TASK_KEY = re.compile(r"(?:Task\s+)?(T?\d+(?:\.\d+)*[a-z]?)\b", re.IGNORECASE)
_FIELD = re.compile(
    r"\((Deps|Dependencies|Depends on|Files?|Acceptance|Covers|Owner)\s*:\s*([^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[,;\s]+")
_EXTENSION = re.compile(r"\.\w{1,8}$")
_RANGE = re.compile(r"^(T?\d+(?:\.\d+)*)[-\u2013](T?\d+(?:\.\d+)*)$", re.IGNORECASE)
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
    notes: List[TaskNote] = []
    for item in document.items:
        if item.checked is None:
            continue
        position = document.position(item.start)
        fields = _fields(document.text[item.start : item.end])
        key = _TASK_KEY.match(item.text.lstrip("*_ "))
        named = _listed(fields.get("file", "")) if "file" in fields else _paths_in_code(artifact, item)
        notes.append(
            TaskNote(
                key=key.group(1) if key else "",
                line=position.line,
                column=position.column,
                done=item.checked,
                text=" ".join(item.text.split())[:LONGEST],
                needs=_listed(fields.get("dep", "")),
                files=named,
                acceptance=fields.get("acceptance", "").strip(),
                heading=document.section_at(item.start).path,
                end_line=document.position(max(item.start, item.full_end - 1)).line,
            )
        )
    return tuple(notes)


def _fields(text: str) -> Dict[str, str]:
    """``(Deps: 0.1)`` and the like, by the first letters of their names."""
    names = {"dep": "dep", "fil": "file", "acc": "acceptance", "cov": "covers", "own": "owner"}
    return {names[name[:3].lower()]: value for name, value in _FIELD.findall(text)}


def _listed(value: str) -> Tuple[str, ...]:
    """The words of a field; of a range of task numbers such as ``1.1-1.4`` both ends."""
    words = (word.strip("`*_'\"") for part in _SEPARATORS.split(value) for word in _RANGE.sub(r"\1 \2", part).split())
    return tuple(word for word in words if word and word.lower() not in _FILLERS)


def _paths_in_code(artifact: ArtifactFacts, item: ListItem) -> Tuple[str, ...]:
    """Inline code in a task that is clearly the path of a file."""
    inside = (span.text.strip() for span in artifact.document.code_spans if item.start <= span.start < item.end)
    return tuple(text for text in inside if "/" in text and _EXTENSION.search(text) and not _SEPARATORS.search(text))


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
        slug = re.sub(r"[^\w\- ]", "", heading.text.strip().casefold()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.append(f"{slug}-{count}" if count else slug)
    return tuple(anchors)
