"""Which sessions a call is about."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from idse_core.commands.face import Face
from idse_core.errors import UsageError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Choice", "choose", "current_session"]


class Choice(NamedTuple):
    """The chosen sessions, and the current one, which need not be among them."""

    sessions: Tuple[str, ...]
    current: str


def choose(face: Face, workspace: ProjectWorkspace, session: Optional[str], *, all_sessions: bool) -> Choice:
    """The named session, all of them, or by default the current one.

    Raises:
        UsageError: both were asked for.
        NotFoundError: the named one does not exist.
    """
    if session and all_sessions:
        raise UsageError("--session and --all exclude each other")
    current = current_session(face, workspace)
    if all_sessions:
        return Choice(workspace.sessions(), current)
    return Choice((workspace.require_session(session) if session else current,), current)


def current_session(face: Face, workspace: ProjectWorkspace) -> str:
    """The current session; says so when another one stands in for a broken pointer."""
    current = workspace.current_session()
    if current.problem:
        face.warn(f"{current.problem}; going on with '{current.id}'", f"idse switch {current.id}")
    return current.id
