"""Recording does not lead to another judgement where its result is certain."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from benchmarks.workspaces import PROJECT, Generated, generate
from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.examination import Examiner
from idse_core.validation.report import Report
from idse_core.validation_engine import ValidationEngine

SESSIONS = 6


@pytest.fixture
def made(tmp_path: Path) -> Generated:
    return generate(tmp_path, sessions=SESSIONS)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """The sessions that were judged, in order."""
    found: List[str] = []
    examine = Examiner.examine

    def examining(self: Examiner, session: str, *given: object, **named: object) -> object:
        found.append(session)
        return examine(self, session, *given, **named)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Examiner, "examine", examining)
    return found


def run(made: Generated, *, record: bool = True, cache: bool = True) -> Report:
    workspace = ProjectWorkspace.open(IdseConfig(start=made.folder))
    engine = ValidationEngine(workspace, use_cache=cache)
    report = engine.validate(workspace.sessions())
    if record:
        engine.record(report)
    return report


def test_after_the_first_recording_nothing_is_judged_again(made: Generated, judged: List[str]) -> None:
    first = run(made)
    assert len(judged) == SESSIONS
    assert any(session.newly_covered for session in first.sessions)
    expected = run(made, record=False, cache=False)
    judged.clear()
    second = run(made)
    assert judged == []
    assert second == expected
    assert not any(session.newly_covered for session in second.sessions)


def test_with_a_rule_about_the_record_all_is_judged_again(made: Generated, judged: List[str]) -> None:
    rules = made.folder / ".idse/rules"
    rules.mkdir()
    (rules / "own.yaml").write_text("pack: own\nrules:\n  - {extend: WS009, severity: error}\n")
    assert "WS009" not in {item.rule for item in run(made).findings}
    expected = run(made, record=False, cache=False)
    judged.clear()
    assert run(made) == expected
    assert len(judged) == SESSIONS

    path = made.folder / ".idse/projects" / PROJECT / "session_state.json"
    path.write_text(path.read_text("utf-8").replace('"completed"', '"pending"'), encoding="utf-8")
    assert "WS009" in {item.rule for item in run(made).findings}
    expected = run(made, record=False, cache=False)
    assert run(made) == expected


def test_a_session_out_of_sequence_agrees_with_its_record(made: Generated) -> None:
    """The record holds the states that follow from all findings; the rule must not compare it with earlier ones."""
    rules = made.folder / ".idse/rules"
    rules.mkdir()
    (rules / "own.yaml").write_text("pack: own\nrules:\n  - {extend: WS009, severity: error}\n")
    intent = next(path for path in made.artifacts if path.stem == Stage.INTENT.value)
    intent.write_text(intent.read_text("utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")
    assert "SEQ001" in {item.rule for item in run(made).findings}
    assert "WS009" not in {item.rule for item in run(made, record=False).findings}

    path = made.folder / ".idse/projects" / PROJECT / "session_state.json"
    recorded = path.read_text("utf-8")
    path.write_text(recorded.replace('"completed"', '"pending"'), encoding="utf-8")
    assert "WS009" in {item.rule for item in run(made).findings}
    assert "WS009" not in {item.rule for item in run(made).findings}  # what it found changed no state
    assert path.read_text("utf-8") == recorded


def test_a_stale_session_is_judged_again(made: Generated, judged: List[str]) -> None:
    run(made)
    stale = [path for path in made.artifacts if Stage.INTENT.value in {path.stem, path.parent.name}]
    for path in stale:
        path.write_text(path.read_text("utf-8") + "\nOne more line.\n", encoding="utf-8")
    report = run(made)
    assert any(status.stale for session in report.sessions for status in session.stages.values())
    expected = run(made, record=False, cache=False)
    judged.clear()
    assert run(made) == expected
    assert set(judged) >= {item.session for item in report.sessions if any(s.stale for s in item.stages.values())}
