"""What the how-tos on continuous integration and pre-commit show is real: commands, inputs, ids, formats."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import yaml

from idse_core.reports.formats import FORMATS
from tests.cli.running import SAMPLE, run

ROOT = Path(__file__).parents[2]
PAGES = ("continuous-integration.md", "pre-commit.md")
TEXT = "\n".join((ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8") for page in PAGES)
COMMAND = re.compile(r"^(?:\$|\s*-) (idse .*)$", re.MULTILINE)


def blocks(language: str) -> List[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def commands() -> List[str]:
    return [command for block in blocks("console") + blocks("yaml") for command in COMMAND.findall(block)]


def steps(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from steps(item)
    elif isinstance(value, list):
        for item in value:
            yield from steps(item)


def test_there_is_something_to_try() -> None:
    assert len(commands()) >= 7
    assert len(blocks("yaml")) >= 5


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_runs(tmp_path: Path, command: str) -> None:
    shutil.copytree(str(SAMPLE), str(tmp_path / ".idse"))

    outcome = run(*shlex.split(command, comments=True)[1:], cwd=tmp_path)

    assert outcome.code in {0, 1}, outcome.err
    assert outcome.err == "" or "--write-baseline" in command


def test_every_format_is_listed() -> None:
    table = [line for line in TEXT.splitlines() if line.startswith("| `")]
    listed = {name for line in table for name in re.findall(r"`([a-z]+)`", line.split("|")[1])}

    assert set(FORMATS) <= listed


def test_the_yaml_is_yaml_and_uses_what_there_is() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    found = [step for block in blocks("yaml") for step in steps(yaml.safe_load(block))]

    ours = [step for step in found if "idse-orchestrator" in str(step.get("uses", ""))]
    hooks = [step for step in found if "id" in step]
    assert len(ours) == len(hooks) == 2
    assert {name for step in ours for name in step.get("with", {})} <= set(inputs)
    assert {step["id"] for step in hooks} == {hook["id"]}
