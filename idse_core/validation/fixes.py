"""Fixes what can be fixed without deciding anything for anybody.

A fix adds a missing artifact or section from its template, or writes an id in its usual form. It never deletes a user's
text; where that can't be promised there is no fix. What a comment suppresses or the baseline accepts is left alone too:
somebody decided that it stays.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.announced_documents import AnnouncedDocuments
from idse_core.constitution_rules import Reach, Rule
from idse_core.design_store import Document, Place, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.events import Listener
from idse_core.pipeline_artifacts import BLUEPRINT, Stage, TemplateValues
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.baseline import Baseline
from idse_core.validation.findings import Finding, finding, sort_key
from idse_core.validation.plugin_calls import ForeignKind
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.suppression_filter import suppress
from idse_core.validation.suppressions import take_suppressions

__all__ = ["Fix", "apply_fix", "plan_fixes"]

_BOM = "\ufeff"


class Fix(NamedTuple):
    """One file to write.

    Attributes:
        before: the document as it was read; None when it is absent.
        after: its new text, as it goes to disk.
        rules: ids of the rules whose findings it settles or reduces.
    """

    place: Place
    path: str
    before: Optional[Document]
    after: str
    rules: Tuple[str, ...]

    @property
    def before_text(self) -> str:
        """The text before the fix; empty when there was none."""
        return "" if self.before is None else self.before.data.decode("utf-8")

    @property
    def data(self) -> bytes:
        """The bytes to write."""
        return self.after.encode("utf-8")


class _Sparing(NamedTuple):
    """What is needed to tell which findings a fix must leave alone.

    Attributes:
        rules: the rules in force, by id.
        baseline: the accepted findings.
    """

    rules: Mapping[str, Rule]
    baseline: Baseline


def plan_fixes(
    workspace: ProjectWorkspace,
    rules: Iterable[RunnableRule],
    findings: Iterable[Finding],
    *,
    session: str,
    runner: RuleRunner,
    baseline: Baseline,
) -> Tuple[Fix, ...]:
    """Work out what to write to fix a session; nothing is written.

    Args:
        workspace: opened at the session's project.
        rules: the active rules; those without a fix are skipped.
        findings: the findings to fix: neither suppressed nor accepted, and selected by the caller.
        session: the session's id.
        runner: runs the rules; a rule that fails fixes nothing.
        baseline: the accepted findings.
    """
    known = {item.rule.id: item for item in rules}
    wanted: Dict[Stage, Dict[str, RunnableRule]] = {stage: {} for stage in Stage}
    for found in findings:
        if found.stage is not None and found.rule in known:
            wanted[found.stage][found.rule] = known[found.rule]
    loaded = workspace.store.load_session(workspace.project, session)
    sparing = _Sparing({rule: item.rule for rule, item in known.items()}, baseline)
    planner = _Planner(workspace, session, loaded, runner, sparing)
    planned = (planner.plan(stage, [item for rule, item in known.items() if rule in wanted[stage]]) for stage in Stage)
    return tuple(fix for fix in planned if fix is not None)


def apply_fix(workspace: ProjectWorkspace, fix: Fix, *, on_event: Listener) -> None:
    """Write a fix that was planned.

    Args:
        workspace: opened at the document's project.
        fix: from ``plan_fixes``, or made for a single document.
        on_event: receives an event for the write.

    Raises:
        ConflictError: the document has changed since the fix was planned; it is left alone.
        StorageError: it can't be written.
    """
    expected = None if fix.before is None else fix.before.digest
    AnnouncedDocuments(workspace.store, on_event).write(fix.place, fix.data, expected=expected)


class _Planner:
    """Plans fixes, one artifact at a time."""

    def __init__(
        self,
        workspace: ProjectWorkspace,
        session: str,
        loaded: SessionDocuments,
        runner: RuleRunner,
        sparing: _Sparing,
    ) -> None:
        self._workspace = workspace
        self._templates = workspace.pipeline_artifacts()
        self._session = session
        self._loaded = loaded
        self._runner = runner
        self._sparing = sparing

    def plan(self, stage: Stage, rules: List[RunnableRule]) -> Optional[Fix]:
        place = Place.artifact(self._workspace.project, self._session, stage)
        path = self._workspace.store.locate(place)
        if stage.value in self._loaded.problems:
            return None
        document = self._loaded.documents.get(stage.value)
        if document is None or not document.data.strip():
            absent = tuple(item.rule.id for item in rules if item.rule.kind == "artifact-exists")
            return Fix(place, path, document, self._template(stage), absent) if absent else None
        try:
            text = files.decode(document.data, path=path)
        except UnreadableError:
            return None
        mended, settled = self._mended(stage, document, text, rules)
        if not settled:
            return None
        mark = _BOM if document.data.startswith(_BOM.encode("utf-8")) else ""
        return Fix(place, path, document, mark + mended, settled)

    def _mended(
        self, stage: Stage, document: Document, text: str, rules: List[RunnableRule]
    ) -> Tuple[str, Tuple[str, ...]]:
        settled: List[str] = []
        template = ArtifactFacts(stage, self._template(stage), self._templates)
        for item in rules:
            if item.rule.reach is not Reach.FILE or item.kind.fix is None:
                continue
            mended = self._mended_by(item, ArtifactFacts(stage, text, self._templates), template, document)
            if mended != text:
                text = mended
                settled.append(item.rule.id)
        return text, tuple(settled)

    def _mended_by(
        self, item: RunnableRule, artifact: ArtifactFacts, template: ArtifactFacts, document: Document
    ) -> str:
        """The text with the findings of one rule fixed, except those that are suppressed or accepted in it by now."""
        found = self._found(item, artifact, document.path)
        notes = {document.path: take_suppressions(artifact)}
        kept = suppress(found, notes, self._sparing.rules).kept
        new, _ = self._sparing.baseline.part(kept, {artifact.stage: document.digest})
        places = {(one.line, one.column) for one in new}
        spared = {(one.line, one.column) for one in found} - places
        if not places or (spared and isinstance(item.kind, ForeignKind)):  # a foreign kind may not know what to spare
            return artifact.text
        return self._runner.fixed(
            item, ArtifactFacts(artifact.stage, artifact.text, self._templates, spared=spared), template
        )

    def _found(self, item: RunnableRule, artifact: ArtifactFacts, path: str) -> List[Finding]:
        hits = self._runner.hits(item, artifact, artifact.stage) or ()
        project, session = self._workspace.project, self._session
        found = [
            finding(item.rule, hit, project=project, session=session, stage=artifact.stage, path=path) for hit in hits
        ]
        return sorted(found, key=sort_key)

    def _template(self, stage: Stage) -> str:
        return self._templates.render(stage, self._values)

    @property
    def _values(self) -> TemplateValues:
        metadata = self._workspace.metadata(self._session)
        return TemplateValues(
            title=metadata.title,
            project=self._workspace.project,
            session_id=self._session,
            session_type=metadata.session_type.value,
            blueprint=BLUEPRINT,
        )
