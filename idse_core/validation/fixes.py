"""Fixes what can be fixed without deciding anything for anybody.

A fix adds: a missing artifact or section from its template, or writes an id in its usual form. It never deletes a
user's text; where that can't be promised there is no fix. What a comment suppresses or the baseline accepts is let pass
here as well: somebody decided that it stays.

Nothing is written that would be found, and mended, again: each rule looks at the mended text before it counts.
"""

from __future__ import annotations

from typing import AbstractSet, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import files
from idse_core.announced_documents import AnnouncedDocuments
from idse_core.constitution_rules import Reach, Rule
from idse_core.design_store import Document, Place, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.events import Listener, Warned, ignore
from idse_core.markdown.open_blocks import open_block
from idse_core.pipeline_artifacts import BLUEPRINT, Stage, TemplateValues
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.baseline import Baseline
from idse_core.validation.findings import Finding, finding, sort_key
from idse_core.validation.plugin_calls import ForeignKind
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.suppression_filter import called_by_id, suppress
from idse_core.validation.suppressions import take_suppressions

__all__ = ["Fix", "apply_fix", "plan_fixes"]

_BOM = "\ufeff"
_EXISTS = "artifact-exists"


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
    on_event: Listener = ignore,
) -> Tuple[Fix, ...]:
    """Work out what to write to fix a session; nothing is written.

    Of each file: what is found, mended and then found again stays as it is, and somebody is told why.

    Args:
        workspace: whose session.
        rules: the active rules; those without a fix are passed over.
        findings: those to mend: neither suppressed nor accepted, and as far as a call selected them.
        session: its id.
        runner: runs the rules; one that fails mends nothing.
        baseline: what is accepted.
        on_event: told of what can't be mended, and why.
    """
    known = {item.rule.id: item for item in rules}
    wanted: Dict[Stage, Dict[str, RunnableRule]] = {stage: {} for stage in Stage}
    for found in findings:
        if found.stage is not None and found.rule in known:
            wanted[found.stage][found.rule] = known[found.rule]
    loaded = workspace.store.load_session(workspace.project, session)
    sparing = _Sparing({rule: item.rule for rule, item in known.items()}, baseline)
    planner = _Planner(workspace, session, loaded, runner, sparing, on_event=on_event)
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


class _Found(NamedTuple):
    """What a rule finds in a text.

    Attributes:
        places: line and column of all that a fix may be for, what is let pass included.
        spared: of what is let pass.
    """

    places: AbstractSet[Tuple[int, int]]
    spared: AbstractSet[Tuple[int, int]]


class _Mended(NamedTuple):
    """A text after rules mended it.

    Attributes:
        settled: ids of the rules whose findings are gone.
        refused: ids of those that would find the same again, so that the text is as it was for them.
    """

    text: str
    settled: Tuple[str, ...] = ()
    refused: Tuple[str, ...] = ()


class _Planner:
    """Plans fixes, one artifact at a time."""

    def __init__(
        self,
        workspace: ProjectWorkspace,
        session: str,
        loaded: SessionDocuments,
        runner: RuleRunner,
        sparing: _Sparing,
        *,
        on_event: Listener,
    ) -> None:
        self._workspace = workspace
        self._templates = workspace.pipeline_artifacts()
        self._session = session
        self._loaded = loaded
        self._runner = runner
        self._sparing = sparing
        self._announce = on_event

    def plan(self, stage: Stage, rules: List[RunnableRule]) -> Optional[Fix]:
        place = Place.artifact(self._workspace.project, self._session, stage)
        path = self._workspace.store.locate(place)
        if stage.value in self._loaded.problems:
            return None
        document = self._loaded.documents.get(stage.value)
        if document is None or not document.data.strip():
            return self._from_template(stage, place, document, [item for item in rules if item.rule.kind == _EXISTS])
        try:
            text = files.decode(document.data, path=path)
        except UnreadableError:
            return None
        mended = self._mended(stage, document, text, rules)
        if mended.refused:
            self._announce(_refusal(ArtifactFacts(stage, text, self._templates), path, mended.refused))
        if not mended.settled:
            return None
        mark = _BOM if document.data.startswith(_BOM.encode("utf-8")) else ""
        return Fix(place, path, document, mark + mended.text, mended.settled)

    def _from_template(
        self, stage: Stage, place: Place, document: Optional[Document], rules: List[RunnableRule]
    ) -> Optional[Fix]:
        path = self._workspace.store.locate(place)
        text = self._template(stage)
        absent = tuple(item.rule.id for item in rules)
        if absent and not text.strip():
            message = f"{', '.join(absent)} can't be mended in {path}: the template of {stage} is empty"
            self._announce(Warned(message, "write the artifact, or put something into its template"))
            return None
        return Fix(place, path, document, text, absent) if absent else None

    def _mended(self, stage: Stage, document: Document, text: str, rules: List[RunnableRule]) -> _Mended:
        template = ArtifactFacts(stage, self._template(stage), self._templates)
        done: Dict[str, Tuple[RunnableRule, int]] = {}
        refused: List[str] = []
        mended = text
        for item in rules:
            if item.rule.reach is not Reach.FILE or item.kind.fix is None:
                continue
            artifact = ArtifactFacts(stage, mended, self._templates)
            found = self._found(item, artifact, document)
            after = self._mended_by(item, artifact, template, found)
            if after == mended:
                continue
            if self._is_settled(item, stage, after, document, len(found.spared)):
                mended = after
                done[item.rule.id] = item, len(found.spared)
            else:
                refused.append(item.rule.id)
        if all(self._is_settled(item, stage, mended, document, spared) for item, spared in done.values()):
            return _Mended(mended, tuple(done), tuple(refused))
        return _Mended(text, refused=(*refused, *done))  # they undo what the others did

    def _is_settled(self, item: RunnableRule, stage: Stage, text: str, document: Document, spared: int) -> bool:
        """Whether a rule finds nothing more to mend than what was let pass; its words may be others by now."""
        return len(self._found(item, ArtifactFacts(stage, text, self._templates), document).places) <= spared

    def _mended_by(self, item: RunnableRule, artifact: ArtifactFacts, template: ArtifactFacts, found: _Found) -> str:
        """The text as a rule mends it, without what is let pass of its findings in the text as it is by now."""
        if found.places == found.spared or (
            found.spared and isinstance(item.kind, ForeignKind)
        ):  # which may not know of sparing
            return artifact.text
        sparing = ArtifactFacts(artifact.stage, artifact.text, self._templates, spared=found.spared)
        return self._runner.fixed(item, sparing, template)

    def _found(self, item: RunnableRule, artifact: ArtifactFacts, document: Document) -> _Found:
        """What a rule finds that can be mended."""
        found = [one for one in self._findings(item, artifact, document.path) if one.fixable]
        notes = called_by_id({document.path: take_suppressions(artifact)}, self._sparing.rules)
        kept = suppress(found, notes, self._sparing.rules).kept
        new, _ = self._sparing.baseline.part(kept, {artifact.stage: document.digest})
        places = {(one.line, one.column) for one in found}
        return _Found(places, places - {(one.line, one.column) for one in new})

    def _findings(self, item: RunnableRule, artifact: ArtifactFacts, path: str) -> List[Finding]:
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


def _refusal(artifact: ArtifactFacts, path: str, rules: Sequence[str]) -> Warned:
    """Why a text stays as it is for these rules."""
    what = f"{', '.join(rules)} can't be mended in {path}"
    block = open_block(artifact.document)
    if block is None:
        return Warned(f"{what}: the same would be found in the mended text", "mend it by hand, as its findings say")
    where = f"the {block.name} that begins in line {block.line}"
    return Warned(f"{what}: {where} is not closed, so what is added would stand in it", f"close {where}")
