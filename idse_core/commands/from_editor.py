"""`idse validate --stdin-filename`: validates the text in an editor before it is saved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Optional, Tuple

from idse_core.commands.face import Face
from idse_core.commands.judgement import judge, show
from idse_core.commands.session_choice import Choice
from idse_core.commands.validate_options import ValidateOptions
from idse_core.design_store import Place
from idse_core.errors import UsageError
from idse_core.files import MAX_BYTES
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.overlay import DesignStoreOverlay
from idse_core.workspace_folder import config_around

__all__ = ["run_on_stdin"]


def run_on_stdin(face: Face, options: ValidateOptions, filename: str) -> int:
    """Validate the text on stdin as the artifact that ``filename`` names; records nothing.

    A file that is not an artifact has no findings: an editor calls this for every file of a kind.

    Raises:
        NotFoundError: there is no workspace.
        UsageError: the text is too large.
    """
    workspace, place = _find(face, face.config.start / filename)
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"the text on stdin is larger than {MAX_BYTES >> 20} MiB", hint="split it, or move data out of the artifact"
        )
    if place is None:
        face.note(f"{filename} is no artifact; nothing to check")
        judgement = judge(face, workspace, Choice((), ""), options)
        return show(face, judgement._replace(report=judgement.report.narrowed(lambda _: False)), options)
    store = DesignStoreOverlay(workspace.store, place, data)
    view = ProjectWorkspace(workspace.folder, workspace.project, store=store, on_event=face.announce)
    session = place.session or ""
    judgement = judge(face, view, Choice((session,), session), options)
    path = store.locate(place)
    return show(face, judgement._replace(report=judgement.report.narrowed(lambda item: item.path == path)), options)


def _find(face: Face, path: Path) -> Tuple[ProjectWorkspace, Optional[Place]]:
    """The artifact at a path, and its project; None when there is no such artifact."""
    around = config_around(face.config, path) or face.config  # of the file, whichever folder the editor was started in
    workspace = ProjectWorkspace.open(around, on_event=face.announce)
    parent = workspace.folder.parent.resolve()
    wanted = path.resolve()
    for project in workspace.store.list_projects():
        if f"/{project}/sessions/" not in wanted.as_posix():
            continue
        other = workspace.sibling(project, on_event=face.announce)
        for session in other.sessions():
            if f"/sessions/{session}/" not in wanted.as_posix():
                continue
            for stage in Stage:
                place = Place.artifact(project, session, stage)
                if parent / workspace.store.locate(place) == wanted:
                    return other, place
    return workspace, None
