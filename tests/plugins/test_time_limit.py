"""Kinds of other packages that look at sessions and projects: held to the time limit wherever they run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import Stage
from tests.builders import make_workspace, session_folder, write_artifact
from tests.cli.running import environment
from tests.plugins.installing import install, package

KINDS = """
from dataclasses import dataclass
from idse_core.validation.kinds import Hit, Kind, Reach, strict

@dataclass(frozen=True)
class Params:
    __pydantic_config__ = strict
    endless: bool = False

def session(params, facts):
    while params.endless:
        pass
    paths = ("there.txt", "gone.txt", "../outside")
    said = [str(facts.exists(path)) for path in paths] + [repr(dict(facts.named_elsewhere(("Ledger", "Zebra"))))]
    yield Hit(values=(("said", " ".join(said)),), subject="s", path=facts.artifacts["spec"].path)

def project(params, facts):
    while params.endless:
        pass
    problems = sorted(type(record.problem).__name__ for record in facts.metadata.values() if record.problem)
    yield Hit(values=(("said", " ".join(problems)),), subject="p", path="x")

SESSION = Kind("made-session", Reach.SESSION, Params, session, ("said",))
PROJECT = Kind("made-project", Reach.PROJECT, Params, project, ("said",))
"""

POINTS = """[project.entry-points."idse.rule_kinds"]
made-session = "made_up.kinds:SESSION"
made-project = "made_up.kinds:PROJECT"
"""

RULE = "  - {id: TEAM00%d, name: %s, kind: %s, severity: info, message: '{said}', fix: f%s}\n"

SCRIPT = """
import json, sys, threading
from pathlib import Path
from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine

def work():
    workspace = ProjectWorkspace.open(IdseConfig(start=Path.cwd()))
    for use_cache in (True, True, False):
        report = ValidationEngine(workspace, use_cache=use_cache).validate(["__blueprint__"])
        messages = [item.message for item in report.findings if item.rule.startswith("TEAM")]
        about = [item.message for item in report.findings if item.rule == "WS010"]
        said.append({"broken": list(report.broken), "messages": messages, "about": about})

said = []
if sys.argv[1] == "thread":
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(100)
else:
    work()
print(json.dumps(said))
"""

anywhere = pytest.mark.parametrize(
    "where",
    ["thread", pytest.param("main", marks=pytest.mark.skipif(sys.platform == "win32", reason="there is no alarm"))],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "site"
    target.mkdir()
    files = {"made_up/__init__.py": "", "made_up/kinds.py": KINDS}
    install(target, package(tmp_path / "project", files, POINTS), unpacked=True)
    workspace = make_workspace(tmp_path / "work", sessions={"other": {}, "broken": {}, "far": {}})
    (workspace.folder.parent / "there.txt").write_text("x", encoding="utf-8")
    write_artifact(workspace, "other", Stage.PLAN, "# Plan\n\nThe ledger.\n")
    (session_folder(workspace, "broken") / "metadata" / "session.json").write_text("{", encoding="utf-8")
    unreadable = session_folder(workspace, "far") / "metadata" / "session.json"
    unreadable.unlink()
    unreadable.symlink_to(tmp_path / "outside.json")
    (tmp_path / "outside.json").write_text("{}", encoding="utf-8")
    (workspace.folder / "rules").mkdir()
    return tmp_path


def validated(folder: Path, where: str, *rules: str) -> List[Dict[str, Any]]:
    import subprocess

    (folder / "work" / ".idse" / "rules" / "team.yaml").write_text(
        "pack: team\nrules:\n" + "".join(rules), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, where],
        cwd=folder / "work",
        env=environment({"PYTHONPATH": str(folder / "site")}),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == b""
    found: List[Dict[str, Any]] = json.loads(done.stdout)
    return found


@anywhere
def test_such_a_kind_sees_and_asks_the_same_wherever_it_runs(folder: Path, where: str) -> None:
    found = validated(folder, where, RULE % (1, "a", "made-session", ""), RULE % (2, "b", "made-project", ""))

    assert len(found) == 3
    for said in found:
        assert said["broken"] == []
        assert sorted(said["messages"]) == [
            "ConfigError UnreadableError",
            "True False None {'Ledger': 'other', 'Zebra': ''}",
        ]


@anywhere
@pytest.mark.parametrize("kind", ["made-session", "made-project"])
def test_one_that_does_not_end_is_given_up_and_not_remembered(folder: Path, where: str, kind: str) -> None:
    endless = RULE % (1, "a", kind, ", with: {endless: true}")
    other = RULE % (2, "b", "made-project" if kind == "made-session" else "made-session", "")

    found = validated(folder, where, endless, other)

    assert len(found) == 3
    for said in found:
        assert said["broken"] == ["TEAM001"]
        assert len(said["messages"]) == 1
        (message,) = said["about"]
        assert "it takes too long" in message


def test_an_answer_that_changes_is_asked_for_again(folder: Path) -> None:
    rule = RULE % (1, "a", "made-session", "")
    before = validated(folder, "thread", rule)[0]["messages"]
    (folder / "work" / "gone.txt").write_text("x", encoding="utf-8")

    after = validated(folder, "thread", rule)[0]["messages"]

    assert before == ["True False None {'Ledger': 'other', 'Zebra': ''}"]
    assert after == ["True True None {'Ledger': 'other', 'Zebra': ''}"]


def test_an_error_that_demands_more_than_a_message_can_be_pickled() -> None:
    import pickle

    error = UnreadableError("no", reason="encoding", hint="h", path="p", line=1, column=2)

    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), again.reason, again.hint) == (UnreadableError, str(error), "encoding", "h")
    assert again.args == error.args
