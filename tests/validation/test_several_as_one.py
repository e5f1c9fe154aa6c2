"""One finding that stands for several: what is accepted, suppressed or settled is each of them."""

from __future__ import annotations

from typing import List, Tuple

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.baseline import Baseline
from idse_core.validation.report import Report
from idse_core.validation_engine import ValidationEngine
from tests.builders import reopened, write_artifact
from tests.validation.done_sessions import NAME, judge, of

SPEC = """# S

## Overview

x

## Functional Requirements

- FR-1: a
- FR-2: b
- FR-3: c

## Non-Functional Requirements

- 3 s

## Acceptance Criteria

- AC-1 (FR-1, FR-2, FR-3): x
"""
TASKS = "# T\n\n- [ ] Task 1 – x{}\n- [ ] Task 2 – y{}\n- [ ] Task 3 – z{}\n"
COVERS, ACCEPTED = " (Covers: FR-1, FR-2, FR-3)", " (Acceptance: AC-1)"
OF_SPEC = TASKS.format(ACCEPTED, ACCEPTED, ACCEPTED)
OF_TASKS = TASKS.format(COVERS, "", "")


def written(workspace: ProjectWorkspace, tasks: str, spec: str = SPEC) -> None:
    write_artifact(workspace, NAME, Stage.SPEC, spec)
    write_artifact(workspace, NAME, Stage.TASKS, tasks)


def after_accepting(workspace: ProjectWorkspace, rule: str) -> Baseline:
    return Baseline().accepting(of(judge(workspace), rule))


def against(workspace: ProjectWorkspace, baseline: Baseline) -> Report:
    """The report on a session, which is the same from the cache."""
    reports = [ValidationEngine(reopened(workspace), baseline=baseline).validate([NAME]) for _ in range(2)]
    assert (
        reports[0]
        == reports[1]
        == ValidationEngine(reopened(workspace), baseline=baseline, use_cache=False).validate([NAME])
    )
    return reports[0]


def messages(report: Report, rule: str) -> List[Tuple[int, str]]:
    return [(item.line, item.message) for item in of(report, rule)]


CASES = [
    ("TRC007", OF_SPEC, OF_SPEC.replace("x (", "x (Covers: FR-1) (")),
    ("TASK002", OF_TASKS, TASKS.format(COVERS, ACCEPTED, "")),
]


@pytest.mark.parametrize(("rule", "before", "better"), CASES, ids=["requirements", "tasks"])
def test_an_improvement_brings_nothing_new(done: ProjectWorkspace, rule: str, before: str, better: str) -> None:
    written(done, before)
    assert len(of(judge(done), rule)) == 1
    baseline = after_accepting(done, rule)

    written(done, better)
    report = against(done, baseline)

    assert messages(report, rule) == []
    assert [item.rule for item in report.all_accepted] == [rule, rule]
    (stale,) = baseline.stale(done.project, [NAME], report.all_accepted)
    assert stale.rule == rule


def test_one_more_requirement_without_a_task_is_new(done: ProjectWorkspace) -> None:
    written(done, OF_SPEC)
    baseline = after_accepting(done, "TRC007")

    written(done, OF_SPEC, SPEC.replace("c\n", "c\n- FR-4: d\n"))

    assert messages(against(done, baseline), "TRC007") == [(12, "FR-4 is covered by no task")]


def test_one_more_task_without_a_note_is_new(done: ProjectWorkspace) -> None:
    written(done, OF_TASKS)
    baseline = after_accepting(done, "TASK002")

    written(done, f"- [ ] Task 0 – new\n\n{OF_TASKS}")

    assert messages(against(done, baseline), "TASK002") == [(1, "no acceptance note here")]


@pytest.mark.parametrize("comment", ["disable-line TASK002", "disable-line all"])
def test_a_comment_means_the_one_that_it_stands_at(done: ProjectWorkspace, comment: str) -> None:
    written(done, TASKS.format(COVERS, f" <!-- idse-{comment} -- by ear -->", ""))

    report = against(done, Baseline())

    assert [line for line, _ in messages(report, "TASK002")] == [3, 5]
    assert [(item.line, item.justification) for item in report.all_suppressed if item.rule == "TASK002"] == [
        (4, "by ear")
    ]
    assert messages(report, "SUP001") == []


def test_a_comment_about_something_else_leaves_them_one(done: ProjectWorkspace) -> None:
    written(done, OF_SPEC, SPEC.replace("- FR-2: b", "- FR-2: b <!-- idse-disable-line SPEC005 -- x -->"))

    assert messages(against(done, Baseline()), "TRC007") == [(9, "each of FR-1 to FR-3 is covered by no task")]
