"""Mending what can be mended without deciding anything for anybody.

A fix adds: a missing artifact or section from its template, or writes an id in its usual form. It never deletes a
user's text; where that can't be promised there is no fix.
"""

from __future__ import annotations

from typing import Iterable, List, NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.constitution_rules import Reach
from idse_core.design_store import Document, Place, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import BLUEPRINT, PipelineArtifacts, Stage, TemplateValues
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.running import RuleRunner, RunnableRule

__all__ = ["Fix", "plan_fixes"]

_BOM = "\ufeff"


class Fix(NamedTuple):
    """One file to write.

    Attributes:
        before: the document as it was read; None when it is absent.
        after: its new text, as it goes to disk.
        rules: ids of the rules whose findings it settles or softens.
    """

    place: Place
    path: str
    before: Optional[Document]
    after: str
    rules: Tuple[str, ...]

    @property
    def before_text(self) -> str:
        """The text that was there; empty when there was none."""
        return "" if self.before is None else self.before.data.decode("utf-8")

    @property
    def data(self) -> bytes:
        """The bytes to write."""
        return self.after.encode("utf-8")


def plan_fixes(
    workspace: ProjectWorkspace, rules: Iterable[RunnableRule], session: str, runner: RuleRunner
) -> Tuple[Fix, ...]:
    """What would be written to mend a session; nothing is.

    Args:
        workspace: whose session.
        rules: the active rules that a call selected; those without a fix are passed over.
        session: its id.
        runner: runs them; one that fails mends nothing.
    """
    templates = workspace.pipeline_artifacts()
    fixable = [item for item in rules if item.rule.reach is Reach.FILE and item.kind.fix is not None]
    by_stage = {stage: [item for item in fixable if stage in item.rule.stages] for stage in Stage}
    loaded = workspace.store.load_session(workspace.project, session)
    planner = _Planner(workspace, templates, session, loaded, runner)
    planned = (planner.plan(stage, by_stage[stage]) for stage in Stage)
    return tuple(fix for fix in planned if fix is not None)


class _Planner:
    """Plans the fix of one artifact after the other."""

    def __init__(
        self,
        workspace: ProjectWorkspace,
        templates: PipelineArtifacts,
        session: str,
        loaded: SessionDocuments,
        runner: RuleRunner,
    ) -> None:
        self._workspace = workspace
        self._templates = templates
        self._session = session
        self._loaded = loaded
        self._runner = runner

    def plan(self, stage: Stage, rules: List[RunnableRule]) -> Optional[Fix]:
        place = Place.artifact(self._workspace.project, self._session, stage)
        path = self._workspace.store.locate(place)
        if stage.value in self._loaded.problems:
            return None
        document = self._loaded.documents.get(stage.value)
        if document is None or not document.data.strip():
            return Fix(place, path, document, self._template(stage), ("ART001",))
        try:
            text = files.decode(document.data, path=path)
        except UnreadableError:
            return None
        mended, settled = self._mended(stage, text, rules)
        if not settled:
            return None
        mark = _BOM if document.data.startswith(_BOM.encode("utf-8")) else ""
        return Fix(place, path, document, mark + mended, settled)

    def _mended(self, stage: Stage, text: str, rules: List[RunnableRule]) -> Tuple[str, Tuple[str, ...]]:
        settled: List[str] = []
        template = ArtifactFacts(stage, self._template(stage), self._templates)
        for item in rules:
            mended = self._runner.fixed(item, ArtifactFacts(stage, text, self._templates), template)
            if mended != text:
                text = mended
                settled.append(item.rule.id)
        return text, tuple(settled)

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
