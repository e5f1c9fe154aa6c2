"""Checks for sessions with artifacts in both layouts; only one copy of an artifact that exists twice is read."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote
from typing import Iterator, List, Optional

from idse_core import files
from idse_core.design_store import Place
from idse_core.errors import StorageError
from idse_core.health.check import Check, Remedy, Status
from idse_core.health.looking import SessionsOf
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["check_layouts"]


def check_layouts(workspace: ProjectWorkspace, sessions_of: SessionsOf) -> Iterator[Check]:
    """One check for each artifact that exists twice, and for each session with some artifacts in either layout."""
    if not workspace.store.capabilities.layouts:
        return
    found: List[Check] = []
    for session in sessions_of(workspace):
        found += _of_session(workspace, session)
    yield from found
    if not found:
        yield Check("layouts", Status.OK, "every session has its artifacts in one layout", workspace.project)


def _of_session(workspace: ProjectWorkspace, session: str) -> Iterator[Check]:
    folder = workspace.folder / "projects" / workspace.project / "sessions" / session
    moved = [stage for stage in Stage if Layout.FLAT.path(stage) != Layout.NESTED.path(stage)]
    twice = [stage for stage in moved if all(os.path.lexists(folder / layout.path(stage)) for layout in Layout)]
    for stage in twice:
        yield _twice(workspace, session, stage, folder)
    used = {layout for layout in Layout for stage in moved if os.path.lexists(folder / layout.path(stage))}
    if len(used) > 1 and not twice:
        message = f"session '{session}' has some artifacts in either layout"
        advice = f"idse migrate layout --to flat --session {quote(session)}"
        yield Check("layouts", Status.WARN, message, workspace.project, "", advice)


def _twice(workspace: ProjectWorkspace, session: str, stage: Stage, folder: Path) -> Check:
    place = Place.artifact(workspace.project, session, stage)
    read = workspace.store.locate(place)
    other = next(
        path
        for path in (folder / layout.path(stage) for layout in Layout)
        if path.relative_to(workspace.folder.parent).as_posix() != read
    )
    shown = other.relative_to(workspace.folder.parent).as_posix()
    same = _said(workspace, folder / Layout.FLAT.path(stage)) == _said(workspace, folder / Layout.NESTED.path(stage))
    if same is False:
        message = f"{stage} of '{session}' exists twice, with different content: {shown} is not read"
        return Check("layouts", Status.FAIL, message, workspace.project, read, f"bring both together in {read}")
    message = f"{stage} of '{session}' is there twice: {shown} is a copy that is not read"
    return Check(
        "layouts", Status.WARN, message, workspace.project, read, f"remove {shown}", _put_aside(workspace, other, read)
    )


def _said(workspace: ProjectWorkspace, path: Path) -> Optional[bytes]:
    try:
        return files.read_bytes(path, root=workspace.folder)
    except StorageError:
        return None


def _put_aside(workspace: ProjectWorkspace, copy: Path, read: str) -> Remedy:
    def displace() -> str:
        data = files.read_bytes(workspace.folder.parent / read, root=workspace.folder) or b""
        displaced = workspace.local / "displaced" / workspace.project
        with workspace.lock():
            kept = files.displace(copy, expected=files.digest(data), root=workspace.folder, displaced=displaced)
            files.remove_hollow(copy.parent, root=workspace.folder)
        where = "" if kept is None else f", kept in {kept.relative_to(workspace.folder.parent).as_posix()}"
        return f"{copy.relative_to(workspace.folder.parent).as_posix()} is out of the way{where}"

    return displace
