"""A real workspace of the earlier tool: read as it is, judged, and nothing in it lost.

What is expected here is worked out from the files by this module's own simple means, not by the product's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from idse_core.config import IdseConfig
from idse_core.design_store import Place
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.baseline import Baseline
from idse_core.validation_engine import ValidationEngine
from tests.builders import tree

ARTIFACTS = {
    "intent": "intents/intent.md",
    "context": "contexts/context.md",
    "spec": "specs/spec.md",
    "plan": "plans/plan.md",
    "tasks": "tasks/tasks.md",
    "implementation": "implementation/README.md",
    "feedback": "feedback/feedback.md",
}
UNTOUCHED = "item8-test-session"
"""A session that somebody created with the earlier tool and never wrote in: each of its artifacts is a template."""

_NOT_PROSE = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)[ \t]*$|<!--.*?-->|(`+)[^`].*?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL
)


def find_corpus() -> Optional[Path]:
    for folder in Path(__file__).resolve().parents:
        candidate = folder.parent / "shared" / "corpus" / "idse-orchestrator"
        if (candidate / ".idse").is_dir():
            return candidate
    return None


@pytest.fixture(scope="module")
def corpus() -> Path:
    found = find_corpus()
    if found is None:
        reason = "no ../shared/corpus/idse-orchestrator beside this repository or a folder above it"
        if os.environ.get("IDSE_REQUIRE_CORPUS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found / ".idse" / "projects" / "idse-orchestrator"


@pytest.fixture(scope="module")
def judged(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy on which `idse validate --all` ran; the folder that holds its ``.idse``."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(str(corpus.parents[1]), str(folder / ".idse"))
    outcome = idse(folder, "validate", "--all", "--json")
    assert outcome.returncode == 1
    (folder / "validate.json").write_bytes(outcome.stdout)
    return folder


def idse(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    hidden = ("IDSE_WORKSPACE", "IDSE_PROJECT", "NO_COLOR", "FORCE_COLOR")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "idse_core", *words],
        cwd=folder,
        env={**env, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr
    return done


def document(folder: Path, *words: str) -> Dict[str, Any]:
    outcome = idse(folder, *words, "--json")
    assert outcome.returncode == 0, outcome.stderr
    found: Dict[str, Any] = json.loads(outcome.stdout)
    return found


def texts(corpus: Path, session: str) -> Dict[str, str]:
    """Stage → what the artifact says; empty where there is none."""
    paths = {stage: corpus / "sessions" / session / path for stage, path in ARTIFACTS.items()}
    return {stage: path.read_text("utf-8") if path.is_file() else "" for stage, path in paths.items()}


def sessions(corpus: Path) -> List[str]:
    return sorted(path.name for path in (corpus / "sessions").iterdir() if path.is_dir())


def test_every_command_that_looks_works(corpus: Path, judged: Path) -> None:
    status = idse(judged, "status", "--all")
    listed = idse(judged, "session", "list", "--archived")

    assert (status.returncode, listed.returncode) == (0, 0)
    for session in sessions(corpus):
        assert session in status.stdout.decode("utf-8")
        assert session in listed.stdout.decode("utf-8")


def test_nothing_but_records_changes(corpus: Path, judged: Path) -> None:
    before, after = tree(corpus), tree(judged / ".idse" / "projects" / "idse-orchestrator")

    assert {name for name in before if before[name] != after.get(name)} <= {"session_state.json"}
    assert not [name for name in after if name not in before and name.startswith("sessions/")]


def test_the_record_keeps_what_we_do_not_know(corpus: Path, judged: Path) -> None:
    before = json.loads((corpus / "session_state.json").read_text("utf-8"))
    after = json.loads((judged / ".idse/projects/idse-orchestrator/session_state.json").read_text("utf-8"))

    known = {"stages", "validation_status", "schema_version", "sessions", "last_sync"}
    assert {key: value for key, value in before.items() if key not in known} == {
        key: value for key, value in after.items() if key not in known
    }
    assert [key for key in after if key in before] == list(before)
    assert set(after["sessions"]) == set(sessions(corpus))


def test_metadata_is_taken_as_it_is(corpus: Path, judged: Path) -> None:
    listed = {item["session_id"]: item for item in document(judged, "session", "list", "--archived")["sessions"]}
    assert listed
    assert set(listed) == set(sessions(corpus))

    for session in sessions(corpus):
        said = json.loads((corpus / "sessions" / session / "metadata" / "session.json").read_text("utf-8"))
        assert listed[session]["title"] == said.get("title", said["name"])
        for key in ("session_type", "parent_session", "owner", "tags", "status", "created_at"):
            assert listed[session][key] == said[key]


def test_a_session_that_nobody_wrote_in_is_pending_throughout(judged: Path) -> None:
    (item,) = document(judged, "status", "--session", UNTOUCHED)["sessions"]

    assert {stage["stage"]: stage["state"] for stage in item["stages"]} == dict.fromkeys(ARTIFACTS, "pending")


def test_states_are_what_the_files_say(corpus: Path, judged: Path) -> None:
    templates = {stage: text.split() for stage, text in texts(corpus, UNTOUCHED).items()}
    errors = {
        (item["session"], item["stage"])
        for item in json.loads((judged / "validate.json").read_bytes())["findings"]
        if item["severity"] == "error"
    }
    found: Dict[str, int] = {}
    for item in document(judged, "status", "--all")["sessions"]:
        session, said = item["session_id"], texts(corpus, item["session_id"])
        for stage in item["stages"]:
            text = said[stage["stage"]]
            found[stage["state"]] = found.get(stage["state"], 0) + 1
            if not text.strip() or text.split() == templates[stage["stage"]]:
                assert stage["state"] == "pending", (session, stage)
                continue
            markers = _NOT_PROSE.sub("", text).count("[REQUIRES INPUT]")
            assert stage["open_markers"] == markers, (session, stage)
            unsettled = markers or (session, stage["stage"]) in errors
            assert stage["state"] == ("in_progress" if unsettled else "completed"), (session, stage)
    assert set(found) == {"pending", "in_progress", "completed"}


def test_after_a_baseline_one_new_marker_is_one_new_finding(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(str(corpus.parents[1]), str(tmp_path / ".idse"))
    workspace = ProjectWorkspace.open(IdseConfig(start=tmp_path))
    before = ValidationEngine(workspace, baseline=Baseline()).validate(workspace.sessions())
    digests = {
        item.session: {stage: status.digest for stage, status in item.stages.items()} for item in before.sessions
    }
    baseline = Baseline().rewritten(workspace.project, digests, before.findings)
    tried = 0
    for session in before.sessions:
        for stage, status in session.stages.items():
            if status.state.value == "pending":  # with another line in it, a template is a stage that is begun
                continue
            tried += 1
            path = tmp_path / workspace.store.locate(Place.artifact(workspace.project, session.session, stage))
            said = path.read_bytes()
            path.write_bytes(said + b"\n\n[REQUIRES INPUT] one more\n")
            report = ValidationEngine(workspace, baseline=baseline).validate(workspace.sessions())
            path.write_bytes(said)
            assert [(item.rule, item.session, item.stage) for item in report.findings] == [
                ("ART003", session.session, stage)
            ]
    assert tried > 30


def test_findings_stand_where_they_say(corpus: Path, judged: Path) -> None:
    findings = json.loads((judged / "validate.json").read_bytes())["findings"]
    assert "ART003" in {item["rule"] for item in findings}
    for item in findings:
        path = judged / item["path"]
        if not path.is_file():
            assert item["rule"] == "ART001"
            continue
        lines = path.read_text("utf-8").split("\n")
        assert 1 <= item["line"] <= item["end_line"] <= len(lines)
        assert 1 <= item["column"] <= len(lines[item["line"] - 1]) + 1
        if item["rule"] == "ART003":
            assert lines[item["line"] - 1][item["column"] - 1 :].startswith("[REQUIRES INPUT]")
