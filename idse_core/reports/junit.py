"""Findings as a JUnit report: a test suite per session, a test case per artifact.

A test case fails when its findings make the run fail, so that what CI shows agrees with the exit code: from the
severity in ``--fail-on`` upwards. Other findings go into its ``system-out``. It has one ``failure`` at most, because CI
systems read only the first. A stage that the call does not look at is skipped.

The report follows the schema of Jenkins' xUnit plugin. It has no times, host or time stamp, which the schema for Ant
requires: the same input gives the same bytes.
"""

from __future__ import annotations

from itertools import chain
from typing import Callable, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.reports.quoting import quoted, quoted_path, xml_quoted
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report

__all__ = ["render_junit"]

_WORDS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


class _Case(NamedTuple):
    """A test case: something that was validated, and its findings.

    Attributes:
        failing: findings that make the run fail.
        others: the other findings.
        skipped: why it was not validated; empty when it was.
    """

    name: str
    failing: Tuple[Finding, ...] = ()
    others: Tuple[Finding, ...] = ()
    skipped: str = ""


class _Suite(NamedTuple):
    name: str
    classname: str
    cases: Tuple[_Case, ...]


def render_junit(
    report: Report,
    locate: Callable[[str], str],
    *,
    fail_on: Optional[Severity] = Severity.ERROR,
    through: Optional[Stage] = None,
) -> str:
    """An XML document in ASCII.

    Args:
        report: the report to show.
        locate: converts a path relative to the folder that holds ``.idse`` to the one to show.
        fail_on: the lowest severity that makes the run fail; None for never.
        through: the last stage that was validated; None for all.
    """
    suites = _suites(report, fail_on, through)
    counts = _counts(list(chain.from_iterable(suite.cases for suite in suites)))
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<testsuites name="idse"{_attributes(counts[:3])}>']
    for suite in suites:
        lines.append(f'  <testsuite name="{_attribute(suite.name)}"{_attributes(_counts(suite.cases))}>')
        lines += chain.from_iterable(_testcase(case, suite.classname, locate) for case in suite.cases)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suites(report: Report, fail_on: Optional[Severity], through: Optional[Stage]) -> List[_Suite]:
    suites = [_Suite(report.project, report.project, (_case("project", report.project_findings, fail_on),))]
    for session in report.sessions:
        whole = _case("session", (item for item in session.findings if item.stage is None), fail_on)
        cases = [_stage_case(stage, session.findings, fail_on, through) for stage in Stage]
        suites.append(_Suite(session.session, f"{report.project}.{session.session}", (whole, *cases)))
    return suites


def _stage_case(
    stage: Stage, findings: Iterable[Finding], fail_on: Optional[Severity], through: Optional[Stage]
) -> _Case:
    if through is not None and stage.position > through.position:
        return _Case(stage.value, skipped=f"after {through}")
    return _case(stage.value, (item for item in findings if item.stage is stage), fail_on)


def _case(name: str, findings: Iterable[Finding], fail_on: Optional[Severity]) -> _Case:
    failing: List[Finding] = []
    others: List[Finding] = []
    for item in findings:
        (failing if fail_on is not None and item.severity.at_least(fail_on) else others).append(item)
    return _Case(name, tuple(failing), tuple(others))


def _counts(cases: Sequence[_Case]) -> Tuple[Tuple[str, int], ...]:
    return (
        ("tests", len(cases)),
        ("failures", sum(bool(case.failing) for case in cases)),
        ("errors", 0),
        ("skipped", sum(bool(case.skipped) for case in cases)),
    )


def _attributes(counts: Iterable[Tuple[str, int]]) -> str:
    return "".join(f' {name}="{number}"' for name, number in counts)


def _testcase(case: _Case, classname: str, locate: Callable[[str], str]) -> List[str]:
    opening = f'    <testcase name="{_attribute(case.name)}" classname="{_attribute(classname)}"'
    inside = _inside(case, locate)
    return [f"{opening}>", *inside, "    </testcase>"] if inside else [f"{opening}/>"]


def _inside(case: _Case, locate: Callable[[str], str]) -> List[str]:
    lines: List[str] = []
    if case.skipped:
        lines.append(f'      <skipped message="{_attribute(case.skipped)}"/>')
    if case.failing:
        worst = max(case.failing, key=lambda item: item.severity.rank)
        start = f'      <failure type="{worst.severity}" message="{_attribute(_summary(case.failing))}">'
        lines.append(f"{start}{_listed(case.failing, locate)}</failure>")
    if case.others:
        lines.append(f"      <system-out>{_listed(case.others, locate)}</system-out>")
    return lines


def _summary(findings: Sequence[Finding]) -> str:
    """The line that a list of tests shows: the numbers, and the first finding."""
    severities = [item.severity for item in findings]
    numbers = [count(severities.count(severity), word) for severity, word in _WORDS.items() if severity in severities]
    return f"{', '.join(numbers)}: {findings[0].rule} {findings[0].message}"


def _listed(findings: Iterable[Finding], locate: Callable[[str], str]) -> str:
    return xml_quoted("\n" + "".join(f"{line}\n" for item in findings for line in _lines(item, locate)))


def _lines(item: Finding, locate: Callable[[str], str]) -> List[str]:
    place = f"{quoted_path(locate(item.path))}:{item.line}:{item.column}"
    lines = [f"{place}: {item.severity} {quoted(item.rule)} {quoted(item.message)}"]
    lines += [f"  | {quoted(item.excerpt)}"] if item.excerpt.strip() else []
    lines += [f"  fix: {quoted(item.fix)}"] if item.fix.strip() else []
    return lines


def _attribute(text: str) -> str:
    return xml_quoted(quoted(text))
