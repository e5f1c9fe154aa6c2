"""Opening the sync state: checks the identity of the Agency Core, and brings our knowledge of it up to date."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Optional

from idse_core import files
from idse_core.agency import safety_limits
from idse_core.agency.base_store import BaseStore
from idse_core.agency.feed import read_feed, whole_manifest
from idse_core.agency.names import check_id
from idse_core.agency.protocol import PROTOCOL, ServerInfo
from idse_core.agency.remote import PinnedRemote, pin, pinned_remote
from idse_core.agency.transport import CursorGoneError, Transport
from idse_core.errors import NotFoundError, RemoteError
from idse_core.events import Listener, Warned
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["opened_base"]


def opened_base(
    workspace: ProjectWorkspace,
    transport: Transport,
    endpoint: str,
    *,
    may_create: bool,
    look_only: bool,
    on_event: Listener,
) -> BaseStore:
    """Open the sync state of the project, updated with what the Agency Core has now. The caller closes it.

    If the Agency Core has nothing new, this takes one request.

    Args:
        workspace: the project, which need not exist.
        transport: the connection to ``endpoint``.
        endpoint: is compared with the one that the project is bound to.
        may_create: whether the project may be missing in the workspace.
        look_only: whether to leave a project unbound if it is not bound to an Agency Core yet.
        on_event: called when the Agency Core is another one than before, or has lost revisions.

    Raises:
        NotFoundError: the project is missing here, and is missing at the Agency Core too or may not be created.
        RefusedError: a safety limit forbids the sync: see ``safety_limits``.
    """
    safety_limits.check_not_paused(workspace)
    known = pinned_remote(workspace)
    safety_limits.check_remote(known, endpoint)
    is_here = workspace.project in workspace.store.list_projects()
    remote = known or PinnedRemote(endpoint, check_id(workspace.project, "project"))
    if not remote.server_id and not is_here and not may_create:
        raise NotFoundError(f"there is no project '{workspace.project}' here", hint="idse sync pull --all")
    base = _followed(workspace, transport, remote, on_event) if remote.server_id else None
    if base is not None:
        return base
    return _Opening(workspace, transport, remote, look_only, on_event).first(is_here=is_here)


def _followed(
    workspace: ProjectWorkspace, transport: Transport, remote: PinnedRemote, on_event: Listener
) -> Optional[BaseStore]:
    """The stored sync state, updated from the feed; None if the feed can't be continued."""
    with ExitStack() as unless_followed:
        base = BaseStore(workspace.folder, remote.server_id, remote.project_id, on_event=on_event)
        unless_followed.callback(base.close)
        safety_limits.check_mounted(workspace, was_synced=base.has_base)
        if not base.cursor:
            return None
        try:
            read_feed(transport, base)
        except CursorGoneError:
            return None
        unless_followed.pop_all()
    return base


class _Opening:
    def __init__(
        self,
        workspace: ProjectWorkspace,
        transport: Transport,
        remote: PinnedRemote,
        look_only: bool,  # noqa: FBT001  # inside this module
        on_event: Listener,
    ) -> None:
        self._workspace = workspace
        self._transport = transport
        self._remote = remote
        self._look_only = look_only
        self._announce = on_event

    def first(self, *, is_here: bool) -> BaseStore:
        """Read the whole manifest: at the first sync, and when the feed can't be continued."""
        info = self._transport.info()
        _check(info)
        items, cursor, head = whole_manifest(self._transport, self._remote.project_id)
        if not is_here and not any(item.revision for item in items):
            raise NotFoundError(
                f"project '{self._remote.project_id}' is neither here nor at the Agency Core",
                hint="check its name; `idse init` makes a new one",
            )
        if self._remote.server_id not in {"", info.server_id}:
            self._announce(
                Warned(
                    f"{self._remote.endpoint} holds other data than before (its id was {self._remote.server_id})",
                    "what differs will be a conflict; nothing will be deleted",
                )
            )
        base = self._store(info, is_here=is_here)
        try:
            safety_limits.check_mounted(self._workspace, was_synced=base.has_base)
            if head < base.head:
                message = "the Agency Core has lost revisions that it had confirmed"
                self._announce(Warned(message, "what differs will be a conflict; nothing will be deleted"))
            base.start_again(items, cursor=cursor, head=head)
            base.remember({}, {"body_bytes": str(info.limits.body_bytes)})
            if not self._look_only:
                pin(self._workspace, self._remote._replace(server_id=info.server_id))
        except BaseException:
            base.close()
            raise
        return base

    def _store(self, info: ServerInfo, *, is_here: bool) -> BaseStore:
        folder = self._workspace.folder
        if self._look_only and not is_here:
            return BaseStore(None, info.server_id, self._remote.project_id)
        files.ensure_root(folder)
        return BaseStore(folder, info.server_id, self._remote.project_id, on_event=self._announce)


def _check(info: ServerInfo) -> None:
    if PROTOCOL not in info.protocol:
        spoken = ", ".join(map(str, info.protocol)) or "none"
        raise RemoteError(
            f"the Agency Core does not speak version {PROTOCOL} of the protocol (it speaks {spoken})",
            hint="without it another's edit could be overwritten; ask whoever runs it for a newer one",
        )
