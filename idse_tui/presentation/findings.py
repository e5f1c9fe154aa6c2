"""Findings as rows: in order, by rule or by file; which ones, and what each line says."""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from rich.text import Text

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.validation.findings import Finding, sort_key
from idse_tui.look import Look
from idse_tui.presentation.matching import matching, words
from idse_tui.presentation.texts import shown, sides
from idse_tui.view import ProjectView

__all__ = [
    "FindingRow",
    "Grouping",
    "Level",
    "Scope",
    "accepted_in",
    "finding_line",
    "finding_rows",
    "findings_in",
    "place_of",
]


class Scope(str, Enum):
    """About what findings are listed."""

    STAGE = "this stage"
    SESSION = "this session"
    PROJECT = "project"


class Level(str, Enum):
    """How bad findings must be to be listed."""

    ALL = "all"
    WARNINGS = "errors and warnings"
    ERRORS = "errors"

    @property
    def least(self) -> Severity:
        """The mildest severity that passes."""
        return {"all": Severity.INFO, "errors": Severity.ERROR}.get(self.value, Severity.WARNING)


class Grouping(str, Enum):
    """How findings are put together."""

    NONE = "in order"
    RULE = "by rule"
    FILE = "by file"


class FindingRow(NamedTuple):
    """One row: a finding, or the heading of a group. ``key`` stays the same as long as the finding does."""

    key: str
    finding: Optional[Finding] = None
    heading: str = ""


def findings_in(view: ProjectView, scope: Scope, session: str, stage: Stage) -> Tuple[Finding, ...]:
    """The findings of a scope, in the fixed order."""
    if scope is Scope.PROJECT:
        return view.all_findings()
    found = view.findings(session)
    return found if scope is Scope.SESSION else tuple(item for item in found if item.stage is stage)


def accepted_in(view: ProjectView, scope: Scope, session: str, stage: Stage) -> int:
    """How many findings of a scope the baseline lets pass."""
    if scope is Scope.PROJECT:
        return sum(sum(numbers.values()) for numbers in view.accepted.values())
    numbers = view.accepted.get(session, {})
    return sum(numbers.values()) if scope is Scope.SESSION else numbers.get(stage, 0)


def finding_rows(
    findings: Sequence[Finding], *, level: Level, grouping: Grouping, query: str = ""
) -> Tuple[FindingRow, ...]:
    """The rows to show: those that are bad enough and match every word of the query."""
    wanted = words(query)
    severities = {severity for severity in Severity if severity.at_least(level.least)}
    kept = [item for item in findings if item.severity in severities]
    if wanted:
        texts = [f"{item.rule} {item.path} {item.message}".casefold() for item in kept]
        kept = [kept[at] for at in matching(wanted, texts)]
    if grouping is Grouping.NONE:
        return tuple(_rows(kept, {}))
    key: Callable[[Finding], str] = _rule_key if grouping is Grouping.RULE else _file_key
    rows: List[FindingRow] = []
    seen: dict[str, int] = {}
    for name, group in groupby(sorted(kept, key=lambda item: (key(item), sort_key(item))), key):
        members = list(group)
        rows.append(FindingRow(f"# {name}", heading=f"{name}  {count(len(members), 'finding')}"))
        rows += _rows(members, seen)
    return tuple(rows)


def _rule_key(item: Finding) -> str:
    return f"{item.rule} {item.name}"


def _file_key(item: Finding) -> str:
    return item.path or item.session or item.project


def _rows(findings: Sequence[Finding], seen: dict[str, int]) -> List[FindingRow]:
    """Rows with keys of their own: the same complaint twice in a file shares its fingerprint."""
    rows: List[FindingRow] = []
    for item in findings:
        base = f"{item.session} {item.fingerprint}"
        number = seen[base] = seen.get(base, 0) + 1
        rows.append(FindingRow(f"{base} {number}", item))
    return rows


def place_of(item: Finding) -> str:
    """``spec.md:42``: enough to know the file of a session that is on the screen."""
    if not item.path:
        return item.session or item.project
    return f"{item.path.split('/')[-1]}:{item.line}"


def finding_line(row: FindingRow, look: Look, width: int, scope: Scope) -> Text:
    """One row: sign, rule, place, message; the severity as a word where there is room."""
    styles = look.styles
    if row.finding is None:
        return sides(shown(row.heading, styles["muted"] + styles["primary"]), Text(), width, look.glyphs.more)
    item = row.finding
    line = Text(f"{look.glyphs.severities[item.severity]} ", look.severity(item.severity), no_wrap=True, end="")
    line.append(f"{item.rule:<8}", styles["accent"])
    place = place_of(item) if scope is not Scope.PROJECT or not item.session else f"{item.session}/{place_of(item)}"
    line.append_text(shown(f"{place:<{_place_width(width, scope)}}", styles["muted"]))
    line.append(" " * max(_place_width(width, scope) - len(place), 0) + " ")
    line.append_text(shown(item.message, styles["text"]))
    word = Text(item.severity.value, look.severity(item.severity)) if width >= 60 else Text()
    return sides(line, word, width, look.glyphs.more)


def _place_width(width: int, scope: Scope) -> int:
    if width < 60:
        return 8
    return 28 if scope is Scope.PROJECT else 15
