"""`session_state.json` through a workspace: changed by comparison, kept aside when it is broken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Callable, List

import pytest

from idse_core.errors import ConflictError, RefusedError
from idse_core.events import Event, FileDisplaced, FileWritten, Warned
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel, ValidationStatus
from tests.builders import PROJECT, add_session, project_folder, reopened
from tests.privileges import unprivileged_preexec

REPOSITORY = Path(__file__).resolve().parents[2]


def passing(session: str) -> Callable[[StageStateModel], StageStateModel]:
    return lambda model: model.record(session, {}, ValidationStatus.PASSING)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b'{"sessions": []}',
        b"\xff\xfe{}",
        b'{\n<<<<<<< HEAD\n"a": 1\n=======\n>>>>>>> x\n}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda data: repr(data)[:20],
)
def test_a_broken_state_file_is_kept_aside_and_rebuilt(workspace: ProjectWorkspace, broken: bytes) -> None:
    add_session(workspace, "auth")
    path = project_folder(workspace) / "session_state.json"
    path.write_bytes(broken)
    if workspace.state().problem is None:  # Python before 3.11 reads numbers of any length
        return
    events: List[Event] = []
    workspace = ProjectWorkspace(workspace.folder, PROJECT, on_event=events.append)
    assert workspace.state().model.session("auth").validation_status is ValidationStatus.UNKNOWN
    assert path.read_bytes() == broken
    assert workspace.change_state(passing("auth")).recovered
    assert workspace.state().problem is None
    document = json.loads(path.read_bytes())
    assert (document["project_name"], document["session_id"]) == (PROJECT, "auth")
    assert document["validation_status"] == document["sessions"]["auth"]["validation_status"] == "passing"
    displaced, warned, written = events
    assert isinstance(displaced, FileDisplaced)
    assert isinstance(warned, Warned)
    assert isinstance(written, FileWritten)
    assert (workspace.folder.parent / displaced.kept_at).read_bytes() == broken
    assert f".idse/projects/{PROJECT}/session_state.json" in warned.message
    assert not workspace.change_state(passing("auth")).recovered


@pytest.mark.parametrize("kind", ["folder", "link outside", "large"])
def test_what_stands_in_place_of_the_state_file_is_kept_aside(workspace: ProjectWorkspace, kind: str) -> None:
    path = project_folder(workspace) / "session_state.json"
    path.unlink()
    if kind == "folder":
        path.mkdir()
        (path / "theirs").write_bytes(b"theirs")
    elif kind == "link outside":
        (workspace.folder.parent / "outside").write_bytes(b"{}")
        path.symlink_to(workspace.folder.parent / "outside")
    else:
        path.write_bytes(bytes(9 * 1024 * 1024))
    problem = workspace.state().problem
    assert problem is not None
    assert problem.path == f".idse/projects/{PROJECT}/session_state.json"
    assert workspace.change_state(passing(BLUEPRINT)).recovered
    assert workspace.state().model.session(BLUEPRINT).validation_status is ValidationStatus.PASSING
    assert len(list((workspace.folder / ".local" / "displaced").rglob("*session_state.json"))) == 1


def test_a_missing_state_file_is_written_for_the_current_session(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    path.unlink()
    assert workspace.state() == (StageStateModel({"project_name": PROJECT}), None, None, None)
    assert not workspace.change_state(lambda model: model).recovered
    assert path.read_bytes() == StageStateModel.new(PROJECT, BLUEPRINT).serialize()


def test_a_state_that_does_not_change_is_not_written(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    path.write_bytes(json.dumps(json.loads(path.read_bytes()), indent=7).encode())
    before, status = path.read_bytes(), path.stat()
    workspace.change_state(lambda model: model.record(BLUEPRINT, {}, ValidationStatus.UNKNOWN))
    assert path.read_bytes() == before
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (status.st_mtime_ns, status.st_ino)


def test_a_state_of_a_newer_version_is_read_and_never_changed(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    newer = b'{"schema_version": 2, "session_id": "__blueprint__", "validation_status": "passing", "sessions": []}'
    path.write_bytes(newer)
    assert workspace.state().problem is None
    with pytest.raises(RefusedError):
        workspace.change_state(passing("auth"))
    assert path.read_bytes() == newer


def test_a_change_that_somebody_makes_in_between_is_taken_into_account(workspace: ProjectWorkspace) -> None:
    other = reopened(workspace)
    calls: List[int] = []

    def change(model: StageStateModel) -> StageStateModel:
        calls.append(1)
        if len(calls) == 1:
            other.change_state(lambda model: model.synced([BLUEPRINT], "2026-01-01T00:00:00Z"))
        return model.record(BLUEPRINT, {}, ValidationStatus.FAILING)

    workspace.change_state(change)
    record = workspace.state().model.session(BLUEPRINT)
    assert (record.last_sync, record.validation_status) == ("2026-01-01T00:00:00Z", ValidationStatus.FAILING)
    assert len(calls) == 2


def test_who_never_gets_a_turn_says_so_and_loses_nothing(workspace: ProjectWorkspace) -> None:
    other, numbers = reopened(workspace), iter(range(100))

    def change(model: StageStateModel) -> StageStateModel:
        other.change_state(lambda model: model.synced([BLUEPRINT], f"sync {next(numbers)}"))
        return model.record(BLUEPRINT, {}, ValidationStatus.FAILING)

    with pytest.raises(ConflictError):
        workspace.change_state(change)
    last = workspace.state().model.session(BLUEPRINT).last_sync
    assert last == f"sync {next(numbers) - 1}"


WRITER = """
import sys
from pathlib import Path
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import ValidationStatus

workspace = ProjectWorkspace(Path(sys.argv[1]), sys.argv[2])
for number in range(int(sys.argv[4])):
    with workspace.lock():
        workspace.change_state(
            lambda model: model.record(f"{sys.argv[3]}-{number}", {}, ValidationStatus.PASSING)
        )
"""


def test_processes_that_change_the_state_at_the_same_time_lose_nothing(workspace: ProjectWorkspace) -> None:
    names, rounds = ("a", "b", "c"), 12
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(workspace.folder), PROJECT, name, str(rounds)],
            cwd=REPOSITORY,
            stderr=subprocess.PIPE,
        )
        for name in names
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors.decode()
    sessions = json.loads((project_folder(workspace) / "session_state.json").read_bytes())["sessions"]
    assert set(sessions) == {BLUEPRINT, *(f"{name}-{number}" for name in names for number in range(rounds))}


def test_a_state_file_that_we_may_not_read_is_left_alone(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    path.chmod(0)
    program = (
        "import sys; from pathlib import Path; from idse_core.project_workspace import ProjectWorkspace\n"
        "ProjectWorkspace(Path(sys.argv[1]), sys.argv[2]).change_state(lambda model: model)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(workspace.folder), PROJECT],
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        preexec_fn=unprivileged_preexec(),
        check=False,
    )
    path.chmod(0o644)
    assert b"UnreadableError" in run.stderr.splitlines()[-1]
    assert json.loads(path.read_bytes())["project_name"] == PROJECT
