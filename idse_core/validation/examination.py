"""Examining one session: its artifacts, the states that come of them, then the rules for the session as a whole."""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from idse_core.constitution_rules import Reach, Rule, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import SessionRecord, StageEvidence, StageStatus, derive
from idse_core.validation.artifact_examination import ArtifactExaminer, Results, Seen
from idse_core.validation.facts import ArtifactState, SessionFacts
from idse_core.validation.findings import Finding, Hit, finding, sort_key
from idse_core.validation.kinds.base import Phase
from idse_core.validation.report import SessionReport
from idse_core.validation.results import SuppressionNote
from idse_core.validation.running import RunnableRule
from idse_core.validation.suppressing import Suppressed, suppress

__all__ = ["Examiner"]


class Examiner:
    """Examines sessions of one project.

    Args:
        workspace: whose sessions.
        rules: the active rules.
        key: identifies rules and tool, for the cache.
        results: where results are remembered.
    """

    def __init__(
        self, workspace: ProjectWorkspace, rules: Tuple[RunnableRule, ...], *, key: str, results: Results
    ) -> None:
        self._workspace = workspace
        self._artifacts = ArtifactExaminer(workspace, rules, key=key, results=results)
        self._rules = {item.rule.id: item.rule for item in rules}
        self._session_rules = [item for item in rules if item.rule.reach is Reach.SESSION]
        self._known = {**self._rules, **{item.rule.name: item.rule for item in rules}}

    def examine(self, session: str, record: SessionRecord) -> SessionReport:
        """A session's states and findings, from what its artifacts say now.

        Args:
            session: its id.
            record: what is remembered of it, for staleness.

        Raises:
            NotFoundError: there is no such session.
        """
        loaded = self._workspace.store.load_session(self._workspace.project, session)
        seen = {stage: self._artifacts.see(session, stage, loaded) for stage in Stage}
        notes = {item.state.path: item.result.suppressions for item in seen.values() if item.result.suppressions}
        facts = self._facts(session, seen, record)
        found = self._of_files(session, seen) + self._of_session(facts, Phase.CONTENT)
        statuses = _statuses(seen, suppress(found, notes, self._rules).kept, record)
        found += self._of_session(facts._replace(statuses=statuses), Phase.STATES)
        parted = suppress(found, notes, self._rules)
        if notes:
            parted = self._with_faulty_suppressions(facts, notes, parted)
        statuses = _statuses(seen, parted.kept, record)
        return SessionReport(session, statuses, _sorted(parted.kept), _sorted(parted.dropped))

    def _of_files(self, session: str, seen: Mapping[Stage, Seen]) -> List[Finding]:
        return [
            self._finding(self._rules[rule], hit, session, item.state)
            for item in seen.values()
            for rule, hits in item.result.hits.items()
            for hit in hits
        ]

    def _of_session(self, facts: SessionFacts, phase: Phase) -> List[Finding]:
        return [
            self._finding(item.rule, hit, facts.session, facts.artifacts[hit.stage] if hit.stage else None)
            for item in self._session_rules
            if item.kind.phase is phase
            for hit in item.hits(facts)
        ]

    def _with_faulty_suppressions(
        self, facts: SessionFacts, notes: Mapping[str, Sequence[SuppressionNote]], parted: Suppressed
    ) -> Suppressed:
        """What is wrong with the suppressions themselves; a suppression can't hide that."""
        told = facts._replace(
            suppressions={path: tuple(found) for path, found in notes.items()}, used=parted.used, rules=self._known
        )
        return parted._replace(kept=(*parted.kept, *self._of_session(told, Phase.SUPPRESSIONS)))

    def _facts(self, session: str, seen: Mapping[Stage, Seen], record: SessionRecord) -> SessionFacts:
        return SessionFacts(
            project=self._workspace.project,
            session=session,
            artifacts={stage: item.state for stage, item in seen.items()},
            notes={stage: item.result.notes for stage, item in seen.items() if item.result.written},
            statuses={},
            recorded=record.stages if record.known else None,
            exists=self._exists,
        )

    def _exists(self, path: str) -> Optional[bool]:
        """Whether something is there, below the folder that holds ``.idse``; nothing outside is looked at."""
        if not self._workspace.store.capabilities.local_files or ".." in path.split("/") or path.startswith("/"):
            return None
        return (self._workspace.folder.parent / path).exists()

    def _finding(self, rule: Rule, hit: Hit, session: str, state: Optional[ArtifactState]) -> Finding:
        return finding(
            rule,
            hit,
            project=self._workspace.project,
            session=session,
            stage=None if state is None else state.stage,
            path="" if state is None else state.path,
        )


def _sorted(findings: Iterable[Finding]) -> Tuple[Finding, ...]:
    return tuple(sorted(findings, key=sort_key))


def _statuses(
    seen: Mapping[Stage, Seen], findings: Iterable[Finding], record: SessionRecord
) -> Mapping[Stage, StageStatus]:
    markers: Dict[Stage, int] = dict.fromkeys(Stage, 0)
    errors: Dict[Stage, int] = dict.fromkeys(Stage, 0)
    for item in findings:
        if item.stage is not None:
            markers[item.stage] += item.open_marker
            errors[item.stage] += item.severity is Severity.ERROR
    evidence = {
        stage: StageEvidence(
            digest=item.state.digest,
            written=item.result.written,
            open_markers=markers[stage],
            errors=errors[stage],
        )
        for stage, item in seen.items()
    }
    return {status.stage: status for status in derive(evidence, record.basis)}
