"""The parts of an artifact in which a pattern can be searched for."""

from __future__ import annotations

from typing import List, Literal, Tuple

from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.task_spans import task_spans

__all__ = ["Scope", "spans", "visible_text"]

Scope = Literal["text", "heading", "list-item", "task", "table-cell", "code", "comment", "link", "raw"]


def visible_text(artifact: ArtifactFacts, scope: Scope) -> str:
    """The artifact's text with everything out of scope blanked; its length is the same, so offsets stay valid."""
    document = artifact.document
    if scope == "raw":
        return document.text
    if scope == "code":
        return document.code
    return document.comment_text if scope == "comment" else document.prose


def spans(artifact: ArtifactFacts, scope: Scope) -> List[Tuple[int, int]]:
    """The spans of that text to search, in order."""
    document = artifact.document
    if scope == "heading":
        return [(heading.start, heading.end) for heading in document.headings]
    if scope == "list-item":
        return [(item.start, item.end) for item in document.item_places]
    if scope == "task":
        return task_spans(document.item_places)
    if scope == "table-cell":
        rows = [row for table in document.tables for row in (table.header, *table.rows)]
        return [(cell.start, cell.end) for row in rows for cell in row]
    if scope == "link":
        return [(link.start, link.end) for link in document.links]
    return [(0, len(document.text))]
