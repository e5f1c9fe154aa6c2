"""Examines one session: its artifacts, the states that follow from them, then the rules for the session as a whole."""

from __future__ import annotations

from functools import partial
from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from idse_core.constitution_rules import Reach, Rule, Severity
from idse_core.design_store import SessionDocuments
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import SessionRecord, StageEvidence, StageState, StageStatus, derive
from idse_core.trace_record import Confirmation
from idse_core.validation.artifact_examination import ArtifactExaminer, Seen
from idse_core.validation.defined_ids import DefinedIds
from idse_core.validation.facts import ArtifactState, Definition, IdQuestion, SessionFacts
from idse_core.validation.findings import Finding, Hit, finding, sort_key
from idse_core.validation.kinds.base import Phase
from idse_core.validation.report import SessionReport
from idse_core.validation.result_cache import Results
from idse_core.validation.results import SuppressionNote
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.session_files import SessionFiles
from idse_core.validation.session_mentions import SessionNames
from idse_core.validation.suppression_filter import Suppressed, called_by_id, suppress
from idse_core.validation.surroundings import Surroundings
from idse_core.validation.tracing import REQUIREMENTS, unconfirmed

__all__ = ["Confirmed", "Examiner", "requirement_prefixes", "traced_prefixes"]

Confirmed = Mapping[str, Confirmation]
NOTHING_CONFIRMED: Confirmed = {}


class Examiner:
    """Examines sessions of one project.

    Args:
        workspace: opened at the project.
        rules: the active rules.
        runner: runs the rules.
        key: identifies the rules and the tool, for the cache.
        results: the cache of results.

    Attributes:
        key: identifies the rules, the tool and the templates.
        surroundings: answers the rules' questions about files other than the artifacts.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        rules: Tuple[RunnableRule, ...],
        *,
        runner: RuleRunner,
        key: str,
        results: Results,
    ) -> None:
        self._workspace = workspace
        folder = workspace.folder.parent if workspace.store.capabilities.local_files else None
        self._runner = runner
        self._artifacts = ArtifactExaminer(workspace, rules, runner=runner, key=key, results=results)
        ids = DefinedIds(workspace, self._artifacts, results)
        self.surroundings = Surroundings(folder, SessionNames(workspace), SessionFiles(workspace), ids)
        self.key = self._artifacts.key
        self._rules = {item.rule.id: item.rule for item in rules}
        self._session_rules = [item for item in rules if item.rule.reach is Reach.SESSION]
        self._traced = traced_prefixes(self._rules.values())
        self._known = {**self._rules, **{item.rule.name: item.rule for item in rules}}

    def examine(
        self,
        session: str,
        record: SessionRecord,
        confirmed: Confirmed = NOTHING_CONFIRMED,
        *,
        loaded: Optional[SessionDocuments] = None,
    ) -> SessionReport:
        """Derive a session's states and findings from what its artifacts say now.

        Args:
            session: the session's id.
            record: what is recorded about it, for staleness.
            confirmed: what its requirements said when their cover was confirmed.
            loaded: its documents, if they have been read already.

        Raises:
            NotFoundError: there is no such session.
        """
        seen = self._see(session, loaded)
        written = {item.state.path: item.result.suppressions for item in seen.values() if item.result.suppressions}
        notes = called_by_id(written, self._known)
        facts = self._facts(session, seen, record)._replace(confirmed=confirmed, suppressions=notes)
        found = self._of_files(session, seen) + self._of_session(facts, Phase.CONTENT)
        statuses = _statuses(seen, suppress(found, notes, self._known).kept, record)
        found += self._of_session(facts._replace(statuses=statuses), Phase.STATES)
        parted = self._parted(facts, found, notes)
        statuses = _statuses(seen, parted.kept, record)
        about_record = self._of_session(facts._replace(statuses=statuses), Phase.RECORD)
        if about_record:
            parted = self._parted(facts, found + about_record, notes)
        newly_covered = unconfirmed(facts.notes, confirmed, self._traced) if _is_settled(statuses) else {}
        kept = (*parted.kept, *self._about_broken_rules(facts))
        return SessionReport(session, statuses, _sorted(kept), _sorted(parted.dropped), newly_covered=newly_covered)

    def facts(
        self,
        session: str,
        record: SessionRecord,
        confirmed: Confirmed = NOTHING_CONFIRMED,
        *,
        loaded: Optional[SessionDocuments] = None,
    ) -> SessionFacts:
        """What a session's artifacts say, without validating it; the arguments are those of ``examine``.

        Raises:
            NotFoundError: there is no such session.
        """
        return self._facts(session, self._see(session, loaded), record)._replace(confirmed=confirmed, rules=self._known)

    def _see(self, session: str, loaded: Optional[SessionDocuments] = None) -> Mapping[Stage, Seen]:
        if loaded is None:
            loaded = self._workspace.store.load_session(self._workspace.project, session)
        return {stage: self._artifacts.see(session, stage, loaded) for stage in Stage}

    def _of_files(self, session: str, seen: Mapping[Stage, Seen]) -> List[Finding]:
        return [
            self._finding(self._rules[rule], hit, session, item.state)
            for item in seen.values()
            for rule, hits in item.result.hits.items()
            if not self._runner.has_failed(rule)  # the cached result may be from before the rule failed
            for hit in hits
        ]

    def _of_session(self, facts: SessionFacts, phase: Phase) -> List[Finding]:
        return [
            self._finding(item.rule, hit, facts.session, facts.artifacts[hit.stage] if hit.stage else None)
            for item in self._session_rules
            if item.kind.phase is phase
            for hit in self._runner.hits(item, facts) or ()
        ]

    def _parted(
        self, facts: SessionFacts, found: Sequence[Finding], notes: Mapping[str, Sequence[SuppressionNote]]
    ) -> Suppressed:
        """Apply suppressions, and add the findings about suppressions themselves, which they can't hide."""
        parted = suppress(found, notes, self._known)
        if not notes:
            return parted
        told = facts._replace(used=parted.used, rules=self._known)
        return parted._replace(kept=(*parted.kept, *self._of_session(told, Phase.SUPPRESSIONS)))

    def _about_broken_rules(self, facts: SessionFacts) -> List[Finding]:
        """Findings about the rules that failed; the stages' states follow from the other rules alone."""
        broken = self._runner.news()
        return self._of_session(facts._replace(broken=broken), Phase.RULES) if broken else []

    def _facts(self, session: str, seen: Mapping[Stage, Seen], record: SessionRecord) -> SessionFacts:
        return SessionFacts(
            project=self._workspace.project,
            session=session,
            artifacts={stage: item.state for stage, item in seen.items()},
            notes={stage: item.result.notes for stage, item in seen.items() if item.result.written},
            statuses={},
            recorded=record.stages if record.known else None,
            exists=self.surroundings.exists,
            named_elsewhere=partial(self.surroundings.named_elsewhere, session),
            file=partial(self.surroundings.file, session),
            defined_elsewhere=partial(self._defined_elsewhere, session),
        )

    def _defined_elsewhere(self, session: str, asked: IdQuestion) -> Mapping[str, Definition]:
        with self._runner.waiting():  # it may read all sessions, which is not the rule's time
            return self.surroundings.defined_elsewhere(session, asked)

    def _finding(self, rule: Rule, hit: Hit, session: str, state: Optional[ArtifactState]) -> Finding:
        return finding(
            rule,
            hit,
            project=self._workspace.project,
            session=session,
            stage=None if state is None else state.stage,
            path="" if state is None else state.path,
        )


def traced_prefixes(rules: Iterable[Rule]) -> Tuple[str, ...]:
    """The prefixes of the requirements that some rule wants unchanged; others need not be recorded."""
    found: Dict[str, None] = {}
    for rule in rules:
        if rule.kind == "requirement-unchanged":
            prefixes = rule.params.get("prefixes", REQUIREMENTS)
            found.update(dict.fromkeys(prefixes if isinstance(prefixes, (list, tuple)) else ()))
    return tuple(found)


def requirement_prefixes(rules: Iterable[Rule]) -> Tuple[str, ...]:
    """The prefixes of all requirements that some rule wants unchanged or covered.

    Args:
        rules: those in force.
    """
    asked = list(rules)
    covered = (
        str(rule.params["prefix"])
        for rule in asked
        if rule.kind == "ids-covered-by" and rule.params["stage"] == Stage.SPEC.value
    )
    return tuple(dict.fromkeys([*(traced_prefixes(asked) or REQUIREMENTS), *covered]))


def _is_settled(statuses: Mapping[Stage, StageStatus]) -> bool:
    """Whether spec and tasks are completed, and neither is stale: only then is a cover confirmed."""
    return all(
        statuses[stage].state is StageState.COMPLETED and not statuses[stage].stale
        for stage in (Stage.SPEC, Stage.TASKS)
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
