"""`idse validate --watch`: validates again whenever something changes."""

from __future__ import annotations

import os
import sys
import threading
from typing import Optional

import click

from idse_core.commands.face import Face
from idse_core.commands.judgement import Judgement, judge, show
from idse_core.commands.session_choice import choose
from idse_core.commands.validate_options import ValidateOptions
from idse_core.errors import IdseError, NotFoundError, UsageError
from idse_core.validation.report import Report
from idse_core.watcher import affected
from idse_core.watcher import watch as watch_folder

__all__ = ["watch"]

_CLEAR = "\x1b[2J\x1b[H"


def watch(face: Face, options: ValidateOptions) -> None:
    """Validate, show, wait for a change, and repeat until interrupted. Writes nothing that git tracks.

    Raises:
        UsageError, NotFoundError: at the start, something that was asked for does not exist; waiting would not help.
    """
    looking = _Looking(face, options)
    looking.begin()
    changes = watch_folder(
        looking.workspace.folder,
        stop=threading.Event(),
        environment=os.environ,
        on_polling=lambda reason: face.note(f"polling twice a second: {reason}"),
    )
    next(changes, None)  # from now on everything is watched
    looking.catch_up()
    for paths in changes:
        if paths and affected(paths, looking.workspace.project):
            looking.again()


class _Looking:
    """Validates, and shows the result. An error is shown instead, and the next change leads to another attempt."""

    def __init__(self, face: Face, options: ValidateOptions) -> None:
        self.workspace = face.open()
        self._face = face
        self._options = options
        self._seen: Optional[Report] = None

    def begin(self) -> None:
        """Validate for the first time."""
        self._look(first=True)

    def catch_up(self) -> None:
        """Validate again if something changed before everything was watched."""
        try:
            report = self._judged().report
        except IdseError:
            return  # reported already, or reported after the change that fixes it
        if report != self._seen:
            self.again()

    def again(self) -> None:
        """Validate after a change."""
        self._look(first=False)

    def _look(self, *, first: bool) -> None:
        try:
            judgement = self._judged()
            self._clear()
            self._seen = judgement.report
            show(self._face, judgement, self._options)
        except IdseError as error:
            if first and isinstance(error, (UsageError, NotFoundError)):
                raise
            self._clear()
            self._face.warn(str(error), error.hint)
        sys.stdout.flush()
        self._face.note("watching; Ctrl-C ends it")

    def _judged(self) -> Judgement:
        options = self._options
        choice = choose(self._face, self.workspace, options.session, all_sessions=options.all_sessions, warn=False)
        return judge(self._face, self.workspace, choice, options)

    @staticmethod
    def _clear() -> None:
        if sys.stdout.isatty():
            click.echo(_CLEAR, nl=False, color=True)
