"""Examines one artifact against the rules for files, and caches the result by content."""

from __future__ import annotations

import hashlib
from typing import Iterable, NamedTuple, Tuple

from idse_core import files
from idse_core.constitution_rules import Reach
from idse_core.design_store import Document, Place, Problem, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.facts import ArtifactState
from idse_core.validation.result_cache import Results
from idse_core.validation.results import ArtifactResult, Notes
from idse_core.validation.rule_runner import RuleRunner, RunnableRule

__all__ = ["ArtifactExaminer", "Seen", "result_key"]


class Seen(NamedTuple):
    """One artifact after the rules for files have run."""

    state: ArtifactState
    result: ArtifactResult


_NOTHING = ArtifactResult(written=False, hits={})
_UNREADABLE = ArtifactResult(written=True, hits={})


class ArtifactExaminer:
    """Examines artifacts of one project.

    Args:
        workspace: opened at the project.
        rules: the active rules, of any reach.
        runner: runs the rules.
        key: identifies the rules and the tool, for the cache.
        results: the cache of results.

    Attributes:
        key: identifies the rules, the tool and the templates.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        rules: Iterable[RunnableRule],
        *,
        runner: RuleRunner,
        key: str,
        results: Results,
    ) -> None:
        of_files = [item for item in rules if item.rule.reach is Reach.FILE]
        self._workspace = workspace
        self._runner = runner
        self._results = results
        self._rules = {stage: [item for item in of_files if stage in item.rule.stages] for stage in Stage}
        self._known = frozenset(item.rule.id for item in of_files)
        self._templates = workspace.pipeline_artifacts()
        self.key = result_key(key, self._templates)

    def see(self, session: str, stage: Stage, loaded: SessionDocuments) -> Seen:
        """Examine a session's artifact, by itself."""
        problem = loaded.problems.get(stage.value)
        document = loaded.documents.get(stage.value)
        if problem is not None:
            return Seen(ArtifactState(stage, problem.path, None, problem=problem), _UNREADABLE)
        if document is None:
            place = Place.artifact(self._workspace.project, session, stage)
            return Seen(ArtifactState(stage, self._workspace.store.locate(place), None), _NOTHING)
        return self._see_document(stage, document)

    def notes(self, stage: Stage, loaded: SessionDocuments) -> Notes:
        """The notes on an artifact that can be read, without running a rule; none while it is a template."""
        document = loaded.documents[stage.value]
        known = self._results.get(self._key_of(stage, document))
        if known is not None:
            return known.notes if known.written else Notes()
        from idse_core.validation.artifact_facts import ArtifactFacts  # noqa: PLC0415  # as for a result
        from idse_core.validation.notes import take_notes  # noqa: PLC0415

        try:
            text = files.decode(document.data, path=document.path)
        except UnreadableError:
            return Notes()
        untouched = self._templates.is_untouched(stage, text)
        return Notes() if untouched else take_notes(ArtifactFacts(stage, text, self._templates))

    def _key_of(self, stage: Stage, document: Document) -> str:
        return hashlib.sha256(f"{self.key}:{stage}:{document.digest}".encode()).hexdigest()

    def _see_document(self, stage: Stage, document: Document) -> Seen:
        state = ArtifactState(stage, document.path, document.digest, empty=not document.data.strip())
        if state.empty:
            return Seen(state, _NOTHING)
        key = self._key_of(stage, document)
        result = self._results.get(key)
        if result is None or not result.hits.keys() <= self._known:
            try:
                text = files.decode(document.data, path=document.path)
            except UnreadableError as error:
                problem = Problem(error.reason, error.message, document.path, error.line, error.column)
                return Seen(state._replace(problem=problem), _UNREADABLE)
            result, complete = self._result(stage, text)
            if complete:
                self._results.put(key, result)
        return Seen(state, result)

    def _result(self, stage: Stage, text: str) -> Tuple[ArtifactResult, bool]:
        """The result, and whether all rules ran: one that failed may succeed next time, so it is not to be cached."""
        # Imported here: when all results are cached, as in most runs, nothing needs a Markdown reader.
        from idse_core.validation.artifact_facts import ArtifactFacts  # noqa: PLC0415
        from idse_core.validation.notes import take_notes  # noqa: PLC0415
        from idse_core.validation.suppressions import take_suppressions  # noqa: PLC0415

        facts = ArtifactFacts(stage, text, self._templates)
        notes = take_notes(facts)  # first: it reads the Markdown, which must not count against a rule's time budget
        found = {item.rule.id: self._runner.hits(item, facts, stage) for item in self._rules[stage]}
        result = ArtifactResult(
            written=not self._templates.is_untouched(stage, text),
            hits={rule: hits for rule, hits in found.items() if hits},
            notes=notes,
            suppressions=take_suppressions(facts),
        )
        return result, None not in found.values()


def result_key(key: str, templates: PipelineArtifacts) -> str:
    """The cache key for the rules, the tool and the templates.

    Args:
        key: identifies the rules and the tool.
        templates: the templates of the workspace.
    """
    return f"{key}:{templates.fingerprint}"
