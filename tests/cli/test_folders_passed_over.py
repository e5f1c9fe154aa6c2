"""Entries among the sessions or projects that can't be one: reported in every format, and never followed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Dict, List

import pytest

from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.folders import shown_name
from tests.builders import session_folder, tree
from tests.cli.running import Idse, run

RENAME = "  hint: rename the folder: letters a-z, digits, '-', '_' and '.'"
MOVE = "  hint: move the folder itself to the link's place, or remove the link"
FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows takes no such names")

NAMES: Dict[str, str] = {
    "a::b": "session 'a::b' is ignored: its name could be taken for a drive's, with its ':'",
    "::error::x": "session '::error::x' is ignored: its name could be taken for a drive's, with its ':'",
    "red\x1b[31m": r"session 'red\x1b[31m' is ignored: its name holds a control character",
    "line\n::error::x": r"session 'line\x0a::error::x' is ignored: its name holds a control character",
    "c1\x9b": r"session 'c1\x9b' is ignored: its name holds a control character",
    " ": "session ' ' is ignored: its name would lead elsewhere: it holds a '\\', or nothing but dots and spaces",
}


def sessions_of(workspace: ProjectWorkspace) -> Path:
    return session_folder(workspace, "x").parent


def warnings(err: str) -> List[str]:
    return [line for line in err.splitlines() if line.startswith("warning: session '")]


@pytest.mark.parametrize("words", [("status", "--all"), ("session", "list"), ("trace", "--all")])
def test_an_invalid_name_is_reported_with_what_to_do(idse: Idse, sample: ProjectWorkspace, words: List[str]) -> None:
    before = idse(*words)
    for name in NAMES:
        (sessions_of(sample) / name).mkdir()

    outcome = idse(*words)

    assert sorted(warnings(outcome.err)) == sorted(f"warning: {said}" for said in NAMES.values())
    assert outcome.err.splitlines().count(RENAME) == len(NAMES)
    assert (outcome.code, outcome.out) == (before.code, before.out)


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes UTF-8 only")
def test_a_name_that_is_not_text(sample: ProjectWorkspace, tmp_path: Path) -> None:
    os.mkdir(os.fsencode(sessions_of(sample)) + b"/bad\xff")  # noqa: PTH102  # a Path takes text

    outcome = run("session", "list", cwd=tmp_path)

    assert outcome.code == 0
    assert outcome.err == f"warning: session 'bad\\xff' is ignored: its name is not UTF-8\n{RENAME}\n"
    assert run("doctor", "--json", cwd=tmp_path).code == 1


def test_a_validation_reports_them(idse: Idse, sample: ProjectWorkspace) -> None:
    assert not idse("validate", "--all", "--select", "WS", "--json").document["findings"]
    for name in NAMES:
        (sessions_of(sample) / name).mkdir()

    for _ in range(2):  # the second time from the cache
        outcome = idse("validate", "--all", "--select", "WS", "--json")

        assert (outcome.code, outcome.err) == (1, "")
        found = {item["path"].rpartition("/sessions/")[2]: item for item in outcome.document["findings"]}
        assert found.keys() == {shown_name(name) for name in NAMES}
        assert {(item["rule"], item["severity"], item["session"]) for item in found.values()} == {
            ("WS012", "error", None)
        }
        assert found["a::b"]["message"] == (
            "'a::b' stands among the sessions and is left out: its name could be taken for a drive's, with its ':'"
        )

    (sessions_of(sample) / "a::b").rmdir()
    assert len(idse("validate", "--all", "--select", "WS", "--json").document["findings"]) == len(NAMES) - 1


@pytest.mark.parametrize("name", FORMATS)
def test_their_names_stay_text_in_every_format(idse: Idse, sample: ProjectWorkspace, name: str) -> None:
    before = idse("validate", "--all", "--format", name).out
    for folder in NAMES:
        (sessions_of(sample) / folder).mkdir()

    out = idse("validate", "--all", "--format", name).out

    assert out != before
    assert not {"\x1b", "\x9b"} & set(out)
    assert not [line for line in out.splitlines() if line.startswith("::error::x")]


def test_of_many_only_the_first_are_named(idse: Idse, sample: ProjectWorkspace) -> None:
    for number in range(25):
        (sessions_of(sample) / f"x\t{number:02}").mkdir()

    outcome = idse("session", "list")

    assert len(warnings(outcome.err)) == 10
    assert "warning: 15 more are passed over\n  hint: `idse doctor` lists them\n" in outcome.err
    checks = idse("doctor", "--json").document["checks"]
    assert sum(check["check"] == "session-folders" and check["status"] == "fail" for check in checks) == 25


def test_hidden_folders_and_files_are_ignored(idse: Idse, sample: ProjectWorkspace) -> None:
    (sessions_of(sample) / ".git").mkdir()
    (sessions_of(sample) / "a::b").write_text("a file", encoding="utf-8")

    assert idse("session", "list").err == ""


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("validate", "--session", "linked"), "session"),
        (("status", "--session", "linked"), "session"),
        (("switch", "linked"), "session"),
        (("session", "show", "linked"), "session"),
        (("validate", "--project", "elsewhere"), "project"),
        (("init", "elsewhere"), "project"),
    ],
)
def test_a_link_to_the_outside_is_reported_as_one(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path, words: List[str], what: str
) -> None:
    outside = links(sample, tmp_path)
    before = tree(outside)

    outcome = idse(*words)

    assert (outcome.code, outcome.out) == (10, "")
    name = "linked" if what == "session" else "elsewhere"
    message = (
        f"error: {what} '{name}' is not read: it is a link that leads outside the workspace, where nothing is read"
    )
    assert outcome.err == f"{message}\n{MOVE}\n"
    assert tree(outside) == before


def test_links_in_lists(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outside = links(sample, tmp_path)
    before = tree(outside)
    (sessions_of(sample) / "gone").symlink_to("nowhere")
    (sessions_of(sample) / "second").symlink_to("export-csv")

    outcome = idse("validate", "--all", "--json")

    found = [item["message"] for item in outcome.document["findings"] if item["rule"] == "WS012"]
    left_out = "stands among the sessions and is left out: it is a link that leads"
    assert found == [f"'gone' {left_out} nowhere", f"'linked' {left_out} outside the workspace, where nothing is read"]
    assert outcome.code == 1
    assert "SECRET" not in outcome.out
    sessions = {item["session_id"] for item in outcome.document["sessions"]}
    assert "second" in sessions
    assert "linked" not in sessions
    assert "warning: project 'elsewhere' is ignored: it is a link" in idse("project", "list").err
    assert tree(outside) == before


def test_a_folder_of_sessions_that_is_elsewhere(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.move(str(sessions_of(sample)), str(outside))
    sessions_of(sample).symlink_to(outside)

    outcome = idse("validate", "--all")

    assert outcome.out == ""
    assert outcome.code == 2
    assert "sessions is a link that leads outside the workspace; it is not read" in outcome.err


def test_names_as_they_are_shown() -> None:
    assert shown_name("plain") == "plain"
    assert shown_name("a\udcff\ud800\u202e\n\t") == r"a\xff\ud800\u202e\x0a\x09"


def links(sample: ProjectWorkspace, tmp_path: Path) -> Path:
    """Make a session and a project that are links to a folder outside; returns that folder."""
    outside = tmp_path / "outside"
    (outside / "sessions" / "one").mkdir(parents=True)
    (outside / "intent.md").write_text("# SECRET\n", encoding="utf-8")
    (sessions_of(sample) / "linked").symlink_to(outside)
    (sample.folder / "projects" / "elsewhere").symlink_to(outside)
    return outside
