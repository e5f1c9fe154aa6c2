"""Two clones sync through a server: edits are merged, or laid aside for a decision."""

from __future__ import annotations

import pytest

from idse_core.agency.outcome import Result
from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.errors import UsageError
from idse_core.pipeline_artifacts import Stage
from tests.agency.conftest import Clone
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import SPEC, live, results, snapshot, state
from tests.builders import PROJECT


def test_one_clone_pulls_what_another_pushed(first: Clone, second: Clone) -> None:
    assert live(first) == live(second)
    ours, theirs = state(first)["sessions"], state(second)["sessions"]
    assert {name: entry["stages"] for name, entry in ours.items()} == {
        name: entry["stages"] for name, entry in theirs.items()
    }


def test_a_pull_of_an_absent_project_makes_a_whole_workspace(second: Clone) -> None:
    folder = second.workspace.folder

    assert (folder / "CURRENT_PROJECT").read_text("utf-8") == f"{PROJECT}\n"
    assert second.workspace.current_session().problem == ""
    assert (folder / "projects" / PROJECT / "agent_registry.json").exists()
    assert not list((folder / ".local" / "staging").glob("*"))


def test_a_quiet_run_is_one_request_and_writes_nothing(
    first: Clone, second: Clone, core: MemoryCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idse_core.stores.file_stamps._SETTLED", 0)  # makes all stamps count as settled
    for clone in (first, second):
        clone.pull()
        clone.engine.status()
        for run in (clone.push, clone.pull, clone.engine.status):
            before = snapshot(clone.workspace.folder)
            core.calls.clear()
            report = run()
            assert (report.exit_code, report.actions, core.calls) == (0, (), ["pull"])
            assert snapshot(clone.workspace.folder) == before


def test_edits_of_different_places_are_merged(first: Clone, second: Clone) -> None:
    first.write("login", "ONE\ntwo\nthree\n")
    second.write("login", "one\ntwo\nTHREE\n")
    first.push()

    pulled = second.pull()

    assert results(pulled)[f"login {SPEC}"] is Result.MERGED
    assert second.read("login") == "ONE\ntwo\nTHREE\n"
    assert second.push().exit_code == first.pull().exit_code == 0
    assert live(first) == live(second)
    kept = list((second.workspace.local / "displaced").rglob("before-merge-*"))
    assert [path.read_text("utf-8") for path in kept] == ["one\ntwo\nTHREE\n"]


def test_edits_of_the_same_place_are_laid_aside_and_block_only_that_document(first: Clone, second: Clone) -> None:
    first.write("login", "OURS\ntwo\nthree\n")
    second.write("login", "THEIRS\ntwo\nthree\n")
    second.write("login", "a plan\n", Stage.PLAN)
    first.push()

    pulled = second.pull()

    assert pulled.exit_code == 3
    (folder,) = second.conflicts()
    assert folder.name.startswith("spec-")
    assert folder.parent.name == "login"
    contents = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    assert contents["base.md"] == "one\ntwo\nthree\n"
    assert contents["ours.md"] == "THEIRS\ntwo\nthree\n"
    assert contents["theirs.md"] == "OURS\ntwo\nthree\n"
    assert "<<<<<<< ours\nTHEIRS\n" in contents["merged.md"]
    assert second.read("login") == "THEIRS\ntwo\nthree\n"
    pushed = second.push()
    assert pushed.exit_code == 3
    assert results(pushed)[f"login {SPEC}"] is Result.CONFLICT
    assert results(pushed)["login plan_md"] is Result.DONE
    assert second.pull().exit_code == 3
    assert second.conflicts() == [folder]


@pytest.mark.parametrize("choice", list(Choice))
def test_a_conflict_is_settled_by_a_choice(first: Clone, second: Clone, choice: Choice) -> None:
    first.write("login", "OURS\ntwo\nthree\n")
    second.write("login", "THEIRS\ntwo\nthree\n")
    first.push()
    second.pull()
    (conflict,) = open_conflicts(second.workspace)
    if choice is Choice.MERGED:
        with pytest.raises(UsageError, match="line 1"):
            resolve(second.workspace, conflict, choice)
        conflict.path("merged").write_text("BOTH\ntwo\nthree\n", encoding="utf-8")
    data = b"other\n" if choice is Choice.FILE else None

    resolve(second.workspace, conflict, choice, data)

    expected = {
        Choice.OURS: "THEIRS\ntwo\nthree\n",
        Choice.THEIRS: "OURS\ntwo\nthree\n",
        Choice.MERGED: "BOTH\ntwo\nthree\n",
        Choice.FILE: "other\n",
    }[choice]
    assert second.read("login") == expected
    assert open_conflicts(second.workspace) == []
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0
    assert first.read("login") == expected
    kept = {path.read_text("utf-8") for path in (second.workspace.local / "displaced").rglob("ours.md")}
    assert kept == {"THEIRS\ntwo\nthree\n"}


def test_an_edit_after_the_conflict_is_kept_when_theirs_is_taken(first: Clone, second: Clone) -> None:
    first.write("login", "OURS\n")
    second.write("login", "THEIRS\n")
    first.push()
    second.pull()
    second.write("login", "edited meanwhile\n")
    (conflict,) = open_conflicts(second.workspace)

    resolve(second.workspace, conflict, Choice.THEIRS)

    kept = {path.read_text("utf-8") for path in (second.workspace.local / "displaced").rglob("ours*.md")}
    assert kept == {"THEIRS\n", "edited meanwhile\n"}


def test_a_newer_revision_replaces_an_open_conflict(first: Clone, second: Clone) -> None:
    first.write("login", "OURS\n")
    second.write("login", "THEIRS\n")
    first.push()
    second.pull()
    (old,) = open_conflicts(second.workspace)
    first.write("login", "OURS again\n")
    first.push()
    second.pull()

    (new,) = open_conflicts(second.workspace)

    assert new != old
    assert len(second.conflicts()) == 2  # we never delete one
    resolve(second.workspace, new, Choice.OURS)
    assert second.push().exit_code == 0
