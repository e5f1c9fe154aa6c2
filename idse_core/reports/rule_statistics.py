"""How many findings each rule has, the most frequent first."""

from __future__ import annotations

from collections import Counter
from typing import List, NamedTuple, Tuple

from idse_core.constitution_rules import Severity
from idse_core.printable import count
from idse_core.reports.quoting import quoted
from idse_core.reports.styling import SEVERITY_COLOR, Style
from idse_core.validation.report import Report

__all__ = ["RuleCount", "render_statistics", "rule_counts"]


class RuleCount(NamedTuple):
    """The number of findings of one rule."""

    rule: str
    name: str
    severity: Severity
    findings: int


def rule_counts(report: Report) -> Tuple[RuleCount, ...]:
    """A count for every rule with a finding, by number, then by rule."""
    counted = Counter((item.rule, item.name, item.severity) for item in report.findings)
    counts = [RuleCount(*rule, number) for rule, number in counted.items()]
    return tuple(sorted(counts, key=lambda item: (-item.findings, item.rule, -item.severity.rank)))


def render_statistics(report: Report, style: Style) -> str:
    """One line per rule, then the total, and how many findings were accepted and suppressed."""
    counts = rule_counts(report)
    width = max((len(str(item.findings)) for item in counts), default=0)
    lines: List[str] = []
    for item in counts:
        severity = style.paint(item.severity.value.ljust(7), SEVERITY_COLOR[item.severity])
        rule = f"{style.paint(quoted(item.rule), 'bold')} {quoted(item.name)}"
        lines.append(f"{str(item.findings).rjust(width)}  {severity}  {rule}")
    accepted, suppressed = len(report.all_accepted), len(report.all_suppressed)
    nothing = "no new findings" if accepted else "no findings"
    total = count(sum(item.findings for item in counts), "finding") if counts else nothing
    parts = [count(len(counts), "rule"), count(len(report.sessions), "session")]
    parts += [f"{accepted} accepted by the baseline"] if accepted else []
    parts += [f"{suppressed} suppressed by comments"] if suppressed else []
    return "\n".join([*lines, *([""] if lines else []), f"{total}: {', '.join(parts)}"]) + "\n"
