"""Plans what to write to one artifact to mend what rules find in it; each rule looks at the mended text before it counts."""

from __future__ import annotations

from typing import AbstractSet, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import files
from idse_core.constitution_rules import Reach, Rule
from idse_core.design_store import Document, Place, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.events import Warned
from idse_core.markdown.open_blocks import open_block
from idse_core.pipeline_artifacts import BLUEPRINT, Stage, TemplateValues
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.baseline import Baseline
from idse_core.validation.findings import Finding, finding, sort_key
from idse_core.validation.fix_choice import Change
from idse_core.validation.plugin_calls import ForeignKind
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.suppression_filter import called_by_id, suppress
from idse_core.validation.suppressions import take_suppressions

__all__ = ["Fix", "Planned", "Planner", "Sparing"]

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


class Sparing(NamedTuple):
    """What is needed to tell which findings a fix must leave alone.

    Attributes:
        rules: the rules in force, by id.
        baseline: the accepted findings.
    """

    rules: Mapping[str, Rule]
    baseline: Baseline


class _Found(NamedTuple):
    """What a rule finds in a text.

    Attributes:
        places: line and column of all that a fix may be for, what is let pass included.
        spared: of what is let pass.
        changes: what is not let pass → the lines where it is.
    """

    places: AbstractSet[Tuple[int, int]]
    spared: AbstractSet[Tuple[int, int]]
    changes: Mapping[Change, Tuple[int, ...]]


class _Mended(NamedTuple):
    """A text after rules mended it.

    Attributes:
        settled: ids of the rules whose findings are gone.
        refused: ids of those that would find the same again, so that the text is as it was for them.
        changes: what is written otherwise, where a rule does more than add lines → the lines where it is.
    """

    text: str
    settled: Tuple[str, ...] = ()
    refused: Tuple[str, ...] = ()
    changes: Mapping[Change, Tuple[int, ...]] = {}


class Planned(NamedTuple):
    """What is planned for one artifact.

    Attributes:
        warnings: about what can't be mended in it.
        changes: as in ``_Mended``.
    """

    stage: Stage
    path: str
    fix: Optional[Fix] = None
    warnings: Tuple[Warned, ...] = ()
    changes: Mapping[Change, Tuple[int, ...]] = {}


def _only_adds(before: str, after: str) -> bool:
    """Whether every line is still there, in the same order."""
    lines = iter(after.splitlines())
    return all(line in lines for line in before.splitlines())


class Planner:
    """Plans fixes, one artifact at a time."""

    def __init__(
        self,
        workspace: ProjectWorkspace,
        session: str,
        loaded: SessionDocuments,
        runner: RuleRunner,
        sparing: Sparing,
    ) -> None:
        self._workspace = workspace
        self._templates = workspace.pipeline_artifacts()
        self._session = session
        self._loaded = loaded
        self._runner = runner
        self._sparing = sparing
        self._left: AbstractSet[Change] = frozenset()

    def plan(self, stage: Stage, rules: List[RunnableRule], left: AbstractSet[Change]) -> Planned:
        """What to write to one artifact, apart from the changes that are to be left."""
        self._left = left
        place = Place.artifact(self._workspace.project, self._session, stage)
        path = self._workspace.store.locate(place)
        if stage.value in self._loaded.problems:
            return Planned(stage, path)
        document = self._loaded.documents.get(stage.value)
        if document is None or not document.data.strip():
            return self._from_template(stage, place, document, [item for item in rules if item.rule.kind == _EXISTS])
        try:
            text = files.decode(document.data, path=path)
        except UnreadableError:
            return Planned(stage, path)
        mended = self._mended(stage, document, text, rules)
        refusals = (
            (_refusal(ArtifactFacts(stage, text, self._templates), path, mended.refused),) if mended.refused else ()
        )
        if not mended.settled:
            return Planned(stage, path, warnings=refusals)
        mark = _BOM if document.data.startswith(_BOM.encode("utf-8")) else ""
        fix = Fix(place, path, document, mark + mended.text, mended.settled)
        return Planned(stage, path, fix, refusals, mended.changes)

    def _from_template(
        self, stage: Stage, place: Place, document: Optional[Document], rules: List[RunnableRule]
    ) -> Planned:
        path = self._workspace.store.locate(place)
        text = self._template(stage)
        absent = tuple(item.rule.id for item in rules)
        if absent and not text.strip():
            message = f"{', '.join(absent)} can't be mended in {path}: the template of {stage} is empty"
            warned = Warned(message, "write the artifact, or put something into its template")
            return Planned(stage, path, warnings=(warned,))
        return Planned(stage, path, Fix(place, path, document, text, absent) if absent else None)

    def _mended(self, stage: Stage, document: Document, text: str, rules: List[RunnableRule]) -> _Mended:
        template = ArtifactFacts(stage, self._template(stage), self._templates)
        done: Dict[str, Tuple[RunnableRule, int]] = {}
        refused: List[str] = []
        changes: Dict[Change, Tuple[int, ...]] = {}
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
                changes.update({} if _only_adds(mended, after) else found.changes)
                mended = after
                done[item.rule.id] = item, len(found.spared)
            else:
                refused.append(item.rule.id)
        if all(self._is_settled(item, stage, mended, document, spared) for item, spared in done.values()):
            return _Mended(mended, tuple(done), tuple(refused), changes)
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
        wanted = [one for one in new if Change(one.rule, one.message) not in self._left]
        places = {(one.line, one.column) for one in found}
        lines: Dict[Change, List[int]] = {}
        for one in wanted:
            lines.setdefault(Change(one.rule, one.message), []).append(one.line)
        changes = {change: tuple(where) for change, where in lines.items()}
        return _Found(places, places - {(one.line, one.column) for one in wanted}, changes)

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
