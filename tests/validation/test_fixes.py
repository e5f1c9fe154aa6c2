"""Writing a planned fix: announced to a listener, and only over the document that it was planned for."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from idse_core import files
from idse_core.design_store import Place
from idse_core.errors import ConflictError
from idse_core.events import Event, FileWritten
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.fixes import Fix, apply_fix
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine
from tests.builders import make_workspace, session_folder, tree


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


def fix_of_spec(workspace: ProjectWorkspace) -> Fix:
    engine = ValidationEngine(workspace)
    (fix,) = (
        item
        for item in engine.plan_fixes(BLUEPRINT, Selection.of(engine.rules))
        if item.place == Place.artifact(workspace.project, BLUEPRINT, Stage.SPEC)
    )
    return fix


def short_spec(workspace: ProjectWorkspace) -> Path:
    """A specification that lacks a section."""
    spec = session_folder(workspace, BLUEPRINT) / "spec.md"
    spec.write_text("# Spec\n\n## Overview\n\nkept\n", encoding="utf-8")
    return spec


def test_a_fix_is_written_and_announced(workspace: ProjectWorkspace) -> None:
    spec = short_spec(workspace)
    fix = fix_of_spec(workspace)
    events: List[Event] = []

    apply_fix(workspace, fix, on_event=events.append)

    assert spec.read_text(encoding="utf-8") == fix.after
    assert "## Acceptance Criteria" in fix.after
    assert events == [FileWritten(fix.path, files.digest(spec.read_bytes()))]


def test_a_missing_artifact_is_created(workspace: ProjectWorkspace) -> None:
    spec = session_folder(workspace, BLUEPRINT) / "spec.md"
    spec.unlink()
    fix = fix_of_spec(workspace)
    events: List[Event] = []

    apply_fix(workspace, fix, on_event=events.append)

    assert fix.before is None
    assert spec.read_bytes() == fix.data
    assert [type(event) for event in events] == [FileWritten]


def test_what_was_saved_meanwhile_is_left_alone(workspace: ProjectWorkspace) -> None:
    spec = short_spec(workspace)
    fix = fix_of_spec(workspace)
    spec.write_text("# Spec\n\nanother's words\n", encoding="utf-8")
    before = tree(workspace.folder)
    events: List[Event] = []

    with pytest.raises(ConflictError):
        apply_fix(workspace, fix, on_event=events.append)

    assert tree(workspace.folder) == before
    assert not events
