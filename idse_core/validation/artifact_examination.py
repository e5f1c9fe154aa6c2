"""Examining one artifact against the rules for files, and remembering the result by content."""

from __future__ import annotations

import hashlib
from typing import Iterable, NamedTuple, Optional, Protocol

from idse_core import files
from idse_core.constitution_rules import Reach
from idse_core.design_store import Document, Place, Problem, SessionDocuments
from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.facts import ArtifactState
from idse_core.validation.results import ArtifactResult
from idse_core.validation.running import RunnableRule

__all__ = ["ArtifactExaminer", "Seen"]


class Seen(NamedTuple):
    """One artifact after the rules for files ran."""

    state: ArtifactState
    result: ArtifactResult


class Results(Protocol):
    """Where results are remembered."""

    def get(self, key: str) -> Optional[ArtifactResult]:
        """The result kept under ``key``, or None."""
        ...

    def put(self, key: str, result: ArtifactResult) -> None:
        """Keep a result."""
        ...


_NOTHING = ArtifactResult(written=False, hits={})
_UNREADABLE = ArtifactResult(written=True, hits={})


class ArtifactExaminer:
    """Examines artifacts of one project.

    Args:
        workspace: whose artifacts.
        rules: the active rules, of any reach.
        key: identifies rules and tool, for the cache.
        results: where results are remembered.
    """

    def __init__(
        self, workspace: ProjectWorkspace, rules: Iterable[RunnableRule], *, key: str, results: Results
    ) -> None:
        of_files = [item for item in rules if item.rule.reach is Reach.FILE]
        self._workspace = workspace
        self._results = results
        self._rules = {stage: [item for item in of_files if stage in item.rule.stages] for stage in Stage}
        self._templates = workspace.pipeline_artifacts()
        self._key = f"{key}:{self._templates.fingerprint}"

    def see(self, session: str, stage: Stage, loaded: SessionDocuments) -> Seen:
        """What is to be said of a session's artifact, taken by itself."""
        problem = loaded.problems.get(stage.value)
        document = loaded.documents.get(stage.value)
        if problem is not None:
            return Seen(ArtifactState(stage, problem.path, None, problem=problem), _UNREADABLE)
        if document is None:
            place = Place.artifact(self._workspace.project, session, stage)
            return Seen(ArtifactState(stage, self._workspace.store.locate(place), None), _NOTHING)
        return self._see_document(stage, document)

    def _see_document(self, stage: Stage, document: Document) -> Seen:
        state = ArtifactState(stage, document.path, document.digest, empty=not document.data.strip())
        if state.empty:
            return Seen(state, _NOTHING)
        key = hashlib.sha256(f"{self._key}:{stage}:{document.digest}".encode()).hexdigest()
        result = self._results.get(key)
        if result is None:
            try:
                text = files.decode(document.data, path=document.path)
            except UnreadableError as error:
                problem = Problem(error.reason, error.message, document.path, error.line, error.column)
                return Seen(state._replace(problem=problem), _UNREADABLE)
            result = self._result(stage, text)
            self._results.put(key, result)
        return Seen(state, result)

    def _result(self, stage: Stage, text: str) -> ArtifactResult:
        # Imported here: with all results cached, as in most runs, nothing needs a Markdown reader.
        from idse_core.validation.artifact_facts import ArtifactFacts  # noqa: PLC0415
        from idse_core.validation.notes import take_notes  # noqa: PLC0415
        from idse_core.validation.suppressions import take_suppressions  # noqa: PLC0415

        facts = ArtifactFacts(stage, text, self._templates)
        found = {item.rule.id: item.hits(facts) for item in self._rules[stage]}
        return ArtifactResult(
            written=not self._templates.is_untouched(stage, text),
            hits={rule: hits for rule, hits in found.items() if hits},
            notes=take_notes(facts),
            suppressions=take_suppressions(facts),
        )
