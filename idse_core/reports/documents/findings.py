"""The documents of `idse validate`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Literal, Optional

from idse_core.reports.documents.common import CountsItem, State, Verdict

__all__ = ["FindingItem", "RuleCountItem", "StatisticsDocument", "SuppressedItem", "ValidateDocument", "ValidatedItem"]


@dataclass(frozen=True)
class FindingItem:
    """One finding. ``session`` and ``stage`` are null for one about the project as a whole."""

    rule: str
    name: str
    article: str
    severity: Literal["error", "warning", "info"]
    project: str
    session: Optional[str]
    stage: Optional[str]
    path: str
    line: int
    column: int
    end_line: int
    message: str
    fix: str
    fixable: bool
    fingerprint: str
    open_marker: bool


@dataclass(frozen=True)
class SuppressedItem:
    """A finding that was let pass: by a comment in the artifact (``inSource``) or by the baseline (``external``)."""

    finding: FindingItem
    kind: Literal["inSource", "external"]
    justification: str


@dataclass(frozen=True)
class ValidatedItem:
    """One session's verdict, on all of its findings, whatever the call selected.

    ``accepted`` of them the baseline let pass; the verdict leaves these out.
    """

    session_id: str
    validation_status: Verdict
    stages: Dict[str, State]
    accepted: int


@dataclass(frozen=True)
class ValidateDocument:
    """``idse validate --json``. Carries no clock time: the same input gives the same bytes.

    ``suppressed`` is filled with ``--show-suppressed``; ``counts`` are of ``findings`` alone. ``accepted`` is how many
    more the baseline let pass, of those that the call selected.
    """

    project: str
    sessions: List[ValidatedItem]
    findings: List[FindingItem]
    counts: CountsItem
    accepted: int
    suppressed: List[SuppressedItem] = field(default_factory=list)
    schema: Literal["idse.validate/1"] = "idse.validate/1"


@dataclass(frozen=True)
class RuleCountItem:
    """How many findings a rule has."""

    rule: str
    name: str
    severity: Literal["error", "warning", "info"]
    findings: int


@dataclass(frozen=True)
class StatisticsDocument:
    """``idse validate --statistics --json``: the rules that have findings, by their number. ``sessions`` were looked at.

    ``accepted`` and ``suppressed`` are how many more findings the baseline and comments let pass.
    """

    project: str
    sessions: List[str]
    rules: List[RuleCountItem]
    counts: CountsItem
    accepted: int
    suppressed: int
    schema: Literal["idse.statistics/1"] = "idse.statistics/1"
