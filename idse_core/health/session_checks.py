"""Checks of sessions: that their artifacts exist and can be read, and that their ids do not collide."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List

from idse_core.design_store import PassedOver
from idse_core.health.check import Check, Status
from idse_core.health.completing import complete
from idse_core.health.looking import SessionsOf
from idse_core.identifiers import fold
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["check_sessions", "colliding", "unread"]


def check_sessions(workspace: ProjectWorkspace, sessions_of: SessionsOf) -> Iterator[Check]:
    """Checks for missing and unreadable artifacts, colliding ids, and folders that are not read as sessions."""
    sessions, project = workspace.sessions(), workspace.project
    sound = True
    for session in sessions_of(workspace):
        loaded = workspace.store.load_session(project, session)
        missing = [stage.value for stage in Stage if stage.value not in {*loaded.documents, *loaded.problems}]
        if missing:
            sound = False
            message = f"session '{session}' lacks {', '.join(missing)}"
            remedy = complete(workspace)
            yield Check("session-artifacts", Status.FAIL, message, project, "", f"idse init {project}", remedy)
        for stage in Stage:
            problem = loaded.problems.get(stage.value)
            if problem is not None:
                sound = False
                advice = "the file is left alone; put a readable one in its place"
                yield Check("session-artifacts", Status.FAIL, problem.message, project, problem.path, advice)
    if sound:
        message = f"{count(len(sessions), 'session')} with all seven artifacts"
        yield Check("session-artifacts", Status.OK, message, project)
    yield from colliding("session-ids", sessions, project)
    yield from unread(workspace.passed_over(), "session", project)


def unread(items: Iterable[PassedOver], what: str, project: str = "") -> Iterator[Check]:
    """One check for each folder or link in place of a project or session that is not read as one."""
    sound = True
    for item in items:
        sound = False
        message = f"{what} '{item.shown}' is not read: {item.problem}"
        yield Check(f"{what}-folders", Status.FAIL, message, project, "", item.advice)
    if sound:
        yield Check(f"{what}-folders", Status.OK, f"every folder of a {what} is read", project)


def colliding(name: str, identifiers: Iterable[str], project: str = "") -> Iterator[Check]:
    """Checks for ids that some file systems can't tell apart: a copy of the workspace there would lose one of them."""
    groups: Dict[str, List[str]] = {}
    for identifier in identifiers:
        groups.setdefault(fold(identifier), []).append(identifier)
    found = [group for group in groups.values() if len(group) > 1]
    for group in found:
        message = f"{' and '.join(group)} differ only in case or form: macOS and Windows treat them as the same"
        yield Check(name, Status.FAIL, message, project, "", "rename one of the folders")
    if not found:
        yield Check(name, Status.OK, "no two ids differ only in case or form", project)
