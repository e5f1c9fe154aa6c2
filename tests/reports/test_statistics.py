from __future__ import annotations

from idse_core.constitution_rules import Severity
from idse_core.reports.findings_json import statistics_document
from idse_core.reports.formats import FORMATS, STATISTICS
from idse_core.reports.rule_statistics import RuleCount, render_statistics, rule_counts
from idse_core.reports.styling import Style
from tests.reports.making import finding, report, view


def test_the_most_frequent_first_then_by_rule() -> None:
    often = [finding(rule="B1", name="b", line=line) for line in range(11)]
    rare = [finding(severity=Severity.WARNING, rule=rule, name=rule.lower()) for rule in ("C1", "A1")]

    made = report(*rare, *often)

    assert rule_counts(made) == (
        RuleCount("B1", "b", Severity.ERROR, 11),
        RuleCount("A1", "a1", Severity.WARNING, 1),
        RuleCount("C1", "c1", Severity.WARNING, 1),
    )
    assert render_statistics(made, Style()) == (
        "11  error    B1 b\n 1  warning  A1 a1\n 1  warning  C1 c1\n\n13 findings: 3 rules, 1 session\n"
    )


def test_nothing_found() -> None:
    assert render_statistics(report(), Style()) == "no findings: 0 rules, 1 session\n"


def test_suppressed_and_accepted_findings_are_counted_separately() -> None:
    (session,) = report().sessions
    mended = session._replace(suppressed=(finding(),), accepted=(finding(line=2), finding(line=3)))
    made = report()._replace(sessions=(mended,), accepted=(finding(line=4),))

    passed = "1 session, 3 accepted by the baseline, 1 suppressed by comments"
    assert render_statistics(made, Style()) == f"no new findings: 0 rules, {passed}\n"
    document = statistics_document(made)
    assert (document.accepted, document.suppressed) == (3, 1)


def test_formats_without_a_place_for_counts_stay_as_they_are() -> None:
    made = view(report(finding()))

    same = [name for name in FORMATS if FORMATS[name](made) == STATISTICS[name](made)]
    assert same == ["concise", "sarif", "junit", "github", "gitlab"]
