from __future__ import annotations

import pytest

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.junit import render_junit
from tests.reports.making import finding, report, same
from tests.reports.reading import junit

NAMES = ["session", *(stage.value for stage in Stage)]


def test_one_suite_per_session_and_one_case_per_artifact() -> None:
    root = junit(render_junit(report(), same))

    assert [suite.get("name") for suite in root] == ["customer-portal", "auth-login"]
    assert [case.get("name") for case in root[0]] == ["project"]
    assert [case.get("name") for case in root[1]] == NAMES
    assert {case.get("classname") for case in root[1]} == {"customer-portal.auth-login"}
    assert [len(case) for suite in root for case in suite] == [0] * 9
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("9", "0", "0")


def test_one_failure_for_all_findings_of_an_artifact() -> None:
    made = report(finding("first"), finding("second", line=2), finding("third", Severity.WARNING, line=3))

    root = junit(render_junit(made, same))

    case = root.find("testsuite[@name='auth-login']/testcase[@name='spec']")
    failure, out = case
    assert (failure.tag, failure.get("type"), out.tag) == ("failure", "error", "system-out")
    assert failure.get("message") == "2 errors: SPEC003 first"
    assert failure.text.splitlines()[1:4] == [
        ".idse/projects/customer-portal/sessions/auth-login/spec.md:1:3: error SPEC003 first",
        "  | ## Overview",
        "  fix: Add '## Acceptance Criteria'.",
    ]
    assert "second" in failure.text
    assert "third" not in failure.text
    assert "third" in out.text
    assert (root.get("failures"), root[1].get("failures"), root[1].get("tests")) == ("1", "1", "8")


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        (Severity.ERROR, ["intent"]),
        (Severity.WARNING, ["intent", "spec"]),
        (Severity.INFO, ["intent", "spec", "plan"]),
        (None, []),
    ],
)
def test_fails_where_the_run_fails(fail_on: Severity | None, failing: list[str]) -> None:
    made = report(
        finding("a", Severity.ERROR, Stage.INTENT),
        finding("b", Severity.WARNING, Stage.SPEC),
        finding("c", Severity.INFO, Stage.PLAN),
    )

    root = junit(render_junit(made, same, fail_on=fail_on))

    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == failing
    others = [case.get("name") for case in root.iter("testcase") if case.find("system-out") is not None]
    assert sorted(failing + others) == ["intent", "plan", "spec"]


def test_findings_without_an_artifact() -> None:
    made = report(finding("of the session", stage=None), whole=[finding("of the project", session="", stage=None)])

    root = junit(render_junit(made, same))

    messages = {case.get("name"): case.findtext("failure") for case in root.iter("testcase") if len(case)}
    assert sorted(messages) == ["project", "session"]
    assert "of the project" in messages["project"]
    assert "of the session" in messages["session"]


def test_stages_after_through_are_skipped() -> None:
    root = junit(render_junit(report(finding()), same, through=Stage.SPEC))

    skipped = [case.get("name") for case in root.iter("testcase") if case.find("skipped") is not None]
    assert skipped == ["plan", "tasks", "implementation", "feedback"]
    assert root[1].get("skipped") == "4"
    assert root.find(".//skipped").get("message") == "after spec"


def test_no_clock_and_no_machine() -> None:
    text = render_junit(report(finding()), same)

    assert "time" not in text
    assert "hostname" not in text
    assert text.isascii()
