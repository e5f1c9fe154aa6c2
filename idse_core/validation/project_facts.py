"""Reading the facts about a project as a whole. A broken record file is a fact here, not an error."""

from __future__ import annotations

from shlex import quote
from typing import Callable, Dict, List, Mapping, Optional

from idse_core.design_store import AGENT_REGISTRY, CURRENT_SESSION, METADATA, SESSION_STATE, TRACE, PassedOver, Place
from idse_core.errors import ConfigError, IdseError, StorageError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_metadata import SessionMetadata
from idse_core.validation.confirmations import read_confirmations
from idse_core.validation.facts import ProjectFacts, RecordFacts

__all__ = ["project_facts"]


def project_facts(workspace: ProjectWorkspace) -> ProjectFacts:
    """What a project's record files say, and what is wrong with those that can't be understood."""
    sessions: List[SessionMetadata] = []
    metadata: Dict[str, RecordFacts] = {}
    for session in workspace.sessions():
        parsed = SessionMetadata.default(session)
        problem: Optional[IdseError] = None
        try:
            parsed = workspace.metadata(session)
        except (ConfigError, StorageError) as error:
            problem = error
        place = Place(workspace.project, session, METADATA)
        present = parsed.present or problem is not None
        metadata[session] = RecordFacts(METADATA, workspace.store.locate(place), present, problem)
        sessions.append(parsed)
    records = {
        CURRENT_SESSION: _record(workspace, CURRENT_SESSION, lambda: _pointer_problem(workspace)),
        SESSION_STATE: _record(workspace, SESSION_STATE, lambda: workspace.state().problem),
        TRACE: _record(workspace, TRACE, lambda: read_confirmations(workspace).problem),
        AGENT_REGISTRY: _record(workspace, AGENT_REGISTRY, lambda: _registry_problem(workspace)),
    }
    return ProjectFacts(
        workspace.project, tuple(sessions), metadata, records, passed_over=_passed_over(workspace, records)
    )


def _passed_over(workspace: ProjectWorkspace, records: Mapping[str, RecordFacts]) -> Dict[str, PassedOver]:
    folder = records[CURRENT_SESSION].path.rpartition("/")[0]
    return {f"{folder}/sessions/{item.shown}": item for item in workspace.passed_over()}


def _record(workspace: ProjectWorkspace, name: str, find_problem: Callable[[], Optional[IdseError]]) -> RecordFacts:
    place = Place(workspace.project, None, name)
    path = workspace.store.locate(place)
    try:
        present = workspace.store.read(place) is not None
        return RecordFacts(name, path, present, find_problem() if present else None)
    except StorageError as error:
        return RecordFacts(name, path, present=True, problem=error)


def _pointer_problem(workspace: ProjectWorkspace) -> Optional[IdseError]:
    current = workspace.current_session()
    if not current.problem:
        return None
    path = workspace.store.locate(Place(workspace.project, None, CURRENT_SESSION))
    return ConfigError(
        current.problem.partition(f"{path} ")[2], hint=f"idse switch {quote(current.id)}", line=1, column=1
    )


def _registry_problem(workspace: ProjectWorkspace) -> Optional[IdseError]:
    try:
        workspace.registry()
    except ConfigError as error:
        return error
    return None
