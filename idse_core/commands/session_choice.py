"""Which sessions a call is about."""

from __future__ import annotations

from shlex import quote
from typing import NamedTuple, Optional, Sequence, Tuple

from idse_core.commands.face import Face
from idse_core.design_store import PassedOver
from idse_core.errors import UsageError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Choice", "choose", "current_session", "refuse_both", "warn_of_passed_over"]

_MOST = 10
"""The most warnings of one kind: more would hide what was asked for."""


class Choice(NamedTuple):
    """The chosen sessions, and the current one, which need not be among them."""

    sessions: Tuple[str, ...]
    current: str


def choose(
    face: Face, workspace: ProjectWorkspace, session: Optional[str], *, all_sessions: bool, warn: bool = True
) -> Choice:
    """The named session, all of them, or by default the current one.

    Args:
        face: where warnings go.
        workspace: opened at the project.
        session: the id of the named session, if any.
        all_sessions: whether all sessions are asked for.
        warn: whether to warn of entries that are not read; False where findings report them.

    Raises:
        UsageError: both were asked for.
        NotFoundError: the named one does not exist.
    """
    refuse_both(session, all_sessions=all_sessions)
    current = current_session(face, workspace)
    if all_sessions:
        warn_of_passed_over(face, workspace.passed_over() if warn else (), "session")
        return Choice(workspace.sessions(), current)
    return Choice((workspace.require_session(session) if session else current,), current)


def refuse_both(session: Optional[str], *, all_sessions: bool) -> None:
    """Refuse a call that asks for one session and for all.

    Raises:
        UsageError: it does.
    """
    if session and all_sessions:
        raise UsageError("--session and --all exclude each other", hint="leave one of them out")


def warn_of_passed_over(face: Face, items: Sequence[PassedOver], what: str) -> None:
    """Warn of entries that are not read as a project or session; of many, only of the first."""
    for item in items[:_MOST]:
        face.warn(f"{what} '{item.shown}' is ignored: {item.problem}", item.advice)
    if len(items) > _MOST:
        face.warn(f"{len(items) - _MOST} more are passed over", "`idse doctor` lists them")


def current_session(face: Face, workspace: ProjectWorkspace) -> str:
    """The current session, with a warning when it replaces a broken pointer."""
    current = workspace.current_session()
    if current.problem:
        face.warn(f"{current.problem}; going on with '{current.id}'", f"idse switch {quote(current.id)}")
    return current.id
