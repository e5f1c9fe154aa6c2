"""What the kinds about ids share."""

from __future__ import annotations

from typing import Iterator, Sequence, Tuple

from idse_core.markdown.titles import is_called
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.results import IdNote

__all__ = ["definitions", "id_hit", "mentions"]


def mentions(session: SessionFacts, stage: Stage, prefix: str, under: Sequence[str] = ()) -> Iterator[IdNote]:
    """Where ids with this prefix stand in an artifact that is more than a template, in order."""
    notes = session.notes.get(stage)
    for note in notes.ids if notes is not None else ():
        if note.id.startswith(f"{prefix}-") and (not under or _is_under(note.heading, under)):
            yield note


def definitions(session: SessionFacts, stage: Stage, prefix: str, under: Sequence[str] = ()) -> Tuple[IdNote, ...]:
    """Those of them that define the id: they come first in their item, row, heading or line."""
    return tuple(note for note in mentions(session, stage, prefix, under) if note.leads)


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


def _is_under(path: Sequence[str], names: Sequence[str]) -> bool:
    return any(is_called(title, names) for title in path)
