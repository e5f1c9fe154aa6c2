"""`idse validate --watch`: stays, and looks again whenever something changes."""

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
    """Judge, show, wait for a change, and again, until interrupted. Writes nothing that git tracks.

    Raises:
        UsageError, NotFoundError: what is asked for is not there when it begins; waiting would not help.
    """
    looking = _Looking(face, options)
    looking.begin()
    changes = watch_folder(
        looking.workspace.folder,
        stop=threading.Event(),
        environment=os.environ,
        on_polling=lambda reason: face.note(f"looking twice a second: {reason}"),
    )
    next(changes, None)  # all is watched from now on
    looking.catch_up()
    for paths in changes:
        if paths and affected(paths, looking.workspace.project):
            looking.again()


class _Looking:
    """Looks, and shows what is seen. What is broken at a moment is said, and looked at again after the next change."""

    def __init__(self, face: Face, options: ValidateOptions) -> None:
        self.workspace = face.open()
        self._face = face
        self._options = options
        self._seen: Optional[Report] = None

    def begin(self) -> None:
        """The first look."""
        self._look(first=True)

    def catch_up(self) -> None:
        """Look whether something changed before all was watched."""
        try:
            report = self._judged().report
        except IdseError:
            return  # said already, or said after the change that mends it
        if report != self._seen:
            self.again()

    def again(self) -> None:
        """A look after a change."""
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
