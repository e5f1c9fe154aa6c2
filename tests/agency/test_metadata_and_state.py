"""Metadata is merged by key; state is derived, and merged without asking a person."""

from __future__ import annotations

import json

from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.events import Warned
from tests.agency.conftest import Clone
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import state
from tests.builders import PROJECT, project_folder, session_folder


def test_metadata_is_merged_by_key(first: Clone, second: Clone) -> None:
    for clone, key, value in ((first, "owner", "Ada"), (second, "tags", ["x"])):
        path = session_folder(clone.workspace, "login") / "metadata" / "session.json"
        document = json.loads(path.read_text("utf-8"))
        document.update({key: value, "updated_at": f"2030-01-0{len(key)}T00:00:00Z"})
        path.write_text(json.dumps(document), encoding="utf-8")
    first.push()

    assert second.pull().exit_code == 0
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0

    for clone in (first, second):
        found = clone.workspace.metadata("login")
        assert (found.owner, found.tags, found.updated_at) == ("Ada", ("x",), "2030-01-05T00:00:00Z")


def test_a_conflict_of_metadata_is_settled_as_json(first: Clone, second: Clone) -> None:
    for clone, value in ((first, "Ada"), (second, "Bob")):
        metadata = clone.workspace.metadata("login")
        clone.workspace.write_metadata(metadata._replace(owner=value))
    first.push()

    assert second.pull().exit_code == 3
    (conflict,) = open_conflicts(second.workspace)
    assert json.loads(conflict.path("theirs").read_text("utf-8"))["owner"] == "Ada"
    resolve(second.workspace, conflict, Choice.THEIRS)
    assert second.workspace.metadata("login").owner == "Ada"
    assert second.push().exit_code == 0


def test_the_formatting_of_metadata_is_not_a_change(first: Clone, core: MemoryCore) -> None:
    path = session_folder(first.workspace, "login") / "metadata" / "session.json"
    path.write_text(json.dumps(dict(reversed(list(json.loads(path.read_text("utf-8")).items())))), encoding="utf-8")

    assert first.push().actions == ()


def test_last_sync_is_local_and_set_only_when_all_succeeded(first: Clone, second: Clone, core: MemoryCore) -> None:
    assert state(first)["sessions"]["login"]["last_sync"]
    assert b"last_sync" not in (core.get(PROJECT, "login", "state_json") or b"")
    first.write("login", "OURS\n")
    second.write("login", "THEIRS\n")
    first.push()
    before = state(second)["sessions"]["login"]["last_sync"]
    engine = second.engine
    engine._now = lambda: "2040-01-01T00:00:00Z"

    engine.pull()

    assert state(second)["sessions"]["login"]["last_sync"] == before != "2040-01-01T00:00:00Z"
    (conflict,) = open_conflicts(second.workspace)
    resolve(second.workspace, conflict, Choice.OURS)
    engine.push()
    assert state(second)["sessions"]["login"]["last_sync"] == "2040-01-01T00:00:00Z"


def test_a_state_file_of_a_newer_version_is_left_alone_with_a_warning(first: Clone, core: MemoryCore) -> None:
    path = project_folder(first.workspace) / "session_state.json"
    newer = json.dumps({**state(first), "schema_version": 99}).encode("ascii")
    path.write_bytes(newer)
    first.write("login", "edited\n")
    first.events.clear()

    assert first.push(sessions=["login"]).exit_code == 0

    assert core.get(PROJECT, "login", "spec_md") == b"edited\n"
    assert path.read_bytes() == newer
    (warning,) = [event for event in first.events if isinstance(event, Warned)]
    assert warning.message.startswith(
        "the time of this sync was not recorded: session_state.json was written by a newer"
    )
    assert "update idse" in warning.hint


def test_state_is_merged_without_asking_a_person(first: Clone, second: Clone) -> None:
    for clone, status in ((first, "passing"), (second, "failing")):
        document = state(clone)
        document["sessions"]["login"]["validation_status"] = status
        path = clone.workspace.folder / "projects" / PROJECT / "session_state.json"
        path.write_text(json.dumps(document), encoding="utf-8")
    first.push()

    assert second.push().exit_code == 6
    assert second.pull().exit_code == 0
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0
    assert state(first)["sessions"]["login"]["validation_status"] == "failing"
    assert second.conflicts() == []


def test_a_lost_state_file_is_restored_not_deleted(first: Clone, core: MemoryCore) -> None:
    before = core.get(PROJECT, "login", "state_json")
    (first.workspace.folder / "projects" / PROJECT / "session_state.json").write_text("broken", encoding="utf-8")

    first.push()

    assert core.get(PROJECT, "login", "state_json") == before
    first.pull()
    assert state(first)["sessions"]["login"]["stages"]
    assert core.get(PROJECT, "login", "state_json") == before
