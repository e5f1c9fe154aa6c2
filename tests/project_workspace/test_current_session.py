"""The session that work is about, whatever somebody else made of the file that names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idse_core.errors import NotFoundError
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import PROJECT, add_session, project_folder, session_folder, tree, write_json
from tests.project_workspace.calling import create


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


def test_sessions_are_required_by_their_exact_id(workspace: ProjectWorkspace) -> None:
    assert workspace.require_session(BLUEPRINT) == BLUEPRINT
    for session in ("", "__BLUEPRINT__", "..", "\0"):
        with pytest.raises(NotFoundError):
            workspace.require_session(session)
