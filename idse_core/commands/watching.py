"""`idse validate --watch`: stays, and looks again whenever something changes."""

from __future__ import annotations

import os
import sys
import threading

import click

from idse_core.commands.choosing import choose
from idse_core.commands.face import Face
from idse_core.commands.validating import ValidateOptions, judge, show
from idse_core.errors import IdseError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.watcher import affected
from idse_core.watcher import watch as watch_folder

__all__ = ["watch"]

_CLEAR = "\x1b[2J\x1b[H"


def watch(face: Face, options: ValidateOptions) -> None:
    """Judge, show, wait for a change, and again, until interrupted. Writes nothing that git tracks."""
    workspace = face.open()
    _look(face, workspace, options)
    changes = watch_folder(
        workspace.folder,
        stop=threading.Event(),
        environment=os.environ,
        on_polling=lambda reason: face.note(f"looking twice a second: {reason}"),
    )
    for paths in changes:
        if paths and affected(paths, workspace.project):
            _look(face, workspace, options)


def _look(face: Face, workspace: ProjectWorkspace, options: ValidateOptions) -> None:
    """One look. What is broken at this moment is said, and looked at again after the next change."""
    if sys.stdout.isatty():
        click.echo(_CLEAR, nl=False, color=True)
    try:
        choice = choose(face, workspace, options.session, all_sessions=options.all_sessions)
        show(face, judge(face, workspace, choice, options), options)
    except IdseError as error:
        face.warn(str(error), error.hint)
    sys.stdout.flush()
    face.note("watching; Ctrl-C ends it")
