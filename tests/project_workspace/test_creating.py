"""A new project is complete; creating it again adds what is missing and changes nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from idse_core.agent_registry import DEFAULT_AGENTS
from idse_core.config import IdseConfig
from idse_core.errors import StorageError, UsageError
from idse_core.events import Event, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import Creation, ProjectWorkspace
from idse_core.session_metadata import SessionType
from tests.builders import (
    PROJECT,
    add_session,
    config_for,
    make_workspace,
    project_folder,
    session_folder,
    tree,
    write_artifact,
)
from tests.project_workspace.calling import create, opened


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
