from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, List

import pytest

from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, tree, write_json
from tests.cli.running import Idse


def pointer(workspace: ProjectWorkspace) -> str:
    return (project_folder(workspace) / "CURRENT_SESSION").read_text("utf-8").strip()


def metadata(workspace: ProjectWorkspace, session: str) -> Dict[str, object]:
    text = (session_folder(workspace, session) / "metadata" / "session.json").read_text("utf-8")
    document: Dict[str, object] = json.loads(text)
    return document


def recorded(workspace: ProjectWorkspace) -> Dict[str, object]:
    document: Dict[str, object] = json.loads((project_folder(workspace) / "session_state.json").read_text("utf-8"))
    return document


# spawn


def test_spawn_makes_a_session_with_the_whole_pipeline_and_switches_to_it(
    idse: Idse, started: ProjectWorkspace
) -> None:
    before = tree(started.folder)

    outcome = idse(
        "spawn", "Export as CSV", "--parent", BLUEPRINT, "--type", "exploratory", "--owner", "web", "--tag", "a"
    )

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Created session export-as-csv, now the current session\n")
    folder = session_folder(started, "export-as-csv")
    assert all((folder / Layout.FLAT.path(stage)).is_file() for stage in Stage)
    about = metadata(started, "export-as-csv")
    assert (about["title"], about["parent_session"], about["session_type"]) == (
        "Export as CSV",
        BLUEPRINT,
        "exploratory",
    )
    assert (about["owner"], about["tags"], about["status"]) == ("web", ["a"], "draft")
    assert pointer(started) == "export-as-csv"
    state = recorded(started)
    assert state["session_id"] == "export-as-csv"
    assert set(state["sessions"]) == {BLUEPRINT, "export-as-csv"}  # type: ignore[call-overload]  # an object
    changed = {name for name, data in tree(started.folder).items() if name in before and before[name] != data}
    assert {name.rsplit("/", 1)[-1] for name in changed} == {"CURRENT_SESSION", "session_state.json"}


def test_spawn_without_switching(idse: Idse, started: ProjectWorkspace) -> None:
    outcome = idse("spawn", "later", "--no-switch", "--depends-on", BLUEPRINT)

    assert outcome.out.startswith("Created session later\n")
    assert pointer(started) == BLUEPRINT
    assert recorded(started)["session_id"] == BLUEPRINT
    assert metadata(started, "later")["depends_on"] == [BLUEPRINT]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([BLUEPRINT], 2, f"session '{BLUEPRINT}' exists already"),
        (["../x"], 2, "can't hold a path"),
        ([""], 2, "the session name is empty"),
        (["aux"], 2, "reserved device name"),
        (["x", "--parent", "nowhere"], 10, "there is no session 'nowhere'"),
        (["x", "--depends-on", "nowhere"], 10, "there is no session 'nowhere'"),
        (["x", "--type", "blueprint"], 2, "'blueprint' is not one of"),
        (["x", "y"], 2, "extra argument"),
        ([], 2, "SESSION-ID is missing"),
    ],
)
def test_an_impossible_spawn_creates_nothing(
    idse: Idse, started: ProjectWorkspace, words: List[str], code: int, message: str
) -> None:
    before = tree(started.folder)

    outcome = idse("spawn", *words)

    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert tree(started.folder) == before


# switch


def test_switch_moves_the_pointer_and_the_top_of_the_state(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("switch", "billing")

    assert (outcome.code, outcome.out) == (0, "billing is the current session\n")
    assert pointer(sample) == "billing"
    state = recorded(sample)
    assert state["session_id"] == "billing"
    assert state["stages"] == state["sessions"]["billing"]["stages"]  # type: ignore[index]  # objects


@pytest.mark.parametrize(
    ("query", "session"),
    [
        ("auth-login", "auth-login"),
        ("bill", "billing"),
        ("BILL", "billing"),
        ("csv", "export-csv"),
        ("blue", BLUEPRINT),
    ],
)
def test_enough_of_an_id_is_enough(idse: Idse, sample: ProjectWorkspace, query: str, session: str) -> None:
    assert idse("switch", query, "--json").document["session_id"] == session


def test_an_ambiguous_id_lists_the_candidates_and_changes_nothing(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)

    outcome = idse("switch", "au")

    assert outcome.code == 2
    assert "'au' could mean 2 sessions: audit-trail, auth-login" in outcome.err
    assert tree(sample.folder) == before


@pytest.mark.parametrize("query", ["zzz", "", "../billing", "billing/.."])
def test_an_id_that_matches_nothing(idse: Idse, sample: ProjectWorkspace, query: str) -> None:
    outcome = idse("switch", query)

    assert outcome.code == 10
    assert "idse session list" in outcome.err
    assert pointer(sample) == "auth-login"


def test_an_archived_session_has_to_be_restored_first(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("session", "archive", "billing").code == 0

    outcome = idse("switch", "billing")

    assert outcome.code == 2
    assert "idse session restore billing" in outcome.err


# session list and show


def test_list_is_a_tree_with_the_current_session_marked(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("session", "list", "--archived")

    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"  {BLUEPRINT} ")
    assert [line for line in lines if "◀ current" in line] == [line for line in lines if "auth-login" in line]
    assert len(lines) == len(sample.sessions())
    children = [line for line in lines if "─ " in line]
    assert children
    document = idse("session", "list", "--archived", "--json").document
    assert [item["session_id"] for item in document["sessions"] if item["current"]] == ["auth-login"]
    assert [item["depth"] > 0 for item in document["sessions"]] == ["─ " in line for line in lines]


def test_filters(idse: Idse, sample: ProjectWorkspace) -> None:
    everything = idse("session", "list", "--json").document["sessions"]

    def ids(*words: str) -> List[str]:
        return [item["session_id"] for item in idse("session", "list", "--json", *words).document["sessions"]]

    def having(key: str, value: str) -> List[str]:
        return sorted(item["session_id"] for item in everything if item[key] == value)

    assert ids("--type", "exploratory") == having("session_type", "exploratory")
    assert sorted(ids("--status", "draft")) == having("status", "draft")
    owner = everything[0]["owner"]
    assert sorted(ids("--owner", owner)) == having("owner", owner)
    tag = next(tag for item in everything for tag in item["tags"])
    assert sorted(ids("--tag", tag)) == sorted(item["session_id"] for item in everything if tag in item["tags"])
    assert idse("session", "list", "--tag", "no such tag").out == "No session matches\n"


def test_show(idse: Idse, sample: ProjectWorkspace) -> None:
    current = idse("session", "show")
    other = idse("session", "show", "bill")

    assert current.out.startswith("auth-login  (current)\n")
    assert other.out.startswith("billing\n")
    assert "  spec           .idse/projects/customer-portal/sessions/billing/spec.md\n" in other.out
    document = idse("session", "show", "bill", "--json").document
    assert list(document["artifacts"]) == [stage.value for stage in Stage]
    assert all((sample.folder.parent / path).is_file() for path in document["artifacts"].values())
    assert document["session"]["current"] is False


# archive, restore, set


def test_archive_moves_on_first_and_restore_brings_back(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("session", "set", "auth-login", "--parent", "billing").code == 0
    before = tree(session_folder(sample, "auth-login"))

    outcome = idse("session", "archive", "auth-login")

    assert outcome.code == 0
    assert pointer(sample) == "billing"
    assert recorded(sample)["session_id"] == "billing"
    after = tree(session_folder(sample, "auth-login"))
    assert {name for name in before if before[name] != after[name]} == {"metadata/session.json"}
    assert "auth-login" not in idse("session", "list").out
    assert "auth-login" in idse("session", "list", "--archived").out
    assert "auth-login" in idse("session", "list", "--status", "archived").out
    assert idse("session", "restore", "auth-login", "--json").document["session"]["status"] == "draft"
    assert "auth-login" in idse("session", "list").out


def test_the_blueprint_cannot_be_archived(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("session", "archive", BLUEPRINT)

    assert outcome.code == 2
    assert "the blueprint can't be archived" in outcome.err


def test_set_changes_what_was_said_and_keeps_the_rest(idse: Idse, sample: ProjectWorkspace) -> None:
    path = session_folder(sample, "billing") / "metadata" / "session.json"
    write_json(path, {"zeta": 1, **metadata(sample, "billing"), "alpha": [2]})
    before = metadata(sample, "billing")

    outcome = idse(
        *[
            "session",
            "set",
            "billing",
            "--title",
            "Größe",
            "--status",
            "review",
            "--owner",
            "",
            "--tag",
            "b",
            "--tag",
            "a",
        ],
        *["--depends-on", "auth-login", "--type", "exploratory", "--json"],
    )

    assert outcome.document["session"]["title"] == "Größe"
    after = metadata(sample, "billing")
    assert list(after) == list(before)
    changed = {key for key in before if before[key] != after[key]}
    assert changed - {"updated_at"} <= {"title", "status", "owner", "tags", "depends_on", "session_type"}
    assert (after["tags"], after["depends_on"], after["owner"]) == (["b", "a"], ["auth-login"], "")
    assert (after["zeta"], after["alpha"]) == (1, [2])
    idse("session", "set", "billing", "--tag", "", "--depends-on", "", "--parent", "")
    emptied = metadata(sample, "billing")
    assert (emptied["tags"], emptied["depends_on"], emptied["parent_session"]) == ([], [], None)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["billing"], 2, "nothing to change was given"),
        (["billing", "--parent", "billing"], 2, "that would make a cycle"),
        (["billing", "--depends-on", "nowhere"], 2, "there is no session 'nowhere'"),
        (["billing", "--status", "halfway"], 2, "'halfway' is not one of"),
        (["zzz", "--title", "x"], 10, "there is no session like 'zzz'"),
    ],
)
def test_an_impossible_set_changes_nothing(
    idse: Idse, sample: ProjectWorkspace, words: List[str], code: int, message: str
) -> None:
    before = tree(sample.folder)

    outcome = idse("session", "set", *words)

    assert outcome.code == code
    assert message in outcome.err
    assert tree(sample.folder) == before


# project


def test_projects(idse: Idse, started: ProjectWorkspace) -> None:
    idse("init", "second")

    assert idse("project", "list").out == "  customer-portal  ◀ selected\n  second\n"
    assert idse("project", "switch", "second", "--json").document == {
        "schema": "idse.project-list/1",
        "current_project": "second",
        "projects": ["customer-portal", "second"],
    }
    assert (started.folder / "CURRENT_PROJECT").read_text("utf-8") == "second\n"
    assert idse("status", "--json").document["project"] == "second"
    assert idse("status", "--json", "--project", "customer-portal").document["project"] == "customer-portal"
    inside = project_folder(started) / "sessions"
    assert idse("status", "--json", cwd=inside).document["project"] == "customer-portal"


def test_a_project_that_does_not_exist(idse: Idse, started: ProjectWorkspace) -> None:
    outcome = idse("project", "switch", "nowhere")
    assert outcome.code == 10
    assert "the projects are customer-portal" in outcome.err
    outcome = idse("--project", "nowhere", "status")
    assert outcome.code == 10
    assert "there is no project 'nowhere'" in outcome.err


def test_several_projects_and_none_selected(idse: Idse, started: ProjectWorkspace) -> None:
    idse("init", "second")
    (started.folder / "CURRENT_PROJECT").unlink()

    outcome = idse("status")

    assert outcome.code == 10
    assert "customer-portal, second; choose one with --project" in outcome.err


def test_a_workspace_without_projects(idse: Idse, tmp_path: Path) -> None:
    (tmp_path / ".idse").mkdir()

    assert idse("project", "list").out.startswith("No project yet")
    assert idse("project", "list", "--json").document["projects"] == []
    assert idse("status").code == 10
