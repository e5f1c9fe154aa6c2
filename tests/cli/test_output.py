"""What reaches a terminal: colours when they are wanted, and never a control character from a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import List

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, write_artifact, write_json
from tests.cli.running import Idse, Outcome

HOSTILE = "\x1b[31mred\x1b]0;t\x07 \x9b31m \u202egnitset \x08\x7f \r\u2028\u2066 end"
"""ESC, an operating system command with BEL, a C1 control, bidirectional overrides, backspace, delete, CR, LS."""

_OURS = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def assert_harmless(outcome: Outcome) -> None:
    for stream in (outcome.out, outcome.err):
        assert _CONTROL.findall(stream) == []


@pytest.fixture
def hostile(started: ProjectWorkspace) -> ProjectWorkspace:
    """A workspace in which every text that can be hostile is hostile."""
    folder = session_folder(started, "__blueprint__")
    document = {
        "title": HOSTILE,
        "owner": HOSTILE,
        "tags": [HOSTILE],
        "collaborators": [HOSTILE],
        "parent_session": HOSTILE,
        "depends_on": [HOSTILE],
        "created_at": HOSTILE,
    }
    write_json(folder / "metadata" / "session.json", document)
    agents = [{"id": HOSTILE, "name": HOSTILE, "role": HOSTILE, "stages": [stage.value for stage in Stage]}]
    write_json(project_folder(started) / "agent_registry.json", {"agents": agents})
    state = json.loads((project_folder(started) / "session_state.json").read_text("utf-8"))
    state["last_sync"] = state["sessions"]["__blueprint__"]["last_sync"] = f"{HOSTILE}\n  next   forged"
    write_json(project_folder(started) / "session_state.json", state)
    body = f"# {HOSTILE}\n\n## Goal {HOSTILE}\n\n[REQUIRES INPUT] {HOSTILE}\n\n{{{{ {HOSTILE} }}}}\n\n- ...\n"
    for stage in (Stage.INTENT, Stage.SPEC):
        write_artifact(started, "__blueprint__", stage, body)
    write_artifact(
        started, "__blueprint__", Stage.PLAN, f'## Agent Profile\n\n```yaml\n"\\e[31m\\u202E": 1\n{HOSTILE}\n'
    )
    return started


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["status", "--all"],
        ["validate"],
        ["validate", "--format", "concise"],
        ["session", "list"],
        ["session", "show"],
        ["project", "list"],
        ["state", "rebuild"],
        ["spawn", "x", "--title", HOSTILE, "--owner", HOSTILE],
        ["session", "set", "__blueprint__", "--owner", HOSTILE],
        ["switch", HOSTILE],
        ["accept", HOSTILE],
        ["init", HOSTILE],
        ["init", f"a/{HOSTILE}"],
        ["status", "--workspace", HOSTILE],
        ["status", "--project", HOSTILE],
        ["status", "--session", HOSTILE],
        ["validate", "--select", HOSTILE],
        ["validate", "--format", HOSTILE],
        ["validate", "--format", f"json:{HOSTILE}/x"],
        [HOSTILE],
        [f"--{HOSTILE}"],
        ["status", f"--{HOSTILE}"],
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode()[:40],
)
def test_nothing_from_a_file_or_an_argument_moves_the_cursor(
    idse: Idse, hostile: ProjectWorkspace, words: List[str]
) -> None:
    outcome = idse(*words)

    assert outcome.code in {0, 1, 2, 10}
    assert outcome.out + outcome.err
    assert_harmless(outcome)


def test_a_record_cannot_forge_a_line(idse: Idse, hostile: ProjectWorkspace) -> None:
    out = idse("status").out

    assert sum(line.startswith("  next ") for line in out.splitlines()) == 1


def test_what_was_escaped_can_be_read(idse: Idse, hostile: ProjectWorkspace) -> None:
    assert "\\x1b[31mred" in idse("status").out
    assert "\\u202e" in idse("validate", "--format", "concise").out


@pytest.mark.parametrize("words", [["status", "--all"], ["validate"], ["session", "list"], ["session", "show"]])
def test_json_is_ascii_and_says_what_the_file_says(idse: Idse, hostile: ProjectWorkspace, words: List[str]) -> None:
    outcome = idse(*words, "--json")

    assert outcome.document
    assert outcome.err == ""
    assert_harmless(outcome)
    if words[0] == "session":
        item = outcome.document.get("session") or outcome.document["sessions"][0]
        assert item["title"] == HOSTILE


@pytest.mark.parametrize(
    ("words", "code"), [([HOSTILE], 2), (["switch", HOSTILE], 10), (["status", "--workspace", HOSTILE], 10)]
)
def test_an_error_in_json_is_ascii_too(idse: Idse, hostile: ProjectWorkspace, words: List[str], code: int) -> None:
    outcome = idse(*words, "--json")

    assert outcome.code == code
    assert outcome.error["message"]


@pytest.mark.parametrize("name", ["evil\x1b[31m\there", "two\nlines\u202e"])
def test_a_folder_above_the_workspace_may_be_called_anything(idse: Idse, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()

    for words in (
        ["init", "p"],
        ["init", "p"],
        ["spawn", "s"],
        ["status"],
        ["validate"],
        ["validate", "--format", "concise"],
        ["session", "show"],
        ["state", "rebuild"],
    ):
        outcome = idse(*words, "--workspace", name)
        assert outcome.code in {0, 1}
        assert_harmless(outcome)
        assert "\t" not in outcome.out
        assert "\nlines" not in outcome.out
        if "concise" in words:
            assert all(re.match(r".+:\d+:\d+: \w+ [A-Z]+\d{3} ", line) for line in outcome.out.splitlines())


@pytest.mark.parametrize("name", ["bidi\u202e", "white  space", "größe 😀", "half\udc80"])
def test_an_id_on_disk_may_be_any_name(idse: Idse, started: ProjectWorkspace, name: str) -> None:
    try:
        (project_folder(started) / "sessions" / name).mkdir()
    except (OSError, UnicodeError):
        pytest.skip("the file system does not take this name")

    for words in (["status", "--all"], ["session", "list"], ["validate", "--all"], ["state", "rebuild"]):
        outcome = idse(*words)
        assert outcome.code in {0, 1}
        assert_harmless(outcome)
    assert idse("session", "list", "--json").document["sessions"]


# Colour


def test_colours_are_for_terminals_and_for_those_who_ask(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = idse("status", "--all")
    assert "\x1b" not in plain.out

    colored = idse("status", "--all", "--color", "always")
    assert "\x1b[32m" in colored.out
    assert _OURS.sub("", colored.out) == plain.out

    monkeypatch.setenv("FORCE_COLOR", "1")
    assert idse("status", "--all").out == colored.out
    assert idse("status", "--all", "--color", "never").out == plain.out
    assert "\x1b[31;1merror:\x1b[0m" in idse("status", "--session", "zzz").err
    assert "\x1b" not in idse("status", "--session", "zzz", "--color=never").err
    monkeypatch.setenv("NO_COLOR", "1")
    assert idse("status", "--all").out == plain.out
    assert "\x1b" not in idse("status", "--session", "zzz").err
    assert idse("--color", "always", "status", "--all").out == colored.out
    monkeypatch.setenv("NO_COLOR", "")
    assert idse("status", "--all").out == colored.out


def test_meaning_does_not_rest_on_colour(idse: Idse, sample: ProjectWorkspace) -> None:
    for words in (["status"], ["status", "--all"], ["validate", "--all"], ["session", "list"]):
        plain, colored = idse(*words).out, _OURS.sub("", idse(*words, "--color", "always").out)
        assert [line.rstrip() for line in colored.splitlines()] == [line.rstrip() for line in plain.splitlines()]
    assert "completed" in idse("status").out


def test_json_has_no_colour(idse: Idse, sample: ProjectWorkspace) -> None:
    assert "\x1b" not in idse("status", "--json", "--color", "always").out
