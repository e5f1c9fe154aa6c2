"""`idse validate --stdin-filename`: what an editor holds, judged before it is saved."""

from __future__ import annotations

import sys
from pathlib import Path

from idse_core.commands.choosing import Choice
from idse_core.commands.face import Face
from idse_core.commands.validating import Judgement, ValidateOptions, judge, show
from idse_core.design_store import Place
from idse_core.errors import UsageError
from idse_core.files import MAX_BYTES
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.overlay import DesignStoreOverlay

__all__ = ["run_on_stdin"]


def run_on_stdin(face: Face, options: ValidateOptions, filename: str) -> int:
    """Judge the artifact that ``filename`` names with the text on stdin; records nothing.

    Raises:
        UsageError: the name is no artifact of the project, or the text is too large.
    """
    workspace = face.open()
    place = _place(workspace, face.config.start / filename)
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"the text on stdin is larger than {MAX_BYTES >> 20} MiB")
    store = DesignStoreOverlay(workspace.store, place, data)
    view = ProjectWorkspace(workspace.folder, workspace.project, store=store, on_event=face.announce)
    session = place.session or ""
    judgement = judge(face, view, Choice((session,), session), options)
    path = store.locate(place)
    report = judgement.report.narrowed(lambda item: item.path == path)
    return show(face, Judgement(view, judgement.engine, report, judgement.selection), options)


def _place(workspace: ProjectWorkspace, path: Path) -> Place:
    """The artifact that a path means."""
    parent = workspace.folder.parent.resolve()
    wanted = path.resolve()
    for session in workspace.sessions():
        if f"/sessions/{session}/" not in wanted.as_posix():
            continue
        for stage in Stage:
            place = Place.artifact(workspace.project, session, stage)
            if parent / workspace.store.locate(place) == wanted:
                return place
    raise UsageError(f"{path} is no artifact of project '{workspace.project}'", hint="idse session show lists them")
