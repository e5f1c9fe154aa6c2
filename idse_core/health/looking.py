"""Getting on with the looks at sessions, of which there may be thousands."""

from __future__ import annotations

from typing import Callable, Iterator

from idse_core.events import Listener, SessionExamined
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Looks", "SessionsOf"]

SessionsOf = Callable[[ProjectWorkspace], Iterator[str]]
"""Gives a project's sessions one after the other, as ``ProjectWorkspace.sessions`` does."""


class Looks:
    """Gives sessions to checks, and announces each that a check is done with.

    Args:
        total: how many looks there are going to be, over all checks and projects.
        on_event: told of each.
    """

    def __init__(self, total: int, on_event: Listener) -> None:
        self._done = 0
        self._total = total
        self._announce = on_event

    def __call__(self, workspace: ProjectWorkspace) -> Iterator[str]:
        """A project's sessions, for one check."""
        for session in workspace.sessions():
            yield session
            self._done += 1
            self._announce(SessionExamined(session, self._done, max(self._done, self._total)))
