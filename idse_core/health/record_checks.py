"""Checks of a project's records: pointer, state, registry, confirmations, metadata."""

from __future__ import annotations

import re
from shlex import quote
from typing import Iterator, List

from idse_core.design_store import AGENT_REGISTRY, CURRENT_SESSION, METADATA, SESSION_STATE, TRACE, Place
from idse_core.errors import ConfigError, NotFoundError, StorageError
from idse_core.health.check import Check, Status
from idse_core.health.completing import complete
from idse_core.health.looking import SessionsOf
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.confirmations import read_confirmations
from idse_core.validation_engine import ValidationEngine

__all__ = ["check_records"]

_CONFLICT = re.compile(rb"^(<{7}|={7}|>{7})", re.MULTILINE)


def check_records(workspace: ProjectWorkspace, sessions_of: SessionsOf) -> Iterator[Check]:
    """Checks the project's own records, then the metadata of its sessions."""
    yield _pointer(workspace)
    yield _state(workspace)
    yield _registry(workspace)
    yield _trace(workspace)
    yield from _metadata(workspace, sessions_of)


def _pointer(workspace: ProjectWorkspace) -> Check:
    name, project, path = "current-session", workspace.project, _path(workspace, CURRENT_SESSION)
    try:
        current = workspace.current_session()
    except NotFoundError as error:
        return Check(name, Status.FAIL, error.message, project, path, error.hint, complete(workspace))
    if not current.problem:
        return Check(name, Status.OK, f"CURRENT_SESSION names '{current.id}'", project, path)

    def repair() -> str:
        with workspace.lock():
            return f"{path} names '{workspace.repair_pointer()}'"

    return Check(name, Status.FAIL, current.problem, project, path, f"idse switch {quote(current.id)}", repair)


def _state(workspace: ProjectWorkspace) -> Check:
    name, project, path = "session-state", workspace.project, _path(workspace, SESSION_STATE)
    recorded = workspace.state()

    def rebuild() -> str:
        engine = ValidationEngine(workspace)
        engine.record(engine.validate(workspace.sessions()))
        kept = "; the broken one is in .idse/.local/displaced" if recorded.problem is not None else ""
        return f"{path} is written anew from the artifacts{kept}"

    if recorded.problem is not None:
        what = "has git conflict markers" if _has_conflict(workspace) else f"can't be understood: {recorded.problem}"
        return Check(name, Status.FAIL, f"session_state.json {what}", project, path, "idse state rebuild", rebuild)
    if recorded.digest is None:
        message = "session_state.json is missing"
        return Check(name, Status.WARN, message, project, path, "idse state rebuild", rebuild)
    if recorded.model.read_only:
        message, advice = "a newer version of idse wrote session_state.json", "pip install --upgrade idse-orchestrator"
        return Check(name, Status.WARN, message, project, path, advice)
    return Check(name, Status.OK, "session_state.json can be read", project, path)


def _has_conflict(workspace: ProjectWorkspace) -> bool:
    try:
        document = workspace.store.read(Place(workspace.project, None, SESSION_STATE))
    except StorageError:
        return False
    return document is not None and _CONFLICT.search(document.data) is not None


def _registry(workspace: ProjectWorkspace) -> Check:
    name, project, path = "agent-registry", workspace.project, _path(workspace, AGENT_REGISTRY)
    try:
        if workspace.store.read(Place(project, None, AGENT_REGISTRY)) is None:
            message = "agent_registry.json is missing: no agent is suggested for any stage"
            return Check(name, Status.WARN, message, project, path, f"idse init {project}", complete(workspace))
        agents = workspace.registry().agents
    except (ConfigError, StorageError) as error:
        return Check(name, Status.FAIL, str(error), project, path, error.hint or "correct it by hand")
    return Check(name, Status.OK, f"agent_registry.json has {count(len(agents), 'agent')}", project, path)


def _trace(workspace: ProjectWorkspace) -> Check:
    path = _path(workspace, TRACE)
    problem = read_confirmations(workspace).problem
    if problem is None:
        return Check("trace", Status.OK, "trace.json can be read, or is not there yet", workspace.project, path)
    advice = "correct it by hand: what was confirmed can't be derived again"
    return Check("trace", Status.FAIL, str(problem), workspace.project, path, advice)


def _metadata(workspace: ProjectWorkspace, sessions_of: SessionsOf) -> Iterator[Check]:
    missing: List[str] = []
    broken = 0
    for session in sessions_of(workspace):
        try:
            if not workspace.metadata(session).present:
                missing.append(session)
        except (ConfigError, StorageError) as error:
            broken += 1
            path = workspace.store.locate(Place(workspace.project, session, METADATA))
            advice = error.hint or "correct it by hand"
            yield Check("session-metadata", Status.FAIL, str(error), workspace.project, path, advice)
    if missing:
        yield _without_metadata(workspace, missing)
    elif not broken:
        message = f"{count(len(workspace.sessions()), 'session')} with metadata"
        yield Check("session-metadata", Status.OK, message, workspace.project)


def _without_metadata(workspace: ProjectWorkspace, missing: List[str]) -> Check:
    def write() -> str:
        with workspace.lock():
            for session in missing:
                workspace.write_metadata(workspace.metadata(session)._replace(present=True))
        return f"metadata with defaults is written for {count(len(missing), 'session')}"

    shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")  # enough to see which
    advice = f'idse session set {quote(missing[0])} --title "…"'
    message = f"{count(len(missing), 'session')} without metadata: {shown}"
    return Check("session-metadata", Status.WARN, message, workspace.project, "", advice, write)


def _path(workspace: ProjectWorkspace, name: str) -> str:
    return workspace.store.locate(Place(workspace.project, None, name))
