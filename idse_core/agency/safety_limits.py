"""Checks that stop a sync before it does harm."""

from __future__ import annotations

from typing import Iterable, Optional

from idse_core.agency.documents import ARTIFACTS
from idse_core.agency.outcome import PlannedAction
from idse_core.agency.planner import Action
from idse_core.agency.remote import PinnedRemote
from idse_core.design_store import CURRENT_SESSION, SESSION_STATE, Place
from idse_core.errors import RefusedError
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["PAUSED", "check_deletions", "check_mounted", "check_not_paused", "check_remote"]

PAUSED = "SYNC_PAUSED"
"""The name of the file below ``.idse/`` that stops every sync."""

_MOST = 20  # artifacts that a sync may delete without explicit permission


def check_not_paused(workspace: ProjectWorkspace) -> None:
    """Refuse to sync while the file ``PAUSED`` exists.

    Raises:
        RefusedError: the file exists.
    """
    if (workspace.folder / PAUSED).exists():
        raise RefusedError("sync is paused in this workspace", hint=f"remove {workspace.folder.name}/{PAUSED} to go on")


def check_mounted(workspace: ProjectWorkspace, *, was_synced: bool) -> None:
    """Refuse when a synced project seems to be on an unmounted disk, which must not count as "everything was deleted".

    Raises:
        RefusedError: the files that every project has are missing.
    """
    if not was_synced:
        return
    if workspace.project in workspace.store.list_projects():
        markers = (Place(workspace.project, None, name) for name in (CURRENT_SESSION, SESSION_STATE))
        if any(workspace.store.read(place) is not None for place in markers):
            return
    raise RefusedError(
        f"project '{workspace.project}' was synced before, but its files are gone",
        hint=(
            f"mount or restore them; or, to get the project anew, remove {workspace.folder.name}/.local/sync and pull"
        ),
    )


def check_remote(pinned: Optional[PinnedRemote], endpoint: str) -> None:
    """Refuse an Agency Core other than the one that the project is bound to.

    Raises:
        RefusedError: the endpoints differ.
    """
    if pinned is not None and pinned.endpoint != endpoint:
        raise RefusedError(
            f"this project is bound to {pinned.endpoint}, but {endpoint} is configured",
            hint="if that is intended: idse sync remote set",
        )


def check_deletions(actions: Iterable[PlannedAction], known: int, allowed: Optional[int]) -> None:
    """Refuse to delete many artifacts without explicit permission.

    Args:
        actions: the planned actions.
        known: how many artifacts the base has in the sessions concerned.
        allowed: how many deletions a person allows; None for at most ``_MOST`` and at most half of ``known``.

    Raises:
        RefusedError: there would be more deletions.
    """
    deletions = [
        action
        for action in actions
        if action.action in {Action.DELETE_LOCAL, Action.PUSH_TOMBSTONE} and action.key in ARTIFACTS
    ]
    number = len(deletions)
    too_many = (number > _MOST or number * 2 > known) if allowed is None else number > allowed
    if not number or not too_many:
        return
    sessions = len({action.session for action in deletions})
    raise RefusedError(
        f"{count(number, 'artifact')} of {count(sessions, 'session')} would be deleted; nothing was done",
        hint=f"look at them with `idse sync status --all`; if that is intended: --allow-deletes {number}",
    )
