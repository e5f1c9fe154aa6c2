"""Reads reports back as the systems do that they are for, after checking them against their schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree  # type: ignore[import-untyped]  # it brings none

__all__ = ["Command", "commands", "junit", "sarif"]

_DATA = Path(__file__).parent / "data"
_SARIF = Draft202012Validator(
    json.loads((_DATA / "sarif-2.1.0.json").read_text(encoding="utf-8")), format_checker=FormatChecker()
)
_JUNIT = etree.XMLSchema(etree.parse(str(_DATA / "junit-10.xsd")))


class Command(NamedTuple):
    """A workflow command as a runner understands it."""

    name: str
    properties: Dict[str, str]
    message: str


def sarif(text: str) -> Dict[str, Any]:
    """The only run of a valid log."""
    log = json.loads(text)
    assert [error.message for error in _SARIF.iter_errors(log)] == []
    (run,) = log["runs"]
    checked: Dict[str, Any] = run
    return checked


def junit(text: str) -> Any:
    """The root of a valid report, which also follows Ant's rules as far as they are about structure."""
    root = etree.fromstring(text.encode("utf-8"))
    _JUNIT.assertValid(root)
    for suite in root:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        for case in suite:
            assert case.get("classname")
            assert len(case.findall("failure")) <= 1
    return root


def commands(text: str) -> List[Command]:
    """The commands that a GitHub runner takes from a log, line by line: see ``ActionCommand.cs`` of the runner."""
    found = [_current(line) or _earlier(line) for line in text.splitlines()]
    return [command for command in found if command is not None]


def _current(line: str) -> Any:
    line = line.lstrip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, message = line[2:].partition("::")
    name, _, rest = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.strip().split(",") if pair)
    return Command(name, {key: _property(value) for key, value in pairs}, _data(message))


def _earlier(line: str) -> Any:
    """The older form, which the agent of Azure Pipelines shares: it may begin anywhere in a line."""
    for prefix in ("##[", "##vso["):
        if prefix in line and "]" in line[line.index(prefix) :]:
            return Command(prefix, {}, line)
    return None


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _property(text: str) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text
