from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Dict, List

import pytest
from jsonschema import Draft202012Validator

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import session_folder, write_artifact
from tests.cli.running import Idse
from tools import schemas

FILES = schemas.expected_files()
CALLS: Dict[str, List[List[str]]] = {
    "init-1": [["init", "customer-portal"], ["init", "New one"]],
    "status-1": [["status"], ["status", "--all"], ["status", "--session", "export-csv"]],
    "validate-1": [["validate"], ["validate", "--all"], ["validate", "--session", "export-csv"]],
    "session-1": [
        ["session", "show"],
        ["spawn", "other", "--no-switch"],
        ["session", "archive", "billing"],
        ["session", "restore", "billing"],
        ["session", "set", "billing", "--owner", "x"],
    ],
    "session-list-1": [["session", "list"], ["session", "list", "--archived"], ["session", "list", "--tag", "none"]],
    "switch-1": [["switch", "billing"]],
    "project-list-1": [["project", "list"], ["project", "switch", "customer-portal"]],
    "accept-1": [["accept", "spec", "--session", "export-csv"]],
    "state-1": [["state", "rebuild"]],
    "help-1": [["help"], ["help", "exit-codes"], ["help", "session", "list"]],
    "error-1": [["status", "--session", "zzz"], ["nonsense"], ["accept", "plan"], ["validate", "--ignore", "SPEC003"]],
}
"""Schema → calls that print such a document on the sample workspace, in which one stage was made stale."""


def test_the_files_are_up_to_date() -> None:
    assert schemas.main(["--check"]) == 0


def test_checking_finds_old_missing_and_extra_files_and_writing_fixes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "schemas"
    assert schemas.main(["--folder", str(folder)]) == 0
    assert schemas.main(["--folder", str(folder), "--check"]) == 0
    (folder / "status-1.json").write_text("{}", encoding="utf-8")
    (folder / "switch-1.json").unlink()
    (folder / "gone-1.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()

    assert schemas.main(["--folder", str(folder), "--check"]) == 1
    assert capsys.readouterr().out == "".join(f"out of date: {name}-1.json\n" for name in ("gone", "status", "switch"))
    assert schemas.main(["--folder", str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_schema_is_valid_and_says_what_it_is(name: str) -> None:
    schema = json.loads(FILES[name])

    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert str(sys.prefix) not in json.dumps(schema)


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.endswith("-1.json")))
def test_the_schema_of_a_document_names_it_and_allows_for_more(name: str) -> None:
    schema = json.loads(FILES[name])

    assert schema["title"] == f"idse.{name[: -len('-1.json')]}/1"
    assert schema["description"]
    assert schema["additionalProperties"] is True
    assert schema["properties"]["schema"]["const"] == schema["title"]
    assert all(part["description"] for part in schema.get("$defs", {}).values())


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, calls in CALLS.items() for words in calls])
def test_real_documents_match_their_schema(idse: Idse, sample: ProjectWorkspace, name: str, words: List[str]) -> None:
    text = (session_folder(sample, "export-csv") / "intent.md").read_text("utf-8")
    write_artifact(sample, "export-csv", Stage.INTENT, text + "\nOne sentence more.\n")

    document = idse(*words, "--json").document

    assert document["schema"] == f"idse.{name.replace('-1', '/1')}"


def test_an_incomplete_document_is_detected(idse: Idse, sample: ProjectWorkspace) -> None:
    document = idse("status", "--json").document
    validator = Draft202012Validator(json.loads(FILES["status-1.json"]))

    assert validator.is_valid({**document, "something": "new"})
    del document["sessions"][0]["stages"][0]["state"]
    assert not validator.is_valid(document)
