"""Recording what was found in ``session_state.json``."""

from __future__ import annotations

from typing import List

from idse_core.events import Event, FileWritten, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine
from tests.builders import (
    add_session,
    project_folder,
    tree,
    write_artifact,
    write_json,
)
from tests.validation.done_sessions import (
    NAME,
    judge,
    of,
    record,
    recorded,
    rules,
)


def test_recording_writes_nothing_when_nothing_changed(done: ProjectWorkspace) -> None:
    path = project_folder(done) / "session_state.json"
    before, stat = path.read_bytes(), path.stat()

    record(done)

    assert path.read_bytes() == before
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)


def test_judging_writes_nothing_outside_the_local_folder(workspace: ProjectWorkspace) -> None:
    before = tree(workspace.folder)

    judge(workspace, BLUEPRINT, NAME)

    assert tree(workspace.folder) == before


def test_recording_one_session_keeps_the_others(done: ProjectWorkspace) -> None:
    add_session(done, "other", switch=False)
    before = recorded(done)["sessions"][NAME]  # type: ignore[index]  # as the format says

    record(done, "other")

    assert recorded(done)["sessions"][NAME] == before  # type: ignore[index]
    assert recorded(done)["session_id"] == BLUEPRINT


def test_recording_over_a_broken_state_file_keeps_it_aside_and_judges_all_sessions(done: ProjectWorkspace) -> None:
    path = project_folder(done) / "session_state.json"
    path.write_bytes(b'{"sessions": {<<<<<<< ours\n')
    events: List[Event] = []
    again = ProjectWorkspace(done.folder, done.project, on_event=events.append)
    engine = ValidationEngine(again)

    report = engine.validate([BLUEPRINT])
    engine.record(report)

    assert "WS003" in rules(report)
    assert list(recorded(done)["sessions"]) == [BLUEPRINT, NAME]  # type: ignore[call-overload]  # an object
    kept = [file for file in (done.folder / ".local" / "displaced").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in kept] == [b'{"sessions": {<<<<<<< ours\n']
    assert len([event for event in events if isinstance(event, Warned)]) == 1
    assert [event.path for event in events if isinstance(event, FileWritten)][-1].endswith("session_state.json")
    assert not of(judge(done), "WS003")


def test_unknown_keys_of_the_state_file_survive(done: ProjectWorkspace) -> None:
    path = project_folder(done) / "session_state.json"
    document = {"zeta": [1], **recorded(done), "alpha": {"b": None}}
    document["sessions"][NAME]["note"] = "ours"  # type: ignore[index]  # as the format says
    write_json(path, document)
    write_artifact(done, NAME, Stage.SPEC, "")

    record(done)

    after = recorded(done)
    assert list(after) == list(document)
    assert (after["zeta"], after["alpha"]) == ([1], {"b": None})
    assert after["sessions"][NAME]["note"] == "ours"  # type: ignore[index]
