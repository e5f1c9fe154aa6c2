"""Only people change Milestone and Status of a Product Spine: no command touches the Spine's artifact."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

import click
import pytest

from idse_core.cli import root
from idse_core.commands import BUILT_IN
from idse_core.project_workspace import ProjectWorkspace
from tests.cli.running import Idse

B = "__blueprint__"
CALLS: Dict[str, List[List[str]]] = {
    "init": [["customer-portal"]],
    "status": [["--all"]],
    "validate": [["--all"], ["--all", "--fix"], ["--all", "--write-baseline"], ["--all", "--prune-baseline"]],
    "trace": [["--all"]],
    "trace accept": [["FR-1", "--session", B]],
    "spawn": [["another"]],
    "switch": [[B]],
    "session archive": [["billing"]],
    "session list": [[]],
    "session restore": [["billing"]],
    "session set": [[B, "--owner", "somebody"]],
    "session show": [[B]],
    "project list": [[]],
    "project switch": [["customer-portal"]],
    "accept": [[stage, "--session", B] for stage in ("spec", "plan", "tasks", "implementation", "feedback")],
    "state rebuild": [[]],
    "doctor": [[], ["--fix"]],
    "migrate layout": [["--to", "nested"], ["--to", "flat"]],
    "next": [["--session", B]],
    "guard": [["--agent", "claude-code", "--path", "x.py"]],
    "agents add": [["new-agent", "--stages", "spec"]],
    "agents for": [["spec"]],
    "agents install": [["claude-code"]],
    "agents list": [[]],
    "agents remove": [["new-agent"]],
    "agents set": [["claude-code", "--name", "C"]],
    "agents status": [[]],
    "agents uninstall": [["claude-code"]],
    "compile agent-spec": [["--session", B]],
    "rules articles": [[]],
    "rules explain": [["SPEC001"]],
    "rules list": [[]],
    "rules schema": [[]],
    "rules show": [["SPEC001"]],
    "rules test": [["SPEC001"]],
    "completion": [["bash"]],
    "help": [[], ["sync"]],
    # Without an endpoint these end early; tests/agency shows that a pull writes what the server has and edits nothing.
    "sync push": [["--all"]],
    "sync pull": [["--all"]],
    "sync status": [["--all"]],
    "sync resolve": [["spec", "--ours"]],
    "sync remote set": [["https://agency.example.org"]],
    "sync remote": [[]],
}
"""Command → calls that cover every way in which it writes."""


def commands(group: click.Group, words: Tuple[str, ...] = ()) -> Iterator[str]:
    context = click.Context(group)
    for name in BUILT_IN if group is root else group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield " ".join((*words, name))
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name))


def test_every_command_is_covered() -> None:
    assert set(commands(root)) == set(CALLS)


def test_no_command_changes_the_spine(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("IDSE_AGENCY_URL", "IDSE_AGENCY_TOKEN", "IDSE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    spec = sample.folder / "projects" / "customer-portal" / "sessions" / B / "spec.md"
    before = spec.read_bytes()
    assert b"| Milestone |" in before

    for name, calls in CALLS.items():
        for words in calls:
            outcome = idse(*name.split(), *words)
            assert outcome.code != 70, outcome.err
            where = spec if spec.exists() else spec.parent / "specs" / "spec.md"
            assert where.read_bytes() == before, f"idse {name} {' '.join(words)}"
    assert spec.exists()
