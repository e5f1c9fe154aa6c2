"""Which files in a folder ``rules`` are in force, and what is said of the others."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from idse_core.errors import PackError, StorageError
from idse_core.events import Event, Warned
from idse_core.health.rule_checks import check_rules
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.constitution import load_constitution
from idse_core.validation_engine import ValidationEngine
from tests.builders import make_workspace

OFF = 'pack: team\nrules: [{extend: SPEC001, severity: "off"}]\n'


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


def write(workspace: ProjectWorkspace, name: str, text: str = OFF) -> None:
    path = workspace.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def warnings(workspace: ProjectWorkspace) -> List[str]:
    said: List[Event] = []
    ValidationEngine(workspace, on_event=said.append)
    return [event.message for event in said if isinstance(event, Warned)]


@pytest.mark.parametrize("name", ["a.YAML", "a.Yml", "a.yaml"])
def test_the_case_of_a_suffix_does_not_matter(workspace: ProjectWorkspace, name: str) -> None:
    write(workspace, f"rules/{name}")

    rules = load_constitution(workspace.folder, workspace.project).rules

    assert "SPEC001" not in {rule.id for rule in rules.active()}
    write(workspace, f"rules/{name}", "garbage: [")
    with pytest.raises(PackError):
        load_constitution(workspace.folder, workspace.project)


@pytest.mark.parametrize("folder", ["rules", "projects/shop/rules"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_packs_that_are_no_folder_are_refused(tmp_path: Path, folder: str, kind: str) -> None:
    workspace = make_workspace(tmp_path, "shop")
    path = workspace.folder / folder
    if kind == "file":
        path.write_text(OFF, "utf-8")
    else:
        path.symlink_to("nowhere")

    with pytest.raises(StorageError) as caught:
        ValidationEngine(workspace)

    assert caught.value.exit_code == 2
    assert caught.value.path == f".idse/{folder}"
    assert "is not a folder" in caught.value.message
    assert caught.value.hint


def test_what_is_not_read_is_told_by_validation_and_by_the_doctor(workspace: ProjectWorkspace) -> None:
    write(workspace, "rules/good.yaml")
    write(workspace, "rules/sub/a.yaml")
    write(workspace, "rules/b.json")
    told = ".idse/rules: b.json, sub are not read, so no rule in there is in force"

    assert warnings(workspace) == [told]
    check = next(check_rules(workspace))
    assert (check.name, check.status.value) == ("rule-packs", "warn")
    assert told in check.message
    assert ".yaml or .yml" in check.advice


def test_of_many_a_few_are_named(workspace: ProjectWorkspace) -> None:
    for number in range(5):
        write(workspace, f"projects/{workspace.project}/rules/{number}.toml")

    folder = f".idse/projects/{workspace.project}/rules"
    assert warnings(workspace) == [
        f"{folder}: 0.toml, 1.toml, 2.toml and 2 more are not read, so no rule in there is in force"
    ]


def test_what_nobody_takes_for_a_pack_is_left_alone(workspace: ProjectWorkspace) -> None:
    for name in (
        "README",
        "readme.adoc",
        "notes.md",
        ".hidden.yaml",
        ".git/x",
        "a.yaml~",
        "a.yaml.bak",
        ".a.yaml.swp",
        "#a#",
    ):
        write(workspace, f"rules/{name}", "not: [a pack")

    assert warnings(workspace) == []
    assert next(check_rules(workspace)).status.value == "ok"
