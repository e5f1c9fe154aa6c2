"""What one artifact says that matters to others: ids, tasks, links, named files. Extracted once and cached."""

from __future__ import annotations

import re
from typing import Dict, List, Optional, Tuple

from idse_core.markdown import ListItem, identifiers
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.results import IdNote, LinkNote, Notes, TaskNote

__all__ = ["take_notes"]

_PREFIX = re.compile(r"\b([A-Z][A-Z0-9]{0,9})-\d")
_TASK_KEY = re.compile(r"(?:Task\s+)?(T?\d+(?:\.\d+)*[a-z]?)\b", re.IGNORECASE)
_FIELD = re.compile(
    r"\((Deps|Dependencies|Depends on|Files?|Acceptance|Covers|Owner)\s*:\s*([^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)
_WAIVER = re.compile(r"\b(?:waived|deferred)\s*:\s*(\S[^)\n]*)", re.IGNORECASE)
_LEAD = re.compile(r"[\s>*_~\[\]xX|+#-]*(?:\d+[.)]\s+)?[\s*_\[(`]*(?:Task\s+)?")
_SEPARATORS = re.compile(r"[,;\s]+")
_EXTENSION = re.compile(r"\.\w{1,8}$")
_RANGE = re.compile(r"^(T?\d+(?:\.\d+)*)[-\u2013](T?\d+(?:\.\d+)*)$", re.IGNORECASE)
_FILLERS = frozenset(["none", "-", "\u2013", "and", "n/a", "task", "tasks"])
_LONGEST = 300  # characters of an item's text that are kept


def take_notes(artifact: ArtifactFacts) -> Notes:
    """All notes of one artifact."""
    return Notes(ids=_ids(artifact), tasks=_tasks(artifact), links=_links(artifact), anchors=_anchors(artifact))


def _ids(artifact: ArtifactFacts) -> Tuple[IdNote, ...]:
    document = artifact.document
    prose = document.prose
    prefixes = set(_PREFIX.findall(prose))
    if not prefixes:
        return ()
    owners = _Owners(artifact)
    notes: List[IdNote] = []
    for found in identifiers(document, prefixes):
        position = document.position(found.start)
        start, end = owners.bounds(found.start)
        text = " ".join(prose[start:end].split())[:_LONGEST]
        waiver = _WAIVER.search(text)
        notes.append(
            IdNote(
                id=found.id,
                line=position.line,
                column=position.column,
                leads=_LEAD.fullmatch(prose, start, found.start) is not None,
                text=text,
                heading=document.section_at(found.start).path,
                waiver=waiver.group(1).strip() if waiver else "",
                excerpt=document.line_text(position.line)[:_LONGEST],
            )
        )
    return tuple(notes)


class _Owners:
    """Which list item, table row or paragraph line an offset belongs to."""

    def __init__(self, artifact: ArtifactFacts) -> None:
        self._document = artifact.document
        self._items = artifact.document.items
        self._rows = [
            (row[0].start, max(cell.end for cell in row))
            for table in artifact.document.tables
            for row in table.rows
            if row
        ]

    def bounds(self, offset: int) -> Tuple[int, int]:
        """Where the innermost item, row or line around ``offset`` starts and ends."""
        best: Optional[ListItem] = None
        for item in self._items:
            if item.start > offset:
                break
            if offset < item.end:
                best = item
        if best is not None:
            return best.start, best.end
        for start, end in self._rows:
            if start <= offset < end:
                return start, end
        text = self._document.text
        start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
        ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
        return start, min(ends, default=len(text))


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
                text=" ".join(item.text.split())[:_LONGEST],
                needs=_listed(fields.get("dep", "")),
                files=named,
                acceptance=fields.get("acceptance", "").strip(),
                heading=document.section_at(item.start).path,
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
