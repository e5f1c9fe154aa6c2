"""The documents of `idse validate`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Literal, Optional

from idse_core.reports.documents.common import CountsItem, State, Verdict

__all__ = ["FindingItem", "RuleCountItem", "StatisticsDocument", "SuppressedItem", "ValidateDocument", "ValidatedItem"]


@dataclass(frozen=True)
class FindingItem:
    """One finding. ``session`` and ``stage`` are null for a finding about the project as a whole."""

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
    """A finding that a comment in the artifact suppresses (``inSource``) or the baseline accepts (``external``)."""

    finding: FindingItem
    kind: Literal["inSource", "external"]
    justification: str


@dataclass(frozen=True)
class ValidatedItem:
    """One session's verdict, from all of its findings, whatever the call selected.

    ``accepted`` is how many of them the baseline accepts; the verdict leaves these out.
    """

    session_id: str
    validation_status: Verdict
    stages: Dict[str, State]
    accepted: int


@dataclass(frozen=True)
class ValidateDocument:
    """``idse validate --json``. It holds no clock time: the same input gives the same bytes.

    ``suppressed`` is filled with ``--show-suppressed``; ``counts`` cover ``findings`` alone. ``accepted`` is how many
    more of the selected findings the baseline accepts.
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
    """``idse validate --statistics --json``: the rules with findings, the most frequent first, in these ``sessions``.

    ``accepted`` and ``suppressed`` are how many more findings the baseline accepts and comments suppress.
    """

    project: str
    sessions: List[str]
    rules: List[RuleCountItem]
    counts: CountsItem
    accepted: int
    suppressed: int
    schema: Literal["idse.statistics/1"] = "idse.statistics/1"
