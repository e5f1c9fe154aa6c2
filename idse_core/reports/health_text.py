"""The result of `idse doctor` for people: one line per check with sign and word, and what to do."""

from __future__ import annotations

from typing import Dict, List, Mapping, Tuple

from idse_core.health import Check, Examination, Status
from idse_core.printable import count
from idse_core.reports.quoting import quoted
from idse_core.reports.styling import Style

__all__ = ["render_health"]

_SIGNS: Mapping[Status, Tuple[str, str]] = {Status.OK: ("✓", "+"), Status.WARN: ("!", "!"), Status.FAIL: ("✗", "x")}
"""Status → its sign, in Unicode and in ASCII."""

_COLORS: Mapping[Status, str] = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "red"}


def render_health(examination: Examination, style: Style) -> str:
    """All checks, grouped by project, then what was fixed, and the totals."""
    lines: List[str] = []
    width = max(len(check.name) for check in examination.checks)
    for project, checks in _by_project(examination).items():
        lines += [style.paint(quoted(project) if project else "Installation and workspace", "bold")]
        for check in checks:
            lines += _lines(check, width, style)
        lines += [""]
    if examination.fixed:
        lines += [style.paint("Fixed", "bold"), *(f"  {quoted(text)}" for text in examination.fixed), ""]
    return "\n".join([*lines, _sum(examination)]) + "\n"


def _by_project(examination: Examination) -> Dict[str, List[Check]]:
    found: Dict[str, List[Check]] = {}
    for check in examination.checks:
        found.setdefault(check.project, []).append(check)
    return found


def _lines(check: Check, width: int, style: Style) -> List[str]:
    word = style.paint(f"{style.sign(*_SIGNS[check.status])}{check.status.value.ljust(4)}", _COLORS[check.status])
    lines = [f"  {word}  {check.name.ljust(width)}  {quoted(check.message)}"]
    indent = " " * (width + 12)
    if check.status is not Status.OK and check.path and check.path not in check.message:
        lines.append(f"{indent}in {quoted(check.path)}")
    if check.advice:
        by_itself = " (or: idse doctor --fix)" if check.remedy and "doctor --fix" not in check.advice else ""
        lines.append(f"{indent}{style.paint('to do:', 'cyan')} {quoted(check.advice)}{by_itself}")
    return lines


def _sum(examination: Examination) -> str:
    numbers = {status: sum(check.status is status for check in examination.checks) for status in Status}
    named = ", ".join(f"{number} {status.value}" for status, number in numbers.items() if number)
    return f"{count(len(examination.checks), 'check')}: {named}"
