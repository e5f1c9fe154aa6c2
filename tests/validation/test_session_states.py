"""A session through its life: the states of its stages, and what determines them."""

from __future__ import annotations

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_basis import parse_basis
from idse_core.stage_state_model import StageState, ValidationStatus
from tests.builders import (
    session_folder,
    write_artifact,
)
from tests.validation.done_sessions import (
    DONE,
    MARKER,
    NAME,
    judge,
    of,
    record,
    recorded,
    states,
)


def test_a_new_session_is_pending_and_failing_for_its_markers(workspace: ProjectWorkspace) -> None:
    report = judge(workspace)

    assert states(report) == ["pending"] * 7
    assert report.sessions[0].validation_status is ValidationStatus.FAILING
    markers = {
        stage: (session_folder(workspace, NAME) / path).read_text("utf-8").count(MARKER) for stage, path in PATHS
    }
    counted = {stage: status.open_markers for stage, status in report.sessions[0].stages.items()}
    assert counted == markers
    assert len(of(report, "ART003")) + len(of(report, "AGT002")) == sum(markers.values())
    assert not of(report, "SEQ001")


PATHS = [
    (Stage.INTENT, "intent.md"),
    (Stage.CONTEXT, "context.md"),
    (Stage.SPEC, "spec.md"),
    (Stage.PLAN, "plan.md"),
    (Stage.TASKS, "tasks.md"),
    (Stage.IMPLEMENTATION, "implementation/README.md"),
    (Stage.FEEDBACK, "feedback/feedback.md"),
]


def test_stage_by_stage_to_passing(workspace: ProjectWorkspace) -> None:
    for number, stage in enumerate(Stage, start=1):
        write_artifact(workspace, NAME, stage, DONE[stage])
        report = record(workspace)
        assert states(report) == ["completed"] * number + ["pending"] * (7 - number)
        verdict = ValidationStatus.PASSING if number == 7 else ValidationStatus.FAILING
        assert report.sessions[0].validation_status is verdict
        entry = recorded(workspace)["sessions"][NAME]  # type: ignore[index]  # as the format says
        assert list(entry["stages"].values()) == states(report)
        assert entry["validation_status"] == verdict.value
        assert list(entry["basis"]) == [stage.value]  # the entries of earlier stages follow from it
        assert list(parse_basis(entry["basis"])) == list(Stage)[:number]
    assert report.findings == ()


def test_the_first_words_make_a_stage_in_progress(workspace: ProjectWorkspace) -> None:
    path = session_folder(workspace, NAME) / "intent.md"
    path.write_text(path.read_text("utf-8").replace(MARKER, "Shorter queues.", 1), encoding="utf-8")

    status = judge(workspace).sessions[0].stages[Stage.INTENT]

    assert status.state is StageState.IN_PROGRESS
    assert status.open_markers == path.read_text("utf-8").count(MARKER)


def test_a_marker_that_comes_back_fails_the_session_at_its_place(done: ProjectWorkspace) -> None:
    text = DONE[Stage.PLAN].replace("## Phases\n", f"## Phases\n\nWhen? {MARKER}\n", 1)
    write_artifact(done, NAME, Stage.PLAN, text)

    report = judge(done)

    assert report.sessions[0].stages[Stage.PLAN].state is StageState.IN_PROGRESS
    (marker,) = of(report, "ART003")
    assert text.splitlines()[marker.line - 1] == f"When? {MARKER}"
    assert (marker.column, marker.stage, marker.open_marker) == (7, Stage.PLAN, True)
    assert marker.path == f".idse/projects/customer-portal/sessions/{NAME}/plan.md"
    assert [item.stage for item in of(report, "SEQ001")] == [Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK]


def test_a_plan_on_a_specification_with_open_markers_is_out_of_sequence(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC] + f"\n{MARKER} one\n\n{MARKER} two\n")
    for stage in (Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK):
        write_artifact(done, NAME, stage, "")

    report = judge(done)

    (found,) = of(report, "SEQ001")
    assert found.stage is Stage.PLAN
    assert found.message == "plan has content, but spec has 2 open markers"
    assert found.fix == "Complete the spec first, or take the plan back to its template."
    assert report.sessions[0].stages[Stage.PLAN].state is StageState.IN_PROGRESS
    assert report.sessions[0].stages[Stage.PLAN].errors == 1


@pytest.mark.parametrize("content", [None, "", " \r\n\t"])
def test_an_artifact_that_is_absent_or_empty_is_pending(done: ProjectWorkspace, content: str) -> None:
    path = write_artifact(done, NAME, Stage.FEEDBACK, content or "")
    if content is None:
        path.unlink()

    report = judge(done)

    assert states(report) == ["completed"] * 6 + ["pending"]
    (found,) = of(report, "ART001")
    assert found.message == f"feedback.md is {'missing' if content is None else 'empty'}"
    assert found.path.endswith("/feedback/feedback.md")


def test_a_stage_is_stale_when_an_earlier_one_changed_until_it_is_accepted(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nOne sentence more.\n")

    report = record(done)

    stale = [stage for stage, status in report.sessions[0].stages.items() if status.stale]
    assert stale == [stage for stage in Stage if stage is not Stage.INTENT]
    assert report.sessions[0].validation_status is ValidationStatus.PASSING
    assert {item.severity.value for item in of(report, "SEQ002")} == {"warning"}
    assert of(report, "SEQ002")[0].message == "context was completed before intent changed"
    assert states(report) == ["completed"] * 7

    digests = {stage: status.digest for stage, status in report.sessions[0].stages.items()}
    done.change_state(lambda model: model.accept(NAME, Stage.CONTEXT, digests))
    again = record(done)
    assert [item.stage for item in of(again, "SEQ002")] == list(Stage)[2:]


def test_a_stale_stage_that_is_edited_is_not_stale_any_more(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nOne sentence more.\n")
    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC] + "\nAnd here as well.\n")

    report = record(done)

    assert Stage.SPEC not in {item.stage for item in of(report, "SEQ002")}
    assert of(report, "SEQ002")[-1].message == "feedback was completed before intent and spec changed"


def test_the_change_that_is_taken_back_makes_nothing_stale(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nMore.\n")
    assert of(record(done), "SEQ002")
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT])

    assert record(done).findings == ()


def test_the_text_of_another_workspaces_template_is_content(workspace: ProjectWorkspace) -> None:
    templates = workspace.folder / "templates"
    templates.mkdir()
    ours = "# Our intent: {{ title }}\n\n## Goal\n\nWrite here.\n"
    before = judge(workspace)
    write_artifact(workspace, NAME, Stage.INTENT, ours.replace("{{ title }}", "T"))
    assert judge(workspace).sessions[0].stages[Stage.INTENT].state is StageState.IN_PROGRESS

    (templates / "intent.md").write_text(ours, encoding="utf-8")
    report = judge(workspace)
    assert report.sessions[0].stages[Stage.INTENT].state is StageState.PENDING
    assert [item.message for item in of(report, "ART005") if item.stage is Stage.INTENT] == [
        "section 'Goal' is still the template's text"
    ]
    assert before.sessions[0].stages[Stage.INTENT].state is StageState.PENDING
