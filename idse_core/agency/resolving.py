"""Applying a person's decision about a conflict. Works without the Agency Core: the next push sends the result."""

from __future__ import annotations

import enum
from contextlib import closing
from typing import List, Optional

from idse_core import files
from idse_core.agency.base_store import Agreed, BaseStore
from idse_core.agency.conflicts import Conflict, list_conflicts, put_away, shown_folder
from idse_core.agency.documents import Content, as_object, canonical, file_bytes, is_json, place_of, read_document
from idse_core.agency.merge import markers_left
from idse_core.agency.remote import pinned_remote
from idse_core.announced_documents import AnnouncedDocuments
from idse_core.errors import NotFoundError, RemoteMovedError, UsageError
from idse_core.events import FileDisplaced, Listener, ignore
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Choice", "open_conflicts", "resolve"]


class Choice(str, enum.Enum):
    """Which version becomes the document: one of the stored ones, or with ``FILE`` given bytes."""

    OURS = "ours"
    THEIRS = "theirs"
    MERGED = "merged"
    FILE = "file"

    def __str__(self) -> str:
        return str(self.value)


def open_conflicts(workspace: ProjectWorkspace) -> List[Conflict]:
    """The conflicts that still need a decision, sorted by session and name.

    Raises:
        StorageError: they can't be read.
    """
    found = list_conflicts(workspace)
    remote = pinned_remote(workspace) if found else None
    if remote is None or not remote.server_id:
        return found
    with closing(BaseStore(workspace.folder, remote.server_id, remote.project_id)) as base:
        return [conflict for conflict in found if _is_open(conflict, base)]


def resolve(
    workspace: ProjectWorkspace,
    conflict: Conflict,
    choice: Choice,
    data: Optional[bytes] = None,
    *,
    on_event: Listener = ignore,
) -> str:
    """Settle a conflict. The replaced version is kept beside the other versions.

    Args:
        workspace: the project of the conflict.
        conflict: one of ``open_conflicts``.
        choice: the version to take.
        data: the document's new content, for `Choice.FILE`.
        on_event: called for every file written or moved.

    Returns:
        The document's path.

    Raises:
        UsageError: the merged version still has conflict markers, or there is no such version.
        RemoteMovedError: the Agency Core has a newer revision.
        ConflictError: somebody saved the document at the same moment.
        NotFoundError: the project was never synced.
    """
    remote = pinned_remote(workspace)
    if remote is None or not remote.server_id:
        raise NotFoundError("this project was never synced", hint="idse sync pull")
    new = _chosen(workspace, conflict, choice, data)
    with closing(BaseStore(workspace.folder, remote.server_id, remote.project_id)) as base:
        if not _is_open(conflict, base):
            hint = "idse sync pull"
            raise RemoteMovedError(f"the Agency Core has another {conflict.name} by now", hint=hint)
        with workspace.lock():
            if choice is not Choice.OURS:
                _replace(workspace, conflict, new, on_event)
            theirs = _version(workspace, conflict, "theirs")
            agreed = None if theirs is None else canonical(conflict.key, theirs, path=str(conflict.path("theirs")))
            base.record([Agreed(conflict.session, conflict.key, conflict.remote, agreed)])
            kept = put_away(workspace, conflict)
    if kept is not None:
        on_event(FileDisplaced(str(conflict.folder), str(kept)))
    return workspace.store.locate(place_of(workspace.project, conflict.session, conflict.key))


def _is_open(conflict: Conflict, base: BaseStore) -> bool:
    agreed, ahead = base.document(conflict.session, conflict.key)
    return agreed == conflict.base and ahead is not None and ahead.revision == conflict.remote


def _chosen(workspace: ProjectWorkspace, conflict: Conflict, choice: Choice, data: Optional[bytes]) -> Optional[bytes]:
    """The bytes of the new file; None to delete it, or for `Choice.OURS`."""
    if choice is Choice.OURS:
        return None
    if choice is Choice.THEIRS:
        return _version(workspace, conflict, "theirs")
    new = data if choice is Choice.FILE else _version(workspace, conflict, "merged")
    if new is None:
        raise UsageError("there is no merged version of this conflict", hint="choose --ours, --theirs or --file")
    where = f"{shown_folder(workspace, conflict)}/{conflict.path('merged').name}" if data is None else "the file"
    if is_json(conflict.key):
        as_object(new, path=where)
        return new
    line = markers_left(new.decode("utf-8", "replace"))
    if line is not None:
        raise UsageError(
            f"{where} still holds conflict markers, first in line {line}",
            hint="edit it until they are gone, then repeat",
        )
    return new


def _replace(workspace: ProjectWorkspace, conflict: Conflict, new: Optional[bytes], on_event: Listener) -> None:
    """Write the document; its previous content is kept with the conflict, unless that has the same content already."""
    place = place_of(workspace.project, conflict.session, conflict.key)
    before = workspace.store.read(place)
    if before is not None:
        _keep(workspace, conflict, before.data)
    expected = None if before is None else before.digest
    if new is None:
        workspace.store.displace(place, expected=expected)
        return
    present: Optional[Content] = None if before is None else read_document(workspace, conflict.session, conflict.key)
    travelling = canonical(conflict.key, new, path=str(conflict.folder))
    if present is not None and present.data == travelling:
        return
    like = None if before is None else before.data
    written = file_bytes(conflict.key, travelling, like=like, path=str(conflict.folder))
    AnnouncedDocuments(workspace.store, on_event).write(place, written, expected=expected)


def _keep(workspace: ProjectWorkspace, conflict: Conflict, data: bytes) -> None:
    digest = files.digest(data)
    ours = _version(workspace, conflict, "ours")
    if ours is not None and files.digest(ours) == digest:
        return
    path = conflict.path(f"ours-{digest.split(':')[1][:8]}")
    if files.read_bytes(path, root=workspace.folder) is None:
        displaced = workspace.local / "displaced"
        files.write_bytes(path, data, expected=None, root=workspace.folder, displaced=displaced)


def _version(workspace: ProjectWorkspace, conflict: Conflict, version: str) -> Optional[bytes]:
    return files.read_bytes(conflict.path(version), root=workspace.folder)
