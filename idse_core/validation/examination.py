"""Examining one session: its artifacts against the rules for files, its states, then the rules for the session."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Protocol, Tuple

from idse_core import files
from idse_core.constitution_rules import Reach, Rule, Severity
from idse_core.design_store import Document, Place, Problem, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import SessionRecord, StageEvidence, StageStatus, derive
from idse_core.validation.facts import ArtifactState, SessionFacts
from idse_core.validation.findings import Finding, Hit, finding, sort_key
from idse_core.validation.kinds import Kind, kind
from idse_core.validation.report import SessionReport
from idse_core.validation.results import ArtifactResult

__all__ = ["Examiner", "RunnableRule"]


class RunnableRule:
    """A rule that can be run. Its kind is imported when it first is, which a cached result makes unnecessary."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    @cached_property
    def kind(self) -> Kind:
        """The rule's kind."""
        return kind(self.rule.kind)

    @cached_property
    def _params(self) -> object:
        return self.kind.build(self.rule.params)

    def hits(self, facts: object) -> Tuple[Hit, ...]:
        """What the kind finds."""
        return tuple(self.kind.check(self._params, facts))


class _Results(Protocol):
    def get(self, key: str) -> Optional[ArtifactResult]: ...

    def put(self, key: str, result: ArtifactResult) -> None: ...


class _Seen(NamedTuple):
    """One artifact after the rules for files ran."""

    state: ArtifactState
    result: ArtifactResult


_NOTHING = ArtifactResult(written=False, hits={})
_UNREADABLE = ArtifactResult(written=True, hits={})


class Examiner:
    """Examines sessions of one project.

    Args:
        workspace: whose sessions.
        rules: the active rules.
        key: identifies rules and tool, for the cache.
        results: where results are remembered.
    """

    def __init__(
        self, workspace: ProjectWorkspace, rules: Tuple[RunnableRule, ...], *, key: str, results: _Results
    ) -> None:
        self._workspace = workspace
        self._results = results
        self._rules = {item.rule.id: item for item in rules}
        self._file_rules = {
            stage: [item for item in rules if item.rule.reach is Reach.FILE and stage in item.rule.stages]
            for stage in Stage
        }
        self._session_rules = [item for item in rules if item.rule.reach is Reach.SESSION]
        self._templates = workspace.pipeline_artifacts()
        self._key = f"{key}:{self._templates.fingerprint}"

    def examine(self, session: str, record: SessionRecord) -> SessionReport:
        """A session's states and findings, from what its artifacts say now.

        Args:
            session: its id.
            record: what is remembered of it, for staleness.

        Raises:
            NotFoundError: there is no such session.
        """
        loaded = self._workspace.store.load_session(self._workspace.project, session)
        seen = {stage: self._see(session, stage, loaded) for stage in Stage}
        facts = self._facts(session, seen, {})
        findings = [item for stage in Stage for item in self._file_findings(session, seen[stage])]
        findings += self._session_findings(facts, after_states=False)
        statuses = _statuses(seen, findings, record)
        findings += self._session_findings(facts._replace(statuses=statuses), after_states=True)
        return SessionReport(session, _statuses(seen, findings, record), tuple(sorted(findings, key=sort_key)))

    # One artifact

    def _see(self, session: str, stage: Stage, loaded: SessionDocuments) -> _Seen:
        problem = loaded.problems.get(stage.value)
        document = loaded.documents.get(stage.value)
        if problem is not None:
            return _Seen(ArtifactState(stage, problem.path, None, problem=problem), _UNREADABLE)
        if document is None:
            place = Place.artifact(self._workspace.project, session, stage)
            return _Seen(ArtifactState(stage, self._workspace.store.locate(place), None), _NOTHING)
        return self._see_document(stage, document)

    def _see_document(self, stage: Stage, document: Document) -> _Seen:
        state = ArtifactState(stage, document.path, document.digest, empty=not document.data.strip())
        if state.empty:
            return _Seen(state, _NOTHING)
        key = hashlib.sha256(f"{self._key}:{stage}:{document.digest}".encode()).hexdigest()
        result = self._results.get(key)
        if result is None:
            try:
                text = files.decode(document.data, path=document.path)
            except UnreadableError as error:
                problem = Problem(error.reason, error.message, document.path, error.line, error.column)
                return _Seen(state._replace(problem=problem), _UNREADABLE)
            result = self._result(stage, text)
            self._results.put(key, result)
        return _Seen(state, result)

    def _result(self, stage: Stage, text: str) -> ArtifactResult:
        # Imported here: with all results cached, as in most runs, nothing needs a Markdown reader.
        from idse_core.validation.artifact_facts import ArtifactFacts  # noqa: PLC0415

        facts = ArtifactFacts(stage, text, self._templates)
        found = {item.rule.id: item.hits(facts) for item in self._file_rules[stage]}
        written = not self._templates.is_untouched(stage, text)
        return ArtifactResult(written, {rule: hits for rule, hits in found.items() if hits})

    # Findings

    def _file_findings(self, session: str, seen: _Seen) -> List[Finding]:
        return [
            self._finding(self._rules[rule].rule, hit, session, seen.state)
            for rule, hits in seen.result.hits.items()
            for hit in hits
        ]

    def _session_findings(self, facts: SessionFacts, *, after_states: bool) -> List[Finding]:
        return [
            self._finding(item.rule, hit, facts.session, facts.artifacts[hit.stage] if hit.stage else None)
            for item in self._session_rules
            if item.kind.after_states is after_states
            for hit in item.hits(facts)
        ]

    def _facts(self, session: str, seen: Mapping[Stage, _Seen], statuses: Mapping[Stage, StageStatus]) -> SessionFacts:
        states = {stage: item.state for stage, item in seen.items()}
        return SessionFacts(self._workspace.project, session, states, statuses)

    def _finding(self, rule: Rule, hit: Hit, session: str, state: Optional[ArtifactState]) -> Finding:
        return finding(
            rule,
            hit,
            project=self._workspace.project,
            session=session,
            stage=None if state is None else state.stage,
            path="" if state is None else state.path,
        )


def _statuses(
    seen: Mapping[Stage, _Seen], findings: Iterable[Finding], record: SessionRecord
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
