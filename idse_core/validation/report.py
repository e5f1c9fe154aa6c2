"""The result of a validation: findings and derived states, as values. Faces and report formats render it."""

from __future__ import annotations

from typing import Callable, Iterable, Mapping, NamedTuple, Optional, Tuple

from idse_core.constitution_rules import ConstitutionRules, Severity
from idse_core.errors import UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import StageStatus, ValidationStatus
from idse_core.trace_record import Confirmation
from idse_core.validation.findings import Finding, sort_key

__all__ = ["Counts", "Report", "Selection", "SessionReport"]


_LEVELS = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class Counts(NamedTuple):
    """How many findings of each severity."""

    errors: int
    warnings: int
    infos: int

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Counts:
        """Count findings."""
        severities = [item.severity for item in findings]
        return cls(*(severities.count(level) for level in _LEVELS))

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(mine + theirs for mine, theirs in zip(self, other)))

    @property
    def worst(self) -> Optional[Tuple[Severity, int]]:
        """The worst severity that there is any finding of, and how many; None when there is no finding."""
        return next(((level, number) for level, number in zip(_LEVELS, self) if number), None)


class SessionReport(NamedTuple):
    """The result for one session.

    Attributes:
        stages: the derived states of all seven.
        findings: the findings of this session, in the fixed order.
        suppressed: findings that a comment in the artifact suppresses.
        accepted: findings that the workspace's baseline accepts.
        newly_covered: requirements that are covered for the first time, to be recorded in ``trace.json``.
        verdict: the verdict on all findings, when ``findings`` holds only some of them.
    """

    session: str
    stages: Mapping[Stage, StageStatus]
    findings: Tuple[Finding, ...]
    suppressed: Tuple[Finding, ...] = ()
    accepted: Tuple[Finding, ...] = ()
    verdict: Optional[ValidationStatus] = None
    newly_covered: Mapping[str, Confirmation] = {}

    @property
    def validation_status(self) -> ValidationStatus:
        """``failing`` with any finding of severity error, else ``passing``; whatever a call chose to show."""
        if self.verdict is not None:
            return self.verdict
        failing = any(item.severity is Severity.ERROR for item in self.findings)
        return ValidationStatus.FAILING if failing else ValidationStatus.PASSING

    @property
    def counts(self) -> Counts:
        """How many findings of each severity."""
        return Counts.of(self.findings)


class Report(NamedTuple):
    """The result of a run over some sessions of a project.

    Attributes:
        sessions: in the order in which they were asked for.
        project_findings: findings about the project as a whole.
        accepted: findings about the project as a whole that the workspace's baseline accepts.
        broken: ids of the rules that failed while they ran; what they would have found is missing.
    """

    project: str
    sessions: Tuple[SessionReport, ...]
    project_findings: Tuple[Finding, ...]
    accepted: Tuple[Finding, ...] = ()
    broken: Tuple[str, ...] = ()

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """All findings in the fixed order."""
        own = [item for session in self.sessions for item in session.findings]
        return tuple(sorted([*self.project_findings, *own], key=sort_key))

    @property
    def all_accepted(self) -> Tuple[Finding, ...]:
        """All findings that the baseline accepts."""
        return (*self.accepted, *(item for session in self.sessions for item in session.accepted))

    @property
    def counts(self) -> Counts:
        """How many findings of each severity."""
        return Counts.of(self.findings)

    @property
    def all_suppressed(self) -> Tuple[Finding, ...]:
        """All findings that comments suppress."""
        return tuple(item for session in self.sessions for item in session.suppressed)

    def narrowed(self, keep: Callable[[Finding], bool]) -> Report:
        """A copy with only some of the findings; states and verdicts stay the same."""
        sessions = tuple(
            session._replace(
                findings=tuple(filter(keep, session.findings)),
                suppressed=tuple(filter(keep, session.suppressed)),
                accepted=tuple(filter(keep, session.accepted)),
                verdict=session.validation_status,
            )
            for session in self.sessions
        )
        whole, accepted = filter(keep, self.project_findings), filter(keep, self.accepted)
        return self._replace(sessions=sessions, project_findings=tuple(whole), accepted=tuple(accepted))

    def reaches(self, severity: Severity) -> bool:
        """Whether any finding is at least that bad."""
        return any(item.severity.at_least(severity) for item in self.findings)


class Selection(NamedTuple):
    """Which findings a call selects.

    Attributes:
        rules: ids of the selected rules.
        through: the last stage to include.
    """

    rules: frozenset[str]
    through: Optional[Stage] = None

    @classmethod
    def of(
        cls,
        rules: ConstitutionRules,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        through: Optional[Stage] = None,
    ) -> Selection:
        """Select rules, without the ignored ones; locked rules stay even when their group is ignored.

        Raises:
            UsageError: a selector names no rule, or a locked one is to be ignored by its own name.
        """
        for pattern in ignore:
            named = rules.matching(pattern)
            if len(named) == 1 and named[0].locked:
                raise UsageError(f"rule {named[0].id} is locked and can't be ignored", hint="settle its findings")
        chosen = {rule.id for pattern in select for rule in rules.matching(pattern)} or {rule.id for rule in rules}
        dropped = {rule.id for pattern in ignore for rule in rules.matching(pattern) if not rule.locked}
        return cls(frozenset(chosen - dropped), through)

    def allows(self, finding: Finding) -> bool:
        """Whether the selection includes this finding."""
        if finding.rule not in self.rules:
            return False
        return self.through is None or finding.stage is None or finding.stage.position <= self.through.position
