"""What one artifact says that matters to others: ids, tasks, links, named files. Extracted once and cached."""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.id_notes import LONGEST, take_id_notes
from idse_core.validation.results import LinkNote, Notes, TaskNote
from idse_core.validation.spine_notes import take_spine_notes
from idse_core.validation.task_dependencies import PHASE, phase_of, task_names
from idse_core.validation.task_fields import TaskFields
from idse_core.validation.task_files import claimed_files, paths_in_code
from idse_core.validation.task_keys import key_named, key_of
from idse_core.validation.task_spans import task_spans

__all__ = ["take_notes"]

_NO_SLUG = late(r"[^\w\- ]")
_HEADING_ID = late(r"\{[^{}]*#([^\s{}]+)[^{}]*\}\s*\Z")
_TAG = late(r"<[a-z][^<>]{1,1000}>", re.IGNORECASE)
_TAG_ID = late(r"""\s(?:id|name)\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'/>]+))""", re.IGNORECASE)
_LINKING = late(
    r"""(?<!\\)<(?:a|img|source|video|audio)\s[^<>]{0,1000}?(?<=\s)(?:href|src)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""",
    re.IGNORECASE,
)
_STRUCK = late(r"[-+*]?(?:\d+[.)])?\s+\[[xX ]\]\s+~~")  # a task that was given up claims nothing


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
    reader = TaskFields(document)
    notes: List[TaskNote] = []
    for item, (start, end) in zip(document.tasks, task_spans(document.item_places)):
        line, column = document.position(start)
        fields = reader.of(start, end)
        named = (
            claimed_files(document, fields["file"], start, end)
            if "file" in fields
            else paths_in_code(document, code, start, end)
        )
        notes.append(
            TaskNote(
                key_of(item.text),
                line,
                column,
                bool(item.checked),
                " ".join(item.text.split())[:LONGEST],
                tuple(map(key_named, task_names(fields["dep"]))) if "dep" in fields else (),
                () if _STRUCK.match(document.text, item.start) else named,
                fields.get("acceptance", ""),
                document.section_at(item.start).path,
                document.position(max(item.start, item.full_end - 1)).line,
            )
        )
    return _with_phases_resolved(notes)


def _with_phases_resolved(notes: Sequence[TaskNote]) -> Tuple[TaskNote, ...]:
    """The tasks, each waiting for the others of a phase that it names; a phase that no heading names is nothing."""
    if not any(name.startswith(PHASE) for note in notes for name in note.needs):
        return tuple(notes)
    phases: Dict[str, List[str]] = {}
    for note in notes:
        for phase in {phase_of(title) for title in note.heading}:
            if note.key:
                phases.setdefault(phase, []).append(note.key)
    return tuple(
        note._replace(needs=tuple(dict.fromkeys(key for name in note.needs for key in _meant(name, note.key, phases))))
        for note in notes
    )


def _meant(name: str, key: str, phases: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The tasks that a dependency means; of a task on its own phase, none."""
    if not name.startswith(PHASE):
        return (name,)
    keys = phases.get(name, ())
    return () if key in keys else keys


def _links(artifact: ArtifactFacts) -> Tuple[LinkNote, ...]:
    document = artifact.document
    notes: List[LinkNote] = []
    for start, target in sorted([*((link.start, link.target) for link in document.links), *_links_of_tags(artifact)]):
        position = document.position(start)
        notes.append(LinkNote(target, position.line, position.column, document.section_at(start).path))
    return tuple(notes)


def _links_of_tags(artifact: ArtifactFacts) -> List[Tuple[int, str]]:
    """Where tags such as ``<a href="x">`` stand, and where they lead."""
    if "<" not in artifact.text or "=" not in artifact.text:
        return []
    found = (
        (tag.start(), (tag[1] or tag[2] or tag[3] or "").strip()) for tag in _LINKING.finditer(artifact.document.prose)
    )
    return [(start, target.replace("&amp;", "&")) for start, target in found if target]


def _anchors(artifact: ArtifactFacts) -> Tuple[str, ...]:
    """The anchors of the headings: lower case, without punctuation, numbered from the second of the same name on.

    The ids that headings and tags give explicitly are anchors, too.
    """
    seen: Dict[str, int] = {}
    anchors: List[str] = []
    for heading in artifact.document.headings:
        text = heading.text.strip().casefold()
        own = _HEADING_ID.search(text) if text[-1:] == "}" else None
        if own:
            anchors.append(own[1])
            text = text[: own.start()].rstrip()
        slug = _NO_SLUG.sub("", text).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.append(f"{slug}-{count}" if count else slug)
    return (*anchors, *_ids_of_tags(artifact.document.prose))


def _ids_of_tags(prose: str) -> List[str]:
    """What tags such as ``<a id="x">`` name."""
    if "<" not in prose:
        return []
    ids = (found for tag in _TAG.finditer(prose) for found in _TAG_ID.finditer(tag.group()))
    return [(found[1] or found[2] or found[3]).casefold() for found in ids]
