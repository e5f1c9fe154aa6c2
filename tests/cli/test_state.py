from __future__ import annotations

import json
from typing import Dict, List

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, tree, write_artifact
from tests.cli.running import Idse


def state(workspace: ProjectWorkspace) -> Dict[str, object]:
    document: Dict[str, object] = json.loads((project_folder(workspace) / "session_state.json").read_text("utf-8"))
    return document


def touch(workspace: ProjectWorkspace, stage: Stage) -> None:
    path = session_folder(workspace, "export-csv") / f"{stage}.md"
    write_artifact(workspace, "export-csv", stage, path.read_text("utf-8") + "\nOne sentence more.\n")


def test_accept_confirms_a_stale_stage_and_that_one_only(idse: Idse, sample: ProjectWorkspace) -> None:
    touch(sample, Stage.INTENT)
    touch(sample, Stage.CONTEXT)
    idse("validate", "--session", "export-csv")

    outcome = idse("accept", "spec", "--session", "export-csv")

    assert (outcome.code, outcome.out) == (0, "spec of export-csv still holds, though intent and context changed\n")
    stages = idse("status", "--session", "export-csv", "--json").document["sessions"][0]["stages"]
    stale = {item["stage"]: item["stale_from"] for item in stages if item["stale_from"]}
    assert stale == {name: ["intent", "context"] for name in ("plan", "tasks", "implementation", "feedback")}
    assert idse("accept", "plan", "--session", "export-csv", "--json").document["accepted"] == ["intent", "context"]


def test_accept_without_reason(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)

    outcome = idse("accept", "plan", "--session", "export-csv")

    assert outcome.code == 2
    assert "plan of 'export-csv' is not stale" in outcome.err
    assert idse("accept", "plans").code == 2
    assert idse("accept", "plan", "--session", "zzz").code == 10
    assert tree(sample.folder) == before


def test_rebuilding_from_nothing_restores_all_but_what_only_the_file_knew(idse: Idse, sample: ProjectWorkspace) -> None:
    before = state(sample)
    (project_folder(sample) / "session_state.json").unlink()

    outcome = idse("state", "rebuild")

    assert outcome.out == "Recorded 6 sessions in .idse/projects/customer-portal/session_state.json\n"
    after = state(sample)
    assert set(after["sessions"]) == set(before["sessions"])  # type: ignore[call-overload]  # objects
    for name, entry in before["sessions"].items():  # type: ignore[attr-defined]  # an object
        rebuilt = after["sessions"][name]  # type: ignore[index]  # an object
        assert (rebuilt["stages"], rebuilt["validation_status"]) == (entry["stages"], entry["validation_status"])
        assert rebuilt["last_sync"] is None
    assert after["session_id"] == before["session_id"]
    assert after["stages"] == before["stages"]


def test_rebuild_keeps_what_cannot_be_derived(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)

    document = idse("state", "rebuild", "--json").document

    assert document["path"] == ".idse/projects/customer-portal/session_state.json"
    assert document["sessions"]["export-csv"] == dict.fromkeys((stage.value for stage in Stage), "completed")
    assert tree(sample.folder) == before


BROKEN = {
    "cut": b'{"schema_version": 1, "sessions": {"auth-login": {"sta',
    "conflict": b'{\n<<<<<<< HEAD\n  "a": 1\n=======\n  "a": 2\n>>>>>>> other\n}\n',
    "utf-16": b"\xff\xfe{}",
    "empty": b"",
    "list": b"[]",
    "deep": b"[" * 100000,
}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        *((content, ["validate"]) for content in BROKEN),
        ("cut", ["state", "rebuild"]),
        ("cut", ["spawn", "x"]),
        ("cut", ["switch", "billing"]),
    ],
)
def test_a_broken_state_file_is_kept_aside_and_rebuilt(
    idse: Idse, sample: ProjectWorkspace, content: str, words: List[str]
) -> None:
    path = project_folder(sample) / "session_state.json"
    path.write_bytes(BROKEN[content])

    outcome = idse(*words)

    assert outcome.code == (1 if words == ["validate"] else 0)
    assert outcome.err.count("warning:") == 1
    assert ".idse/projects/customer-portal/session_state.json" in outcome.err
    kept = [file for file in (sample.folder / ".local" / "displaced").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in kept] == [BROKEN[content]]
    assert state(sample)["schema_version"] == 1
    again = idse("validate", "--all")
    assert again.err == ""
    assert set(state(sample)["sessions"]) >= set(sample.sessions())  # type: ignore[call-overload]  # an object


def test_git_conflict_markers_are_called_by_their_name(idse: Idse, sample: ProjectWorkspace) -> None:
    path = project_folder(sample) / "session_state.json"
    path.write_bytes(b'{\n<<<<<<< HEAD\n  "a": 1\n=======\n}\n')

    outcome = idse("validate", "--format", "concise")

    where = ".idse/projects/customer-portal/session_state.json:2:1"
    assert f"{where}: error WS003 session_state.json can't be understood: git conflict markers" in outcome.out
    assert "git conflict markers are left in the file; it was moved to .idse/.local/displaced/" in outcome.err
    assert idse("status").code == 0
