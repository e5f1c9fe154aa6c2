"""Which workspace and which project is meant: the explicit, the surrounding or the remembered one."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest

from idse_core.config import IdseConfig
from idse_core.errors import NotFoundError, UnreadableError
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import PROJECT, make_workspace
from tests.project_workspace.calling import opened


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
