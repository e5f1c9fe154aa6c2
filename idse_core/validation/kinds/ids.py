"""Functions that the kinds about ids share."""

from __future__ import annotations

from typing import Iterator, List, Mapping, Optional, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.validation.definitions import Homes, homes_of, is_below
from idse_core.validation.definitions import definitions as defining
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.results import IdNote

__all__ = ["all_definitions", "definitions", "id_hit", "mentions"]


def mentions(session: SessionFacts, stage: Stage, prefix: str, under: Tuple[str, ...] = ()) -> Iterator[IdNote]:
    """The notes about ids with this prefix in an artifact, in order; none when it is still a template."""
    notes = session.notes.get(stage)
    for note in notes.ids if notes is not None else ():
        if note.id.startswith(f"{prefix}-") and (not under or is_below(note.heading, under)):
            yield note


def definitions(session: SessionFacts, stage: Stage, prefix: str, homes: Optional[Homes] = None) -> List[IdNote]:
    """The note that defines each id, in order; below the headings of ``homes_of`` unless others are given."""
    found = all_definitions(session, stage, prefix, homes).values()
    return sorted((notes[0] for notes in found), key=_place)


def all_definitions(
    session: SessionFacts, stage: Stage, prefix: str, homes: Optional[Homes] = None
) -> Mapping[str, List[IdNote]]:
    """Id → the notes that define it, of which the first counts."""
    notes = session.notes.get(stage)
    return defining(notes.ids if notes is not None else (), prefix, homes or homes_of(prefix))


def _place(note: IdNote) -> Tuple[int, int]:
    return note.line, note.column


def id_hit(session: SessionFacts, stage: Stage, note: IdNote, **values: str) -> Hit:
    """A hit at an id."""
    return Hit(
        line=note.line,
        column=note.column,
        end_line=note.line,
        values=tuple(sorted({"id": note.id, "text": note.text, **values}.items())),
        subject=note.id,
        heading=note.heading,
        excerpt=note.excerpt,
        stage=stage,
        path=session.artifacts[stage].path,
    )
