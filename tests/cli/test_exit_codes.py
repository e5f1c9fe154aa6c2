"""The table of exit codes: each code that is possible without a remote, and the message that comes with it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Iterator, List, Type

import click
import pytest

from idse_core import errors
from idse_core.commands import BUILT_IN
from idse_core.errors import IdseError
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder
from tests.cli.running import Idse


def test_every_error_has_its_code() -> None:
    table = {
        "UsageError": 2,
        "ConfigError": 2,
        "PackError": 2,
        "StorageError": 2,
        "UnreadableError": 2,
        "ConflictError": 3,
        "RemoteError": 4,
        "AuthorizationError": 5,
        "RemoteMovedError": 6,
        "LockedError": 8,
        "RefusedError": 9,
        "NotFoundError": 10,
    }
    kinds: List[Type[IdseError]] = [getattr(errors, name) for name in errors.__all__]
    assert {kind.__name__: kind.exit_code for kind in kinds if kind.__name__ in table} == table
    assert all(kind.exit_code in set(table.values()) for kind in kinds if kind is not IdseError)
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["status"], 0),
        (["validate", "--session", "export-csv"], 0),
        (["validate"], 1),
        (["validate", "--format", "xml"], 2),
        (["status", "--session", "nowhere"], 10),
        (["--project", "nowhere", "status"], 10),
        (["--version"], 0),
        (["--help"], 0),
        ([], 0),
        (["session"], 2),
        (["project"], 2),
        (["nonsense"], 2),
        (["--nonsense"], 2),
        ([""], 2),
        (["session", "nonsense"], 2),
    ],
)
def test_calls_and_their_codes(idse: Idse, sample: ProjectWorkspace, words: List[str], code: int) -> None:
    outcome = idse(*words)

    assert outcome.code == code
    if code in {2, 10}:
        assert outcome.out == ""
        assert outcome.err.strip()
        assert len([line for line in outcome.err.splitlines() if line.startswith("error:")]) <= 1


def test_a_misspelt_command_names_the_nearest(idse: Idse, tmp_path: Path) -> None:
    outcome = idse("statu")

    assert outcome.err == "error: there is no command 'statu'\n  hint: did you mean `idse status`?\n"
    assert idse("statu", "--json").error["hint"] == "did you mean `idse status`?"
    assert "idse --help" in idse("qqqq").err


def test_the_beginning_of_a_command_names_what_it_may_be_short_for(idse: Idse, tmp_path: Path) -> None:
    assert "hint: did you mean `idse status` or `idse state`?" in idse("stat").err


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["status", "--sesion", "x"], "there is no option '--sesion'", "did you mean --session or --json?"),
        (["status", "--qqqq"], "there is no option '--qqqq'", "idse status --help"),
        (["migrate", "layout"], "--to is missing", "one of flat, nested"),
        (["guard"], "--agent is missing", "idse guard --help"),
        (["agents", "install"], "TOOL is missing", "one of claude-code, codex, cursor, copilot, agents-md"),
        (["completion", "cmd"], "SHELL: 'cmd' is not one of 'bash', 'fish', 'zsh'", "idse completion --help"),
        (
            ["session", "lst"],
            "`idse session` has no command 'lst'",
            "did you mean `idse session list` or `idse session set`?",
        ),
        (["session", "zzz"], "`idse session` has no command 'zzz'", "`idse session --help` lists them"),
        (["session", "it's"], "`idse session` has no command 'it's'", "`idse session --help` lists them"),
        (["status", "extra"], "got unexpected extra argument (extra)", "idse status --help"),
    ],
)
def test_calls_that_cannot_be_parsed_are_reported_like_other_errors(
    idse: Idse, tmp_path: Path, words: List[str], message: str, hint: str
) -> None:
    outcome = idse(*words)

    assert outcome.code == 2
    assert outcome.err == f"error: {message}\n  hint: {hint}\n"


def test_a_group_without_a_command_is_a_mistake_that_says_where_the_list_is(idse: Idse, tmp_path: Path) -> None:
    needs = "`idse session` needs a command: archive, list, restore, set, show"

    assert idse("session").err == f"error: {needs}\n  hint: idse session --help\n"
    assert idse("session", "--json").error["code"] == "usage"


def test_a_file_that_is_no_workspace_and_a_newer_state(idse: Idse, sample: ProjectWorkspace) -> None:
    (project_folder(sample) / "session_state.json").write_text('{"schema_version": 99}', encoding="utf-8")

    for words in (["switch", "billing"], ["spawn", "x"], ["state", "rebuild"], ["validate"]):
        outcome = idse(*words)
        assert outcome.code == 9
        assert "pip install --upgrade idse-orchestrator" in outcome.err
    assert idse("status").code == 0


def test_version_and_help_need_no_workspace(idse: Idse, tmp_path: Path) -> None:
    assert re.fullmatch(r"idse \d+\.\d+\.\d+\S*\n", idse("--version").out)
    assert idse("-h").out == idse("--help").out == idse().out
    assert list(tmp_path.iterdir()) == []


def commands() -> Iterator[List[str]]:
    """All commands as words, groups before their commands."""
    for name, target in BUILT_IN.items():
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        yield [name]
        if isinstance(command, click.Group):
            for below in command.commands:
                yield [name, below]


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_explains_itself_with_an_example_and_takes_the_shared_options(
    idse: Idse, tmp_path: Path, words: List[str]
) -> None:
    outcome = idse(*words, "--help")

    assert (outcome.code, outcome.err) == (0, "")
    assert f"Usage: idse {' '.join(words)}" in outcome.out
    if "COMMAND [ARGS]" not in outcome.out:
        assert "Example:" in outcome.out
        assert f"  idse {words[0]}" in outcome.out
        for option in ("--json", "--project NAME", "--workspace DIR", "--color"):
            assert option in outcome.out
    assert "--debug" not in outcome.out


def test_help_lists_every_command_with_a_sentence(idse: Idse, tmp_path: Path) -> None:
    out = idse("--help").out

    for name in BUILT_IN:
        assert re.search(rf"^  {name}  +[A-Z].+", out, re.MULTILINE)
