"""Reporting the progress of checks over sessions, of which there may be thousands."""

from __future__ import annotations

from typing import Callable, Iterator

from idse_core.events import Listener, SessionExamined
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Looks", "SessionsOf"]

SessionsOf = Callable[[ProjectWorkspace], Iterator[str]]
"""Yields a project's session ids one by one, in the order of ``ProjectWorkspace.sessions``."""


class Looks:
    """Yields sessions to checks, and announces each session that a check has finished with.

    Args:
        total: the expected number of sessions yielded, over all checks and projects.
        on_event: called for each finished session.
    """

    def __init__(self, total: int, on_event: Listener) -> None:
        self._done = 0
        self._total = total
        self._announce = on_event

    def __call__(self, workspace: ProjectWorkspace) -> Iterator[str]:
        """Yield a project's sessions to one check."""
        for session in workspace.sessions():
            yield session
            self._done += 1
            self._announce(SessionExamined(session, self._done, max(self._done, self._total)))
