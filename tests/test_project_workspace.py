"""Finding, creating and opening a project, and what becomes of its documents when somebody else broke them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest

from idse_core.agent_registry import DEFAULT_AGENTS
from idse_core.config import IdseConfig
from idse_core.errors import (
    ConfigError,
    ConflictError,
    NotFoundError,
    RefusedError,
    StorageError,
    UnreadableError,
    UsageError,
)
from idse_core.events import Event, FileDisplaced, FileWritten, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import Creation, ProjectWorkspace
from idse_core.session_metadata import SessionType
from idse_core.stage_state_model import StageStateModel, ValidationStatus
from tests.builders import (
    PROJECT,
    add_session,
    config_for,
    make_workspace,
    project_folder,
    reopened,
    session_folder,
    tree,
    write_artifact,
    write_json,
)
from tests.privileges import unprivileged_preexec

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, and real flushes would take half of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


def create(folder: Path, name: str = PROJECT, **options: Any) -> Creation:
    return ProjectWorkspace.create(config_for(folder), name, **options)[1]


def opened(folder: Path, **options: Any) -> ProjectWorkspace:
    return ProjectWorkspace.open(IdseConfig(start=folder, **options))


# ----------------------------------------------------------------------------------------------------------- discovery


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """Workspaces in outer/ and outer/inner/, and a folder below the inner one."""
    make_workspace(tmp_path / "outer", "outer-project")
    (tmp_path / "outer" / "inner" / "src" / "deep").mkdir(parents=True)
    ProjectWorkspace.create(IdseConfig(tmp_path, workspace=tmp_path / "outer" / "inner"), "inner-project")
    return tmp_path / "outer"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (".", "outer-project"),
        ("inner", "inner-project"),
        ("inner/src/deep", "inner-project"),
        ("inner/.idse", "inner-project"),
        ("inner/.idse/projects/inner-project/sessions", "inner-project"),
    ],
)
def test_the_nearest_workspace_upwards_is_meant(nested: Path, start: str, expected: str) -> None:
    assert opened(nested / start).project == expected


@pytest.mark.parametrize("given", ["inner", "inner/.idse"])
def test_an_explicit_workspace_wins_whether_it_is_the_folder_or_what_holds_it(nested: Path, given: str) -> None:
    assert opened(nested, workspace=nested / given).project == "inner-project"


def test_options_win_over_the_environment_and_that_over_the_place(nested: Path) -> None:
    environment = {"IDSE_WORKSPACE": "inner", "IDSE_PROJECT": "from-environment"}
    config = IdseConfig.from_environment(environment, nested)
    assert (config.workspace, config.project) == (nested / "inner", "from-environment")
    config = IdseConfig.from_environment(environment, nested, workspace="/elsewhere", project="from-option")
    assert (config.workspace, config.project) == (Path("/elsewhere"), "from-option")
    empty = {"IDSE_WORKSPACE": "", "IDSE_PROJECT": ""}
    assert IdseConfig.from_environment(empty, nested, workspace="", project="") == IdseConfig(nested)


def test_a_tilde_is_the_home_folder_or_else_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert IdseConfig.from_environment({}, tmp_path, workspace="~/x").workspace == tmp_path / "home" / "x"
    odd = "~nobody-is-called-this/x"
    assert IdseConfig.from_environment({}, tmp_path, workspace=odd).workspace == tmp_path / odd


def test_an_explicit_workspace_that_is_none_does_not_fall_back_to_another(nested: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no workspace in") as caught:
        opened(nested, workspace=nested / "inner" / "src")
    assert "idse init" in caught.value.hint


def test_no_workspace_at_all_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no \.idse folder"):
        opened(tmp_path)


def test_a_file_called_idse_is_no_workspace(nested: Path) -> None:
    (nested / "inner" / "src" / ".idse").write_bytes(b"")
    assert opened(nested / "inner" / "src" / "deep").project == "inner-project"


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Three projects; `beta` is the remembered one."""
    for project in ("alpha", "beta", "gamma"):
        make_workspace(tmp_path, project)
    (tmp_path / ".idse" / "CURRENT_PROJECT").write_bytes(b"beta\n")
    return tmp_path


@pytest.mark.parametrize(
    ("explicit", "start", "remembered", "expected"),
    [
        ("gamma", ".idse/projects/alpha/sessions", b"beta\n", "gamma"),
        (None, ".idse/projects/alpha/sessions", b"beta\n", "alpha"),
        (None, ".", b"beta\n", "beta"),
        (None, ".", b"beta", "beta"),
        (None, ".", b"\r\n\n  beta  \r\ngamma\n", "beta"),
        (None, ".", b"\xef\xbb\xbf beta\n", "beta"),
        (None, ".idse/projects", b"beta\n", "beta"),
    ],
)
def test_the_project_is_the_explicit_the_surrounding_or_the_remembered_one(
    several: Path, explicit: Optional[str], start: str, remembered: bytes, expected: str
) -> None:
    (several / ".idse" / "CURRENT_PROJECT").write_bytes(remembered)
    assert opened(several / start, project=explicit).project == expected


@pytest.mark.parametrize("remembered", [b"", b"gone\n", b"\xff\xfe", None])
def test_several_projects_and_no_choice_lists_them(several: Path, remembered: Optional[bytes]) -> None:
    path = several / ".idse" / "CURRENT_PROJECT"
    path.unlink() if remembered is None else path.write_bytes(remembered)
    with pytest.raises(NotFoundError, match="which project") as caught:
        opened(several)
    assert "alpha, beta, gamma" in caught.value.hint


def test_the_only_project_is_meant_even_when_another_is_remembered(workspace: ProjectWorkspace) -> None:
    (workspace.folder / "CURRENT_PROJECT").write_bytes(b"gone\n")
    assert opened(workspace.folder.parent).project == PROJECT


@pytest.mark.parametrize("project", ["delta", "Beta", "../x", "", "\0"])
def test_an_explicit_project_that_does_not_exist_is_an_error(several: Path, project: str) -> None:
    if not project:
        assert opened(several, project=project).project == "beta"
        return
    with pytest.raises(NotFoundError, match="there is no project") as caught:
        opened(several, project=project)
    assert "alpha, beta, gamma" in caught.value.hint


def test_a_broken_memory_does_not_matter_to_who_names_the_project(several: Path) -> None:
    path = several / ".idse" / "CURRENT_PROJECT"
    path.unlink()
    path.mkdir()
    assert opened(several, project="alpha").project == "alpha"
    assert opened(several / ".idse" / "projects" / "gamma").project == "gamma"
    with pytest.raises(UnreadableError):
        opened(several)


def test_a_workspace_without_projects_says_so(tmp_path: Path) -> None:
    (tmp_path / ".idse").mkdir()
    with pytest.raises(NotFoundError, match="there is no project in"):
        opened(tmp_path)


# ------------------------------------------------------------------------------------------------------------ creating


def test_a_new_project_in_an_empty_folder_is_complete(tmp_path: Path) -> None:
    workspace, creation = ProjectWorkspace.create(config_for(tmp_path), "Customer portal", stack="Django 5")
    session = f"projects/customer-portal/sessions/{BLUEPRINT}"
    files = tree(tmp_path / ".idse")
    assert set(files) == {
        "CURRENT_PROJECT",
        "projects/customer-portal/CURRENT_SESSION",
        "projects/customer-portal/agent_registry.json",
        "projects/customer-portal/session_state.json",
        f"{session}/metadata/session.json",
        *(f"{session}/{Layout.FLAT.path(stage)}" for stage in Stage),
    }
    assert files["CURRENT_PROJECT"] == b"customer-portal\n"
    assert files["projects/customer-portal/CURRENT_SESSION"] == f"{BLUEPRINT}\n".encode()
    assert b"Django 5" in files[f"{session}/context.md"]
    assert files[f"{session}/intent.md"].startswith(b"# Intent: Customer portal\n")
    assert {f".idse/{name}" for name in files} == set(creation.created)
    assert (creation.project, creation.existed) == ("customer-portal", False)
    assert (tmp_path / ".idse" / ".local" / ".gitignore").read_bytes() == b"*\n"
    metadata = workspace.metadata(BLUEPRINT)
    assert (metadata.title, metadata.session_type) == ("Customer portal", SessionType.BLUEPRINT)
    assert workspace.current_session() == (BLUEPRINT, "")
    assert workspace.state().model.current == BLUEPRINT
    assert [agent.id for agent in workspace.registry().agents] == [agent.id for agent in DEFAULT_AGENTS]


def test_nothing_is_made_outside_the_workspace_folder(tmp_path: Path) -> None:
    create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".idse"]


def test_a_folder_for_the_workspace_that_does_not_exist_is_not_made_up(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        ProjectWorkspace.create(IdseConfig(tmp_path, workspace=tmp_path / "typo"), PROJECT)
    assert list(tmp_path.iterdir()) == []


def test_a_project_is_created_in_the_nearest_workspace(tmp_path: Path) -> None:
    make_workspace(tmp_path, "first")
    (tmp_path / "src").mkdir()
    create(tmp_path / "src", "second")
    assert opened(tmp_path, project="second").project == "second"
    assert opened(tmp_path).project == "first"
    assert list((tmp_path / "src").iterdir()) == []


@pytest.mark.parametrize("layout", list(Layout))
def test_the_chosen_layout_is_the_one_of_all_sessions(tmp_path: Path, layout: Layout) -> None:
    workspace = make_workspace(tmp_path, layout=layout)
    add_session(workspace, "auth")
    for session in (BLUEPRINT, "auth"):
        assert all((session_folder(workspace, session) / layout.path(stage)).is_file() for stage in Stage)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "CON", ".", "\0", "日本"])
def test_a_name_that_cannot_be_an_id_creates_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        create(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_differs_only_in_case_from_one_on_disk_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".idse" / "projects" / "Shop").mkdir(parents=True)
    with pytest.raises(UsageError, match="only their case or form differs") as caught:
        create(tmp_path, "shop")
    assert caught.value.hint == "idse init Shop"


@pytest.mark.parametrize("title", ["two\nlines", "\x1b[2J", "\ud800 half", "{{ title }}"])
def test_a_title_is_kept_on_one_line(tmp_path: Path, title: str) -> None:
    workspace, _ = ProjectWorkspace.create(config_for(tmp_path), "shop", title=title)
    assert len(workspace.metadata(BLUEPRINT).title.splitlines()) == 1
    artifacts = workspace.pipeline_artifacts()
    for stage in Stage:
        text = (session_folder(workspace, BLUEPRINT) / Layout.FLAT.path(stage)).read_bytes().decode("utf-8")
        assert artifacts.is_untouched(stage, text)


def test_creating_again_changes_no_byte(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "auth")
    before = tree(workspace.folder)
    assert create(workspace.folder.parent) == Creation(PROJECT, (), existed=True)
    assert tree(workspace.folder) == before


def test_creating_again_keeps_every_file_that_somebody_edited(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "auth")
    mine = {name: b"mine: \xff " + name.encode() for name in tree(workspace.folder)}
    mine["projects/customer-portal/CURRENT_SESSION"] = b"auth"
    mine["CURRENT_PROJECT"] = b"customer-portal"
    for name, data in mine.items():
        (workspace.folder / name).write_bytes(data)
    assert create(workspace.folder.parent, title="Other", stack="Other").created == ()
    assert tree(workspace.folder) == mine


def test_creating_again_completes_whatever_file_is_missing(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "auth")
    write_artifact(workspace, "auth", Stage.PLAN, "# my plan\n")
    complete = tree(workspace.folder)
    for name in complete:
        if name.endswith("auth/metadata/session.json"):  # older workspaces have none, and that is no mistake
            continue
        (workspace.folder / name).unlink()
        assert create(workspace.folder.parent).created == (f".idse/{name}",)
        assert set(tree(workspace.folder)) == set(complete)
        others = {other: data for other, data in tree(workspace.folder).items() if other != name}
        assert others == {other: data for other, data in complete.items() if other != name}
        (workspace.folder / name).write_bytes(complete[name])


def test_a_completed_state_file_agrees_with_the_pointer(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "auth")
    (project_folder(workspace) / "session_state.json").unlink()
    create(workspace.folder.parent)
    assert workspace.state().model.current == workspace.current_session().id == "auth"


def test_a_project_folder_without_a_blueprint_gets_one(tmp_path: Path) -> None:
    (tmp_path / ".idse" / "projects" / PROJECT).mkdir(parents=True)
    creation = create(tmp_path)
    assert creation.existed
    workspace = opened(tmp_path)
    assert workspace.current_session() == (BLUEPRINT, "")
    assert set(tree(session_folder(workspace, BLUEPRINT))) == {
        *(Layout.FLAT.path(stage) for stage in Stage),
        "metadata/session.json",
    }
    assert {path for path in creation.created if "sessions" in path} == {
        f".idse/{name}" for name in tree(workspace.folder) if "sessions" in name
    }


def test_creating_again_completes_a_session_whose_metadata_is_broken(workspace: ProjectWorkspace) -> None:
    folder = session_folder(workspace, BLUEPRINT)
    (folder / "metadata" / "session.json").write_bytes(b"{")
    (folder / "spec.md").unlink()
    events: List[Event] = []
    create(workspace.folder.parent, on_event=events.append)
    assert (folder / "spec.md").is_file()
    assert (folder / "metadata" / "session.json").read_bytes() == b"{"
    assert any(isinstance(event, Warned) for event in events)


# -------------------------------------------------------------------------------------------------- the current session


def break_pointer(path: Path, how: str) -> None:
    path.unlink()
    outside = path.parents[3] / "outside"
    outside.write_bytes(b"auth\n")
    contents = {
        "empty": b"",
        "blank": b"\n \r\n",
        "unknown": b"gone\n",
        "other case": b"AUTH\n",
        "path": b"../../x\n",
        "conflict": b"<<<<<<< HEAD\nauth\n=======\nbilling\n>>>>>>> x\n",
        "binary": b"\xff\xfe\x00",
        "UTF-16": "auth\n".encode("utf-16"),
        "nul": b"\0\n",
        "large": b"auth" * 3_000_000,
    }
    if how in contents:
        path.write_bytes(contents[how])
    elif how == "folder":
        path.mkdir()
    elif how == "link outside":
        path.symlink_to(outside)
    elif how == "dangling link":
        path.symlink_to("nowhere")
    elif how == "link to itself":
        path.symlink_to(path.name)
    elif how == "pipe":
        os.mkfifo(path)


BREAKAGES = [
    "missing",
    "empty",
    "blank",
    "unknown",
    "other case",
    "path",
    "conflict",
    "binary",
    "UTF-16",
    "nul",
    "large",
    "folder",
    "link outside",
    "dangling link",
    "link to itself",
    "pipe",
]


@pytest.mark.parametrize("how", BREAKAGES)
def test_a_broken_pointer_is_worked_around_when_reading_and_repaired_when_writing(
    workspace: ProjectWorkspace, how: str
) -> None:
    path = project_folder(workspace) / "CURRENT_SESSION"
    break_pointer(path, how)
    current = workspace.current_session()
    assert current.id == BLUEPRINT
    assert current.problem.startswith(f".idse/projects/{PROJECT}/CURRENT_SESSION ")
    add_session(workspace, "auth", switch=False)
    assert path.read_bytes() == f"{BLUEPRINT}\n".encode()
    assert workspace.current_session() == (BLUEPRINT, "")


@pytest.mark.parametrize(
    "data", [b"auth", b"auth\n", b"\n  auth\r\nrest\n", b"\xef\xbb\xbfauth\n", b"\xef\xbb\xbf\nauth"]
)
def test_a_pointer_is_its_first_line_that_is_not_empty_trimmed(workspace: ProjectWorkspace, data: bytes) -> None:
    add_session(workspace, "auth", switch=False)
    (project_folder(workspace) / "CURRENT_SESSION").write_bytes(data)
    assert workspace.current_session() == ("auth", "")


def test_without_a_blueprint_the_newest_session_stands_in(workspace: ProjectWorkspace) -> None:
    for session, created in (("old", "2024-01-01T00:00:00Z"), ("new", "2026-01-01T00:00:00Z"), ("bad", None)):
        folder = session_folder(workspace, session)
        if created is None:
            (folder / "metadata" / "session.json").mkdir(parents=True)
        else:
            write_json(folder / "metadata" / "session.json", {"created_at": created})
    session_folder(workspace, BLUEPRINT).rename(workspace.folder / "elsewhere")
    assert workspace.current_session().id == "new"


def test_a_project_without_any_session_says_how_to_get_one(workspace: ProjectWorkspace) -> None:
    session_folder(workspace, BLUEPRINT).rename(workspace.folder / "elsewhere")
    with pytest.raises(NotFoundError, match="has no session") as caught:
        workspace.current_session()
    assert caught.value.hint == f"idse init {PROJECT}"
    create(workspace.folder.parent)
    assert workspace.current_session() == (BLUEPRINT, "")


def test_the_pointer_is_never_made_to_name_what_does_not_exist(workspace: ProjectWorkspace) -> None:
    before = tree(workspace.folder)
    for session in ("gone", "../x", "", "AUTH"):
        with pytest.raises(NotFoundError):
            workspace.point_to(session)
    assert tree(workspace.folder) == before


# ------------------------------------------------------------------------------------------------------------- the state


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
    assert workspace.update_state(passing("auth")) is True
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
    assert workspace.update_state(passing("auth")) is False


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
    assert workspace.update_state(passing(BLUEPRINT)) is True
    assert workspace.state().model.session(BLUEPRINT).validation_status is ValidationStatus.PASSING
    assert len(list((workspace.folder / ".local" / "displaced").rglob("*session_state.json"))) == 1


def test_a_missing_state_file_is_written_for_the_current_session(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    path.unlink()
    assert workspace.state() == (StageStateModel({"project_name": PROJECT}), None, None, None)
    assert workspace.update_state(lambda model: model) is False
    assert path.read_bytes() == StageStateModel.new(PROJECT, BLUEPRINT).serialize()


def test_a_state_that_does_not_change_is_not_written(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    path.write_bytes(json.dumps(json.loads(path.read_bytes()), indent=7).encode())
    before, status = path.read_bytes(), path.stat()
    workspace.update_state(lambda model: model.record(BLUEPRINT, {}, ValidationStatus.UNKNOWN))
    assert path.read_bytes() == before
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (status.st_mtime_ns, status.st_ino)


def test_a_state_of_a_newer_version_is_read_and_never_changed(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "session_state.json"
    newer = b'{"schema_version": 2, "session_id": "__blueprint__", "validation_status": "passing", "sessions": []}'
    path.write_bytes(newer)
    assert workspace.state().problem is None
    with pytest.raises(RefusedError):
        workspace.update_state(passing("auth"))
    assert path.read_bytes() == newer


def test_a_change_that_somebody_makes_in_between_is_taken_into_account(workspace: ProjectWorkspace) -> None:
    other = reopened(workspace)
    calls: List[int] = []

    def change(model: StageStateModel) -> StageStateModel:
        calls.append(1)
        if len(calls) == 1:
            other.update_state(lambda model: model.synced(BLUEPRINT, "2026-01-01T00:00:00Z"))
        return model.record(BLUEPRINT, {}, ValidationStatus.FAILING)

    workspace.update_state(change)
    record = workspace.state().model.session(BLUEPRINT)
    assert (record.last_sync, record.validation_status) == ("2026-01-01T00:00:00Z", ValidationStatus.FAILING)
    assert len(calls) == 2


def test_who_never_gets_a_turn_says_so_and_loses_nothing(workspace: ProjectWorkspace) -> None:
    other, numbers = reopened(workspace), iter(range(100))

    def change(model: StageStateModel) -> StageStateModel:
        other.update_state(lambda model: model.synced(BLUEPRINT, f"sync {next(numbers)}"))
        return model.record(BLUEPRINT, {}, ValidationStatus.FAILING)

    with pytest.raises(ConflictError):
        workspace.update_state(change)
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
        workspace.update_state(
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
        "ProjectWorkspace(Path(sys.argv[1]), sys.argv[2]).update_state(lambda model: model)"
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


# ------------------------------------------------------------------------------------------------- registry, templates


def test_a_missing_registry_is_empty_and_a_broken_one_is_named(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "agent_registry.json"
    path.write_bytes(b'{"agents": [\n{"id": 1}]}')
    with pytest.raises(ConfigError) as caught:
        workspace.registry()
    assert caught.value.location == f".idse/projects/{PROJECT}/agent_registry.json:2:8"
    path.unlink()
    assert workspace.registry().agents == ()


def test_a_template_of_the_workspace_is_used_for_new_sessions(workspace: ProjectWorkspace) -> None:
    folder = workspace.folder / "templates"
    folder.mkdir()
    (folder / "intent.md").write_bytes(
        b"\xef\xbb\xbf# Why {{ title }} in {{ project }}?\r\n\r\n[REQUIRES INPUT] Say.\r\n"
    )
    (folder / "unknown.md").write_bytes(b"{{ broken")
    add_session(workspace, "auth", title="Sign in")
    text = (session_folder(workspace, "auth") / "intent.md").read_bytes().decode("utf-8")
    assert text.splitlines() == ["# Why Sign in in customer-portal?", "", "[REQUIRES INPUT] Say."]
    assert workspace.pipeline_artifacts().is_untouched(Stage.INTENT, text)
    assert (session_folder(workspace, "auth") / "plan.md").read_bytes().startswith(b"# Plan: Sign in\n")


@pytest.mark.parametrize("kind", ["encoding", "link-outside", "not-a-file"])
def test_a_template_that_cannot_be_read_is_named(workspace: ProjectWorkspace, kind: str) -> None:
    path = workspace.folder / "templates" / "plan.md"
    path.parent.mkdir()
    if kind == "encoding":
        path.write_bytes(b"# {{ title }} \xff")
    elif kind == "link-outside":
        path.symlink_to("/etc/hostname")
    else:
        path.mkdir()
    before = tree(workspace.folder)
    with pytest.raises(UnreadableError) as caught:
        add_session(workspace, "auth")
    assert caught.value.reason == kind
    assert caught.value.path == ".idse/templates/plan.md"
    assert tree(workspace.folder) == before


def test_sessions_are_required_by_their_exact_id(workspace: ProjectWorkspace) -> None:
    assert workspace.require_session(BLUEPRINT) == BLUEPRINT
    for session in ("", "__BLUEPRINT__", "..", "\0"):
        with pytest.raises(NotFoundError):
            workspace.require_session(session)


def test_events_tell_every_file_that_changed(tmp_path: Path) -> None:
    events: List[Event] = []
    workspace = make_workspace(tmp_path, on_event=events.append)
    before = tree(workspace.folder)
    del events[:]
    add_session(workspace, "auth")
    after: Dict[str, bytes] = tree(workspace.folder)
    changed = {f".idse/{name}" for name in before if after[name] != before[name]}
    assert {event.path for event in events if isinstance(event, FileWritten)} == changed
