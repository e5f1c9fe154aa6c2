from __future__ import annotations

import json

import pytest

from idse_core.constitution_rules import Severity
from idse_core.reports.gitlab import render_gitlab
from tests.reports.making import finding, report, same


def test_nothing_is_an_empty_list() -> None:
    assert json.loads(render_gitlab(report(), same)) == []


def test_an_issue_has_what_gitlab_asks_for() -> None:
    (issue,) = json.loads(render_gitlab(report(finding(line=7)), lambda path: f"sub/{path}"))

    assert issue == {
        "description": "section 'Acceptance Criteria' is missing. Add '## Acceptance Criteria'.",
        "check_name": "SPEC003",
        "fingerprint": "0123456789abcdef",
        "severity": "major",
        "location": {
            "path": "sub/.idse/projects/customer-portal/sessions/auth-login/spec.md",
            "lines": {"begin": 7},
        },
    }


def test_fingerprints_are_unique_and_do_not_depend_on_lines() -> None:
    texts = [
        render_gitlab(report(*(finding("same", line=line) for line in lines)), same) for lines in ((1, 2, 3), (5, 8, 9))
    ]

    first, second = ([issue["fingerprint"] for issue in json.loads(text)] for text in texts)
    assert first == second
    assert len(set(first)) == 3
    assert first[0] == "0123456789abcdef"


@pytest.mark.parametrize(
    ("severity", "name"), [(Severity.ERROR, "major"), (Severity.WARNING, "minor"), (Severity.INFO, "info")]
)
def test_severities(severity: Severity, name: str) -> None:
    assert json.loads(render_gitlab(report(finding(severity=severity)), same))[0]["severity"] == name
