"""Which session defines an id first, for rules that want it defined once in the whole project."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional, Tuple

from idse_core.design_store import SessionDocuments
from idse_core.errors import IdseError
from idse_core.pipeline_artifacts import Stage, blueprint_first
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.artifact_examination import ArtifactExaminer
from idse_core.validation.definitions import defined_in, homes_under
from idse_core.validation.digests import digest_of
from idse_core.validation.facts import Definition, IdQuestion
from idse_core.validation.result_cache import Results

__all__ = ["DefinedIds"]

_Defined = Dict[str, Definition]
_Firsts = Dict[str, Tuple[str, Definition]]


class DefinedIds:
    """Looks for definitions of ids in the sessions of one project. For one run: it looks at each session once.

    Args:
        workspace: opened at the project.
        artifacts: reads the sessions' artifacts.
        results: the cache.
    """

    def __init__(self, workspace: ProjectWorkspace, artifacts: ArtifactExaminer, results: Results) -> None:
        self._workspace = workspace
        self._artifacts = artifacts
        self._results = results
        self._stamps: Optional[Dict[str, str]] = None
        self._firsts: Dict[IdQuestion, _Firsts] = {}

    def find(self, holder: str, asked: IdQuestion) -> Mapping[str, Definition]:
        """For those of the ids that an earlier session defines, where the first of these does.

        Args:
            holder: the session that asks.
            asked: the ids, and what defines them.
        """
        kind = asked._replace(ids=())
        if kind not in self._firsts:
            self._firsts[kind] = self._all(kind)
        firsts, own = self._firsts[kind], blueprint_first(holder)
        found = {name: firsts[name] for name in asked.ids if name in firsts}
        return {name: place for name, (session, place) in found.items() if blueprint_first(session) < own}

    def stamp(self) -> str:
        """A digest of the stamps of all sessions; empty when they can't be relied on."""
        stamps = self._known_stamps()
        return (
            digest_of([text for item in sorted(stamps.items()) for text in item])
            if stamps and all(stamps.values())
            else ""
        )

    def _all(self, kind: IdQuestion) -> _Firsts:
        name = f"ids {self._workspace.project} {digest_of([repr(kind)])}"
        known = _decoded(self._results.fact(name, self._artifacts.key))
        now: Dict[str, Tuple[str, _Defined]] = {}
        for session, stamp in self._known_stamps().items():
            was = known.get(session)
            now[session] = was if was is not None and stamp and was[0] == stamp else (stamp, self._of(session, kind))
        if now != known:
            self._results.put_fact(name, self._artifacts.key, json.dumps(now, ensure_ascii=True))
        firsts: _Firsts = {}
        for session in sorted(now, key=blueprint_first):
            for found, place in now[session][1].items():
                firsts.setdefault(found, (session, place))
        return firsts

    def _of(self, session: str, kind: IdQuestion) -> _Defined:
        try:
            loaded = self._workspace.store.load_session(self._workspace.project, session)
        except IdseError:
            return {}  # it was removed meanwhile, or is a finding of its own
        notes = {stage: self._artifacts.notes(stage, loaded) for stage in Stage if _names(loaded, stage, kind.prefix)}
        found = defined_in(notes, Stage(kind.stage), kind.prefix, homes_under(kind))
        places = {name: places[0] for name, places in found.items()}
        return {
            name: Definition(loaded.documents[stage.value].path, note.line) for name, (stage, note) in places.items()
        }

    def _known_stamps(self) -> Dict[str, str]:
        if self._stamps is None:
            store, project = self._workspace.store, self._workspace.project
            try:
                self._stamps = {name: store.stamp(project, name) or "" for name in self._workspace.sessions()}
            except IdseError:
                self._stamps = {}
        return self._stamps


def _names(loaded: SessionDocuments, stage: Stage, prefix: str) -> bool:
    document = loaded.documents.get(stage.value)
    return document is not None and f"{prefix}-".encode() in document.data


def _decoded(text: Optional[str]) -> Dict[str, Tuple[str, _Defined]]:
    try:
        known: Any = json.loads(text or "{}")
        return {
            session: (stamp, {name: Definition(*place) for name, place in found.items()})
            for session, (stamp, found) in known.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
