"""Findings for people (``text``), and one per line (``concise``)."""

from __future__ import annotations

from itertools import groupby
from typing import Callable, List, Tuple

from idse_core.printable import count
from idse_core.reports.passed_over import PassedOver, passed_over
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import SEVERITY_COLOR, STATUS_COLOR, Style
from idse_core.stage_state_model import ValidationStatus
from idse_core.validation.findings import Finding
from idse_core.validation.report import Counts, Report, SessionReport

__all__ = ["render_concise", "render_text"]

Locate = Callable[[str], str]
"""Converts a path relative to the folder that holds ``.idse`` to one that a person can open from where they are."""


def render_concise(report: Report, locate: Locate, *, show_suppressed: bool = False) -> str:
    """``path:line:column: severity RULE message``, one line per finding; empty without findings.

    Suppressed and accepted findings come last, with ``suppressed`` in place of their severity.
    """
    lines = [_on_one_line(item, item.severity.value, locate) for item in report.findings]
    if show_suppressed:
        lines += [_passed_over(item, locate) for item in passed_over(report)]
    return "".join(f"{line}\n" for line in lines)


def _on_one_line(item: Finding, word: str, locate: Locate) -> str:
    place = f"{quoted_path(locate(item.path))}:{item.line}:{item.column}"
    return f"{place}: {word} {quoted(item.rule)} {quoted(item.message)}"


def _passed_over(item: PassedOver, locate: Locate) -> str:
    reason = f" ({quoted(item.justification)})" if item.justification else ""
    return f"{_on_one_line(item.finding, 'suppressed', locate)}{reason}"


def render_text(report: Report, locate: Locate, style: Style, *, show_suppressed: bool = False) -> str:
    """Findings grouped by file with the quoted line, the reason and the fix, then one line per session.

    Suppressed and accepted findings come between the two, one line each.
    """
    lines: List[str] = []
    for path, group in groupby(report.findings, key=lambda item: item.path):
        lines += [style.paint(quoted_path(locate(path)), "bold"), *_group(tuple(group), style), ""]
    suppressed = passed_over(report) if show_suppressed else ()
    if suppressed:
        lines += [style.paint(f"{count(len(suppressed), 'finding')} let pass", "bold")]
        lines += [f"  {style.paint(_passed_over(item, locate), 'dim')}" for item in suppressed] + [""]
    lines += _summary(report, style)
    return "\n".join(lines) + "\n"


def _group(findings: Tuple[Finding, ...], style: Style) -> List[str]:
    width = max(len(f"{item.line}:{item.column}") for item in findings)
    lines: List[str] = []
    for index, item in enumerate(findings):
        place = f"{item.line}:{item.column}".rjust(width)
        severity = style.paint(item.severity.value.ljust(7), SEVERITY_COLOR[item.severity])
        lines.append(f"  {place}  {severity}  {style.paint(quoted(item.rule), 'bold')} {quoted(item.message)}")
        indent = " " * (width + 4)
        if item.excerpt.strip():
            lines.append(f"{indent}{style.paint(f'{style.glyphs.bar} {quoted(item.excerpt)}', 'dim')}")
        following = findings[index + 1] if index + 1 < len(findings) else None
        if following is None or (following.rule, following.fix) != (item.rule, item.fix):
            lines.append(f"{indent}{style.paint('fix:', 'cyan')} {quoted(item.fix)}")
    return lines


def _summary(report: Report, style: Style) -> List[str]:
    lines = [
        f"{quoted(item.session)}: {style.paint(item.validation_status.value, STATUS_COLOR[item.validation_status])}"
        f" {style.glyphs.dash} {_counted(item.counts, len(item.accepted), _elsewhere(item))}"
        for item in report.sessions
    ]
    if report.project_findings or report.accepted:
        counted = _counted(Counts.of(report.project_findings), len(report.accepted))
        lines.append(f"{quoted(report.project)}, as a whole {style.glyphs.dash} {counted}")
    if len(lines) > 1:
        counted = _counted(report.counts, len(report.all_accepted))
        lines.append(f"{count(len(report.sessions), 'session')}: {counted}")
    return lines


def _elsewhere(session: SessionReport) -> str:
    """A remark that a session fails because of findings that the call did not select."""
    fails = session.validation_status is ValidationStatus.FAILING
    return " in what was selected" if fails and not session.counts.errors else ""


def _counted(counts: Counts, accepted: int, where: str = "") -> str:
    """The number of findings, and how many more the baseline accepts."""
    named = zip(counts, ("error", "warning", "note"))
    nothing = "no new findings" if accepted else "no findings"
    found = ", ".join(count(number, noun) for number, noun in named if number) or nothing
    return f"{found}{where}, {accepted} accepted by the baseline" if accepted else f"{found}{where}"
