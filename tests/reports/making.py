"""Reports for the tests of their formats: with findings made by hand, and one with findings of rules."""

from __future__ import annotations

from typing import Iterable, Optional

from idse_core.constitution_rules import ConstitutionRules, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.formats import View
from idse_core.reports.styling import Style
from idse_core.stage_state_model import StageState
from idse_core.validation.constitution import core_constitution
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report, SessionReport
from tests.builders import statuses

__all__ = ["HOSTILE", "RULES", "finding", "report", "same", "view"]

RULES = core_constitution().rules

HOSTILE = (
    "::error file=x::pwned",
    "\n::set-env name=PATH::/tmp\n",
    "##[add-mask]a",
    "##vso[task.setvariable variable=x]y",
    "%0A::error::x",
    "\x1b[2J\x1b]0;title\x07",
    "]]>",
    "<![CDATA[ <x y='\"'/> ]]>",
    "<!-- -->&amp;&#0;",
    "NUL \x00 and \r and \u2028 and \x85",
    "lone \ud800 surrogate \udcff",
    "\ufffe\uffff\U0010ffff",
    "bidi \u202e and \u2066",
    "[click](javascript:alert(1))",
    "{0} and {{ title }}",
    "quotes \" and ' and \\",
    "a, b: c%",
    "Größe ≤ 5 µm 🎉",
)
"""Texts in a document or a file name that some reader of a report would take for more than text."""


def same(path: str) -> str:
    """A ``locate`` that leaves paths as they are."""
    return path


def finding(  # positional for short tests
    message: str = "section 'Acceptance Criteria' is missing",
    severity: Severity = Severity.ERROR,
    stage: Optional[Stage] = Stage.SPEC,
    line: int = 1,
    **fields: object,
) -> Finding:
    """A finding in ``.idse/…/auth-login/spec.md``; ``fields`` are those of ``Finding``."""
    made = Finding(
        rule="SPEC003",
        name="spec-acceptance-criteria",
        article="III",
        severity=severity,
        project="customer-portal",
        session="auth-login",
        stage=stage,
        path=".idse/projects/customer-portal/sessions/auth-login/spec.md",
        line=line,
        column=3,
        end_line=line,
        message=message,
        fix="Add '## Acceptance Criteria'.",
        fixable=False,
        fingerprint="0123456789abcdef",
        excerpt="## Overview",
    )
    return made._replace(**fields)  # type: ignore[arg-type]  # fields of Finding


def report(*findings: Finding, whole: Iterable[Finding] = (), session: str = "auth-login") -> Report:
    """A report on one session; ``whole`` are findings about the project."""
    stages = statuses(**{stage.value: StageState.IN_PROGRESS for stage in Stage})
    return Report("customer-portal", (SessionReport(session, stages, findings),), tuple(whole))


def view(
    shown: Report,
    *,
    rules: ConstitutionRules = RULES,
    fail_on: Optional[Severity] = Severity.ERROR,
    through: Optional[Stage] = None,
) -> View:
    """Everything that a format is rendered from."""
    return View(shown, shown, rules, same, same, Style(), fail_on, through)
