"""Documents that trace, and the notes of texts."""

from __future__ import annotations

from typing import Dict, Mapping

from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.trace_record import Confirmation
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.notes import take_notes
from idse_core.validation.results import Notes
from idse_core.validation.tracing import Requirement, trace

__all__ = ["notes_of", "requirement", "traced"]


def notes_of(**texts: str) -> Dict[Stage, Notes]:
    """The notes of artifacts by the stage's name: ``notes_of(spec="…")``."""
    templates = PipelineArtifacts()
    return {Stage(name): take_notes(ArtifactFacts(Stage(name), text, templates)) for name, text in texts.items()}


def traced(confirmed: Mapping[str, Confirmation] = {}, **texts: str) -> Dict[str, Requirement]:
    """The requirements of these artifacts by id; each stands there once."""
    found = trace(notes_of(**texts), confirmed)
    by_id = {item.id: item for item in found}
    assert len(by_id) == len(found)
    return by_id


def requirement(text: str = "The list is sorted.", *, criteria: str = "", number: int = 1) -> str:
    """A spec with one requirement, and the text of its acceptance criteria."""
    return (
        f"# Spec\n\n## Functional Requirements\n\n- **FR-{number}**: {text}\n\n## Acceptance Criteria\n\n{criteria}\n"
    )
