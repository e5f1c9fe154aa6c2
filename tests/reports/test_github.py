from __future__ import annotations

import pytest

from idse_core.constitution_rules import Severity
from idse_core.reports.github import render_github
from tests.reports.making import finding, report, same
from tests.reports.reading import Command, commands


def test_nothing_for_nothing() -> None:
    assert render_github(report(), same) == ""


def test_a_command_as_github_documents_it() -> None:
    text = render_github(report(finding("100% of a: b, c", line=4, path="a,b:c.md", fix="")), same)

    assert text == (
        "::error file=a%2Cb%3Ac.md,line=4,col=3,title=SPEC003 spec-acceptance-criteria::100%25 of a: b, c\n"
    )


def test_what_a_runner_understands() -> None:
    text = render_github(report(finding("is 100%0A", Severity.WARNING, line=4, end_line=6)), lambda path: f"sub/{path}")

    assert commands(text) == [
        Command(
            "warning",
            {
                "file": "sub/.idse/projects/customer-portal/sessions/auth-login/spec.md",
                "line": "4",
                "endLine": "6",
                "title": "SPEC003 spec-acceptance-criteria",
            },
            "is 100%0A\nAdd '## Acceptance Criteria'.",
        )
    ]


@pytest.mark.parametrize(
    ("severity", "name"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")]
)
def test_severities(severity: Severity, name: str) -> None:
    assert commands(render_github(report(finding(severity=severity)), same))[0].name == name
