"""Reads the Product Spine, a table of primitives that people keep in a specification. It is never written."""

from __future__ import annotations

from typing import Dict, Iterator, Sequence, Tuple

from idse_core.markdown import Cell, Table, plain_title
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.results import SpineNote

__all__ = ["take_spine_notes"]

_HEADINGS = ("Product Spine", "Product Spine Table", "Spine")
_PRIMITIVE = ("primitive", "primitives")
_STATES = ("milestone", "status")
_SESSIONS = ("session", "sessions")


def take_spine_notes(artifact: ArtifactFacts) -> Tuple[SpineNote, ...]:
    """A note for each row of the first table under such a heading, if it has a column for the primitive's name."""
    for section in artifact.sections_called(_HEADINGS)[:1]:  # tables only if there is one: finding them takes longer
        for table in artifact.document.tables:
            if section.body_start <= table.start < section.full_end:
                return tuple(_rows(artifact, table))
    return ()


def _rows(artifact: ArtifactFacts, table: Table) -> Iterator[SpineNote]:
    columns: Dict[str, int] = {}
    for index, cell in enumerate(table.header):
        columns.setdefault(plain_title(cell.text), index)
    name_at = next((columns[name] for name in _PRIMITIVE if name in columns), None)
    if name_at is None:
        return
    for row in table.rows:
        named = row[name_at : name_at + 1]
        if not named or not named[0].text.strip():
            continue
        cell = named[0]
        position = artifact.document.position(cell.start)
        yield SpineNote(
            primitive=" ".join(cell.text.split()),
            states=tuple(_texts(row, columns, _STATES)),
            sessions=" ".join(_texts(row, columns, _SESSIONS)),
            line=position.line,
            column=position.column,
            heading=artifact.document.section_at(cell.start).path,
            excerpt=artifact.document.line_text(position.line, 200),
        )


def _texts(row: Sequence[Cell], columns: Dict[str, int], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        index = columns.get(name)
        if index is not None and index < len(row) and row[index].text.strip():
            yield " ".join(row[index].text.split())
