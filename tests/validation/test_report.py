"""What a report holds, and in which order."""

from __future__ import annotations

from typing import List

import pytest

from idse_core.errors import NotFoundError
from idse_core.events import Event, SessionExamined
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine
from tests.builders import (
    add_session,
    project_folder,
    session_folder,
    write_json,
)
from tests.validation.done_sessions import (
    NAME,
    judge,
    of,
)


def test_a_session_that_does_not_exist(workspace: ProjectWorkspace) -> None:
    with pytest.raises(NotFoundError):
        judge(workspace, "nowhere")


def test_findings_are_in_the_fixed_order(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "a-first", switch=False)
    (project_folder(workspace) / "agent_registry.json").write_text("{", encoding="utf-8")
    write_json(session_folder(workspace, NAME) / "metadata" / "session.json", {"parent_session": "gone"})

    findings = judge(workspace, NAME, BLUEPRINT, "a-first").findings

    assert findings[0].rule == "WS004"
    sessions = [item.session for item in findings if item.session]
    assert list(dict.fromkeys(sessions)) == [BLUEPRINT, "a-first", NAME]
    for session in set(sessions):
        places = [
            (-1 if item.stage is None else item.stage.position, item.line, item.column, item.rule)
            for item in findings
            if item.session == session
        ]
        assert places == sorted(places)


def test_findings_of_the_project_that_are_about_a_session_belong_to_that_session(workspace: ProjectWorkspace) -> None:
    write_json(session_folder(workspace, NAME) / "metadata" / "session.json", {"depends_on": [NAME]})

    report = judge(workspace, NAME)
    other = judge(workspace, BLUEPRINT)

    assert [item.session for item in of(report, "WS007")] == [NAME]
    assert not of(other, "WS007")
    assert of(report, "WS007")[0].path.endswith(f"{NAME}/metadata/session.json")


def test_progress_is_announced_session_by_session(workspace: ProjectWorkspace) -> None:
    events: List[Event] = []

    ValidationEngine(workspace, on_event=events.append).validate([NAME, BLUEPRINT])

    assert events == [SessionExamined(NAME, 1, 2), SessionExamined(BLUEPRINT, 2, 2)]


def test_a_project_on_disk_may_have_a_name_with_spaces(workspace: ProjectWorkspace) -> None:
    project_folder(workspace).rename(workspace.folder / "projects" / "my old project")
    spaced = ProjectWorkspace(workspace.folder, "my old project")
    (workspace.folder / "projects" / "my old project" / "CURRENT_SESSION").write_text("gone\n", encoding="utf-8")

    (found,) = of(ValidationEngine(spaced).validate([NAME]), "WS001")

    assert found.message == "CURRENT_SESSION names no session: 'gone'"
    assert found.path == ".idse/projects/my old project/CURRENT_SESSION"
