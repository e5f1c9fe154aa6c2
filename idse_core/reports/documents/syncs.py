"""The documents of ``idse sync``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Literal, Optional

__all__ = [
    "ConflictItem",
    "ConflictListDocument",
    "RemoteDocument",
    "ResolveDocument",
    "SettingItem",
    "SyncDocument",
    "SyncItem",
]

_Action = Literal[
    "nothing",
    "forget-base",
    "record-base",
    "push",
    "push-tombstone",
    "pull",
    "delete-local",
    "restore",
    "merge",
    "conflict-without-base",
    "conflict-deleted-remotely",
]
_Result = Literal["planned", "done", "merged", "conflict", "left", "moved", "skipped", "failed"]


@dataclass(frozen=True)
class SyncItem:
    """One document: a stage, metadata or state. ``path`` is that of the live document, or of a conflict's folder.

    ``bytes`` is the size of its content, if it is transferred and known; ``detail`` says why it was not simply done.
    """

    session_id: str
    document: str
    action: _Action
    result: _Result
    path: str
    detail: str
    bytes: int


@dataclass(frozen=True)
class SettingItem:
    """A setting for the Agency Core: its value, a secret masked, and where it comes from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class SyncDocument:
    """``idse sync push|pull|status --json``. ``sessions`` were looked at; ``sent`` and ``received`` count bytes.

    ``failure`` says why not everything was tried, or is null; ``settings`` come with status only.
    """

    direction: Literal["push", "pull", "status"]
    project: str
    project_id: str
    endpoint: str
    server_id: str
    dry_run: bool
    created: bool
    interrupted: bool
    sessions: int
    sent: int
    received: int
    failure: Optional[str]
    items: List[SyncItem]
    settings: List[SettingItem]
    schema: Literal["idse.sync/1"] = "idse.sync/1"


@dataclass(frozen=True)
class ConflictItem:
    """A conflict that waits for a decision; ``folder`` holds its versions."""

    session_id: str
    document: str
    folder: str
    path: str


@dataclass(frozen=True)
class ConflictListDocument:
    """``idse sync resolve --json`` without a document."""

    project: str
    conflicts: List[ConflictItem]
    schema: Literal["idse.conflict-list/1"] = "idse.conflict-list/1"


@dataclass(frozen=True)
class ResolveDocument:
    """``idse sync resolve --json``: which version became the document."""

    project: str
    session_id: str
    document: str
    choice: Literal["ours", "theirs", "merged", "file"]
    path: str
    schema: Literal["idse.resolve/1"] = "idse.resolve/1"


@dataclass(frozen=True)
class RemoteDocument:
    """``idse sync remote --json``: what the project is bound to, null before its first sync, and what is configured."""

    project: str
    endpoint: Optional[str]
    project_id: Optional[str]
    server_id: Optional[str]
    configured: Optional[str]
    settings: List[SettingItem]
    schema: Literal["idse.remote/1"] = "idse.remote/1"
