"""Whole sessions: new ones, deleted ones, and syncing only the requested ones."""

from __future__ import annotations

import pytest

from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.errors import NotFoundError
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import CurrentSession
from idse_core.session_graph import SessionGraph
from idse_core.stage_state_model import StageStateModel
from tests.agency.conftest import Clone
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import SPEC, live, remove_session, state
from tests.builders import PROJECT, add_session


def test_a_deleted_session_is_deleted_everywhere_and_stays_deleted(
    first: Clone, second: Clone, core: MemoryCore
) -> None:
    second.workspace.point_to("login")
    remove_session(first, "login")

    assert first.push(allow_deletes=7).exit_code == 0
    assert core.sessions(PROJECT) == ("__blueprint__",)
    assert second.pull(allow_deletes=7).exit_code == 0

    assert second.workspace.sessions() == ("__blueprint__",)
    assert second.workspace.current_session().id == "__blueprint__"
    assert "login" not in state(second)["sessions"]
    kept = {path.name.split("~")[-1] for path in (second.workspace.local / "displaced").rglob("*.md")}
    assert "spec.md" in kept
    for clone in (second, first, second):
        assert clone.push().exit_code == clone.pull().exit_code == 0
    assert core.sessions(PROJECT) == ("__blueprint__",)
    assert first.workspace.sessions() == second.workspace.sessions() == ("__blueprint__",)


def test_a_pull_that_removes_the_current_session_does_not_select_an_archived_parent(
    first: Clone, second: Clone, core: MemoryCore
) -> None:
    add_session(first.workspace, "passkeys", parent="login")
    SessionGraph(first.workspace).archive("login")
    assert first.push().exit_code == second.pull().exit_code == 0
    second.workspace.point_to("passkeys")
    remove_session(first, "passkeys")
    assert first.push(allow_deletes=7).exit_code == 0

    assert second.pull(allow_deletes=7).exit_code == 0

    assert "passkeys" not in second.workspace.sessions()
    assert second.workspace.metadata("login").archived
    assert second.workspace.current_session() == CurrentSession(BLUEPRINT)
    assert state(second)["session_id"] == BLUEPRINT


def test_a_session_that_is_deleted_there_and_edited_here_stays_whole(
    first: Clone, second: Clone, core: MemoryCore
) -> None:
    remove_session(first, "login")
    first.push(allow_deletes=7)
    second.write("login", "edited\n")

    report = second.pull()

    assert report.exit_code == 3
    assert len(live(second)) == 16
    assert second.push().exit_code == 3
    (conflict,) = open_conflicts(second.workspace)
    resolve(second.workspace, conflict, Choice.OURS)
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0
    assert live(first) == live(second)
    assert first.read("login") == "edited\n"


def test_a_session_that_is_deleted_here_and_edited_there_comes_back_whole(first: Clone, second: Clone) -> None:
    first.write("login", "edited\n")
    first.push()
    remove_session(second, "login")

    assert second.push().exit_code == 0
    assert second.pull().exit_code == 0

    assert live(first) == live(second)
    assert first.pull().exit_code == 0
    assert first.read("login") == "edited\n"


def test_a_new_session_arrives_complete(first: Clone, second: Clone) -> None:
    add_session(first.workspace, "billing")
    assert first.push().exit_code == 0

    assert second.pull(sessions=["billing"]).exit_code == 0

    assert live(first) == live(second)
    assert state(second)["sessions"]["billing"]["stages"] == state(first)["sessions"]["billing"]["stages"]


def test_only_the_requested_sessions_are_synced(first: Clone, second: Clone, core: MemoryCore) -> None:
    first.write("login", "edited\n")
    first.write("__blueprint__", "edited too\n")

    report = first.push(sessions=["login"])

    assert {item.session for item in report.actions} == {"login"}
    assert core.get(PROJECT, "login", SPEC) == b"edited\n"
    assert core.get(PROJECT, "__blueprint__", SPEC) != b"edited too\n"
    with pytest.raises(NotFoundError, match="nobody"):
        first.push(sessions=["nobody"])


def test_the_state_file_is_not_parsed_once_per_session(first: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        add_session(first.workspace, f"s{number}")
    parse, parsed = StageStateModel.parse, []

    def counted(data: bytes, *, path: str) -> StageStateModel:
        parsed.append(path)
        return parse(data, path=path)

    monkeypatch.setattr(StageStateModel, "parse", staticmethod(counted))

    assert first.push().exit_code == 0

    assert len(parsed) < 12
