from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from idse_core.errors import ConfigError, NotFoundError, RefusedError, UsageError
from idse_core.events import Event, FileWritten
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.traceability import TraceStatus, accept, trace
from idse_core.validation.findings import Finding
from idse_core.validation_engine import ValidationEngine
from tests.builders import project_folder, session_folder, tree, write_artifact

SESSION = "export-csv"


def record_of(workspace: ProjectWorkspace) -> Path:
    return project_folder(workspace) / "trace.json"


def remembered(workspace: ProjectWorkspace) -> Dict[str, Any]:
    sessions: Dict[str, Any] = json.loads(record_of(workspace).read_bytes())["sessions"]
    return sessions


def judged(workspace: ProjectWorkspace, session: str = SESSION) -> List[Finding]:
    """Validates and records, as `idse validate` does; the findings of TRC008."""
    engine = ValidationEngine(workspace)
    report = engine.validate([session])
    engine.record(report)
    return [item for item in report.findings if item.rule == "TRC008"]


def change(workspace: ProjectWorkspace, before: str, after: str, name: str = "spec.md") -> None:
    path = session_folder(workspace, SESSION) / name
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def statuses(workspace: ProjectWorkspace) -> Dict[str, TraceStatus]:
    (found,) = trace(workspace, [SESSION])
    return {item.id: item.status for item in found.requirements}


@pytest.fixture
def confirmed(sample: ProjectWorkspace) -> ProjectWorkspace:
    """A workspace whose session is done and whose requirements are confirmed."""
    assert judged(sample) == []
    return sample


def test_the_first_validation_of_a_settled_session_remembers_its_cover(sample: ProjectWorkspace) -> None:
    record_of(sample).unlink(missing_ok=True)

    judged(sample)

    assert list(remembered(sample)) == [SESSION]
    entries = remembered(sample)[SESSION]
    assert list(entries) == ["FR-1", "FR-2", "FR-3", "FR-4", "FR-5", "NFR-1", "NFR-2"]
    assert entries["FR-3"]["cover"] == ["AC-3", "0.2", "1.2"]


def test_the_next_one_writes_nothing(confirmed: ProjectWorkspace) -> None:
    before = tree(confirmed.folder)
    assert judged(confirmed) == []
    assert tree(confirmed.folder) == before


def test_looking_writes_nothing(sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)
    list(trace(sample, sample.sessions()))
    ValidationEngine(sample).validate(sample.sessions())
    assert tree(sample.folder) == before


def test_what_is_being_drafted_is_not_remembered(sample: ProjectWorkspace) -> None:
    record_of(sample).unlink(missing_ok=True)
    change(sample, "- **FR-1**:", "- **FR-1**: [REQUIRES INPUT]")
    judged(sample)
    assert not record_of(sample).exists()


def test_tasks_that_are_older_than_the_spec_confirm_nothing(sample: ProjectWorkspace) -> None:
    record_of(sample).unlink(missing_ok=True)
    change(sample, "# Specification", "# The specification")
    assert ValidationEngine(sample).examine([SESSION])[0].stages[Stage.TASKS].stale
    judged(sample)
    assert not record_of(sample).exists()


def test_changed_words_make_it_suspect_until_it_is_accepted(confirmed: ProjectWorkspace) -> None:
    change(confirmed, "- **FR-2**: The system MUST", "- **FR-2**: The system MUST always")

    (found,) = judged(confirmed)

    assert (found.severity.value, found.stage, found.line) == ("warning", Stage.SPEC, 16)
    assert found.message == "FR-2 changed since its cover was confirmed: AC-2, task 0.1, task 1.1"
    assert f"`idse trace accept FR-2 --session {SESSION}`" in found.fix
    assert found.excerpt.startswith("- **FR-2**: The system MUST always")
    assert statuses(confirmed)["FR-2"] is TraceStatus.SUSPECT
    assert set(statuses(confirmed).values()) == {TraceStatus.SUSPECT, TraceStatus.DONE}

    events: List[Event] = []
    done = accept(confirmed, SESSION, ["FR-2", "FR-1"], on_event=events.append)

    assert [item.id for item in done.accepted] == ["FR-2"]
    assert [item.id for item in done.unchanged] == ["FR-1"]
    assert [event.path for event in events if isinstance(event, FileWritten)] == [done.path]
    assert judged(confirmed) == []
    assert statuses(confirmed)["FR-2"] is TraceStatus.DONE


def test_going_back_to_the_old_words_is_no_change(confirmed: ProjectWorkspace) -> None:
    change(confirmed, "- **FR-2**: The system MUST", "- **FR-2**: The system MUST always")
    assert judged(confirmed)
    change(confirmed, "- **FR-2**: The system MUST always", "- **FR-2**: The system MUST")
    assert judged(confirmed) == []


def test_layout_is_no_change(confirmed: ProjectWorkspace) -> None:
    change(confirmed, "- **FR-2**: The system MUST", "\n\n* FR-2:\n  The _system_ <!-- yes --> MUST")
    assert judged(confirmed) == []
    assert statuses(confirmed)["FR-2"] is TraceStatus.DONE


def test_editing_the_tasks_does_not_clear_it(confirmed: ProjectWorkspace) -> None:
    change(confirmed, "- **FR-2**: The system MUST", "- **FR-2**: The system MUST always")
    change(confirmed, "Task 0.1", "Task 0.1", "tasks.md")
    change(confirmed, "# Tasks", "# The tasks", "tasks.md")
    assert len(judged(confirmed)) == 1
    assert len(judged(confirmed)) == 1


def test_without_the_rule_nothing_is_remembered(sample: ProjectWorkspace) -> None:
    record_of(sample).unlink(missing_ok=True)
    rules = sample.folder / "rules" / "ours.yaml"
    rules.parent.mkdir()
    rules.write_text("pack: ours\nrules:\n  - extend: TRC008\n    severity: off\n", encoding="utf-8")
    judged(sample)
    assert not record_of(sample).exists()


def test_a_team_can_have_other_requirements(sample: ProjectWorkspace) -> None:
    record_of(sample).unlink(missing_ok=True)
    rules = sample.folder / "rules" / "ours.yaml"
    rules.parent.mkdir()
    rules.write_text("pack: ours\nrules:\n  - extend: TRC008\n    with: {prefixes: [NFR]}\n", encoding="utf-8")
    judged(sample)
    assert list(remembered(sample)[SESSION]) == ["NFR-1", "NFR-2"]


@pytest.mark.parametrize("broken", [b"{", b"<<<<<<< HEAD\n{}\n", b'{"sessions": []}'])
def test_a_broken_file_is_left_alone_and_reported(confirmed: ProjectWorkspace, broken: bytes) -> None:
    record_of(confirmed).write_bytes(broken)
    change(confirmed, "- **FR-2**: The system MUST", "- **FR-2**: The system MUST always")

    assert judged(confirmed) == []
    assert record_of(confirmed).read_bytes() == broken
    whole = ValidationEngine(confirmed).validate([SESSION]).project_findings
    assert [item.rule for item in whole if item.path.endswith("trace.json")] == ["WS011"]
    with pytest.raises(ConfigError):
        accept(confirmed, SESSION, ["FR-2"])
    assert record_of(confirmed).read_bytes() == broken


def test_a_newer_file_is_read_and_left_alone(confirmed: ProjectWorkspace) -> None:
    newer = record_of(confirmed).read_bytes().replace(b'"schema_version": 1', b'"schema_version": 2')
    record_of(confirmed).write_bytes(newer)
    change(confirmed, "- **FR-2**: The system MUST", "- **FR-2**: The system MUST always")

    assert len(judged(confirmed)) == 1
    with pytest.raises(RefusedError):
        accept(confirmed, SESSION, ["FR-2"])
    assert record_of(confirmed).read_bytes() == newer


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("FR-99", NotFoundError, "there is no requirement 'FR-99' in session 'export-csv'"),
        ("nonsense", NotFoundError, "there is no requirement 'NONSENSE'"),
        ("FR-77", NotFoundError, "FR-77 is named in .idse/projects/.*tasks.md:3 but defined nowhere"),
        ("FR-70", UsageError, "FR-70 has no acceptance criterion and no task yet"),
        ("FR-71", UsageError, r"FR-71 is waived \(by hand\)"),
        ("FR-72", UsageError, "FR-72 is defined more than once, in lines 7 and 8"),
    ],
)
def test_what_can_not_be_accepted(sample: ProjectWorkspace, name: str, error: type, message: str) -> None:
    spec = "# S\n\n## Functional Requirements\n\n- FR-70: a\n- FR-71: b (Waived: by hand)\n- FR-72: c\n- FR-72: d\n- FR-1: e\n"
    write_artifact(sample, SESSION, Stage.SPEC, f"{spec}\n## Acceptance Criteria\n\n- AC-1 (FR-1): f\n")
    write_artifact(sample, SESSION, Stage.TASKS, "# Tasks\n\n- [ ] Task 1 – x (Covers: FR-1, FR-77)\n")
    before = tree(sample.folder)

    with pytest.raises(error, match=message):
        accept(sample, SESSION, ["FR-1", name])

    assert tree(sample.folder) == before
    assert [item.id for item in accept(sample, SESSION, ["fr-1"]).accepted] == ["FR-1"]
