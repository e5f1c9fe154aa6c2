from __future__ import annotations

import json
from pathlib import Path
from typing import Dict

import pytest

from idse_core import files
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, tree
from tests.cli.running import Idse

PROJECT = ".idse/projects/customer-portal"


def test_makes_everything_that_the_format_names(idse: Idse, tmp_path: Path) -> None:
    outcome = idse("init", "customer-portal", "--stack", "Python, PostgreSQL")

    assert (outcome.code, outcome.err) == (0, "")
    assert f"Created project customer-portal in {PROJECT}\n" in outcome.out
    session = f"{PROJECT}/sessions/{BLUEPRINT}"
    files = tree(tmp_path)
    assert set(files) == {
        ".idse/CURRENT_PROJECT",
        f"{PROJECT}/CURRENT_SESSION",
        f"{PROJECT}/session_state.json",
        f"{PROJECT}/agent_registry.json",
        f"{session}/metadata/session.json",
        *(f"{session}/{Layout.FLAT.path(stage)}" for stage in Stage),
    }
    assert files[".idse/CURRENT_PROJECT"] == b"customer-portal\n"
    assert files[f"{PROJECT}/CURRENT_SESSION"] == b"__blueprint__\n"
    assert b"Python, PostgreSQL" in files[f"{session}/context.md"]
    assert (tmp_path / ".idse" / ".local" / ".gitignore").read_text("utf-8").strip() == "*"


def test_twice_loses_nothing_and_changes_nothing(idse: Idse, started: ProjectWorkspace) -> None:
    (session_folder(started, BLUEPRINT) / "intent.md").write_bytes(b"# Mine\r\n")
    before = tree(started.folder)

    outcome = idse("init", "customer-portal", "--stack", "Other", "--title", "Other", "--layout", "nested")

    assert outcome.code == 0
    assert outcome.out == "Project customer-portal is complete already; nothing was changed\n"
    assert tree(started.folder) == before


def test_completes_what_is_missing_and_only_that(idse: Idse, started: ProjectWorkspace) -> None:
    before = tree(started.folder)
    (session_folder(started, BLUEPRINT) / "plan.md").unlink()
    (project_folder(started) / "agent_registry.json").unlink()

    outcome = idse("init", "customer-portal")

    assert outcome.code == 0
    assert "existed; added 2 missing files:" in outcome.out
    assert f"  {PROJECT}/sessions/{BLUEPRINT}/plan.md\n" in outcome.out
    assert tree(started.folder) == before


def test_what_is_there_but_cannot_be_read_is_left_alone(idse: Idse, started: ProjectWorkspace) -> None:
    folder = session_folder(started, "__blueprint__")
    (folder / "spec.md").write_bytes(b"x" * (files.MAX_BYTES + 1))
    (folder / "plan.md").unlink()
    (folder / "tasks.md").unlink()
    (folder / "tasks.md").mkdir()
    (project_folder(started) / "agent_registry.json").unlink()
    (project_folder(started) / "agent_registry.json").mkdir()

    outcome = idse("init", "customer-portal", "--json")

    assert outcome.code == 0
    assert [path.rpartition("/")[2] for path in outcome.document["created"]] == ["plan.md"]
    for name in ("spec.md", "tasks.md", "agent_registry.json"):
        assert f"{name}: " in outcome.err
    assert outcome.err.count("it is left as it is") == 3
    assert (folder / "spec.md").stat().st_size == files.MAX_BYTES + 1


def test_a_nested_layout(idse: Idse, tmp_path: Path) -> None:
    assert idse("init", "p", "--layout", "nested").code == 0

    session = tmp_path / ".idse" / "projects" / "p" / "sessions" / BLUEPRINT
    assert all((session / Layout.NESTED.path(stage)).is_file() for stage in Stage)
    assert idse("spawn", "next").code == 0
    assert (session.parent / "next" / "intents" / "intent.md").is_file()


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("Customer portal", "customer-portal"),
        ("  Größe & Maß ", "grosse-mass"),
        ("a" * 64, "a" * 64),
        ("v1.2_x", "v1.2_x"),
    ],
)
def test_a_name_becomes_an_id_and_stays_the_title(idse: Idse, tmp_path: Path, name: str, project: str) -> None:
    document = idse("init", name, "--json").document

    assert (document["project"], document["existed"]) == (project, False)
    metadata = tmp_path / ".idse" / "projects" / project / "sessions" / BLUEPRINT / "metadata" / "session.json"
    assert json.loads(metadata.read_text("utf-8"))["title"] == name.strip()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the project name is empty"),
        ("   ", "the project name is empty"),
        ("../x", "can't hold a path"),
        ("a/b", "can't hold a path"),
        ("a\\b", "can't hold a path"),
        ("..", "can't hold a path"),
        (".", "can't hold a path"),
        ("CON", "reserved device name"),
        ("nul.txt", "reserved device name"),
        ("語", "can't be made into a project id"),
        ("...", "can't be made into a project id"),
        ("a\x1b[31m/b", "can't hold a path: 'a\\x1b[31m/b'"),
    ],
)
def test_a_name_that_cannot_be_used_makes_nothing(idse: Idse, tmp_path: Path, name: str, message: str) -> None:
    outcome = idse("init", "--", name)

    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "hint:" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_differs_in_case_only(idse: Idse, started: ProjectWorkspace) -> None:
    assert "is complete already" in idse("init", "Customer-Portal").out
    project_folder(started).rename(started.folder / "projects" / "Customer-Portal")

    outcome = idse("init", "customer-portal")

    assert outcome.code == 2
    assert "conflicts with 'Customer-Portal'" in outcome.err
    assert "idse init Customer-Portal" in outcome.err
    assert [path.name for path in (started.folder / "projects").iterdir()] == ["Customer-Portal"]


def test_inside_a_workspace_the_project_goes_into_it(idse: Idse, started: ProjectWorkspace) -> None:
    below = started.folder.parent / "src" / "deep"
    below.mkdir(parents=True)

    outcome = idse("init", "second", cwd=below)

    assert outcome.code == 0
    assert (started.folder / "projects" / "second").is_dir()
    assert not (below / ".idse").exists()
    assert (started.folder / "CURRENT_PROJECT").read_text("utf-8") == "customer-portal\n"


def test_a_workspace_that_is_named(idse: Idse, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()

    assert idse("init", "p", "--workspace", "there").code == 0
    assert idse("--workspace", "there/.idse", "status").code == 0
    assert (tmp_path / "there" / ".idse" / "projects" / "p").is_dir()
    assert not (tmp_path / ".idse").exists()


def test_a_workspace_in_a_folder_that_is_not_there(idse: Idse, tmp_path: Path) -> None:
    outcome = idse("init", "p", "--workspace", "not/there")

    assert outcome.code == 2
    assert "not/there" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_without_a_name_it_is_that_of_the_folder(idse: Idse, tmp_path: Path) -> None:
    folder = tmp_path / "Customer Portal"
    folder.mkdir()

    outcome = idse("init", cwd=folder)

    assert outcome.code == 0
    assert "Created project customer-portal (from 'Customer Portal')" in outcome.out
    assert (folder / PROJECT / "sessions" / BLUEPRINT / "intent.md").is_file()


def test_without_a_name_in_a_workspace_it_is_the_project_that_commands_mean(
    idse: Idse, started: ProjectWorkspace
) -> None:
    below = started.folder.parent / "src"
    below.mkdir()
    (session_folder(started, BLUEPRINT) / "plan.md").unlink()

    outcome = idse("init", cwd=below)
    other = idse("init", "--project", "second", cwd=below)

    assert "Project customer-portal existed; added 1 missing file" in outcome.out
    assert "Created project second in" in other.out


def test_without_a_name_and_without_a_choice_among_projects_nothing_is_made(
    idse: Idse, started: ProjectWorkspace
) -> None:
    idse("init", "second")
    (started.folder / "CURRENT_PROJECT").unlink()
    before = tree(started.folder)

    outcome = idse("init")

    assert outcome.code == 10
    assert "which project? none is selected" in outcome.err
    assert tree(started.folder) == before


def test_without_a_name_in_a_folder_that_has_none(idse: Idse) -> None:
    outcome = idse("init", "--workspace", "/")

    assert outcome.code == 2
    assert "hint: idse init customer-portal" in outcome.err


def test_nothing_of_what_was_there_is_taken(idse: Idse, tmp_path: Path) -> None:
    (tmp_path / ".idse").write_text("a file", encoding="utf-8")

    outcome = idse("init", "p")

    assert outcome.code == 2
    assert (tmp_path / ".idse").read_text("utf-8") == "a file"


def test_a_template_of_the_workspace_is_used_and_a_broken_one_makes_nothing(idse: Idse, tmp_path: Path) -> None:
    templates = tmp_path / ".idse" / "templates"
    templates.mkdir(parents=True)
    (templates / "intent.md").write_text("# Ours: {{ title }}\n", encoding="utf-8")
    assert idse("init", "One").code == 0
    made = tmp_path / ".idse" / "projects" / "one" / "sessions" / BLUEPRINT / "intent.md"
    assert made.read_text("utf-8") == "# Ours: One\n"

    broken: Dict[str, str] = {"{{ title": ":1", "a\n{{ nobody }}": "", "{{ ''.__class__.__mro__ }}": ""}
    for number, (source, line) in enumerate(broken.items()):
        (templates / "intent.md").write_text(source, encoding="utf-8")
        outcome = idse("init", f"two{number}")
        assert outcome.code == 2
        assert f".idse/templates/intent.md{line}" in outcome.err
    assert [path.name for path in (tmp_path / ".idse" / "projects").iterdir()] == ["one"]


def test_json(idse: Idse, tmp_path: Path) -> None:
    first = idse("init", "p", "--json").document
    second = idse("init", "p", "--json").document

    assert first["schema"] == "idse.init/1"
    assert (first["existed"], second["existed"]) == (False, True)
    assert second["created"] == []
    assert all((tmp_path / path).is_file() for path in first["created"])
    assert idse("init", "", "--json").error["code"] == "usage"


def test_a_second_project_says_which_one_commands_still_mean(idse: Idse, started: ProjectWorkspace) -> None:
    note = "commands here still mean the project customer-portal; `idse project switch warehouse` selects warehouse\n"

    assert idse("init", "warehouse").err == note
    assert idse("init", "warehouse", "--json").err == note
    assert idse("init", "customer-portal").err == ""
    assert idse("project", "switch", "warehouse").code == 0
    assert idse("init", "warehouse").err == ""
