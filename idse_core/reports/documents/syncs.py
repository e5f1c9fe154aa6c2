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
    """One document. document: a stage's name, metadata or state. path: of the live document, or of a conflict's folder.

    bytes: of its content, where it travels and that is known. detail: why, where it was not simply done.
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
    """idse sync push, pull and status. sessions: how many were looked at. sent, received: bytes of documents.

    failure: why not all was tried, or null. settings: with status only.
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
    """One conflict that waits for a decision; folder holds its versions."""

    session_id: str
    document: str
    folder: str
    path: str


@dataclass(frozen=True)
class ConflictListDocument:
    """idse sync resolve without a document."""

    project: str
    conflicts: List[ConflictItem]
    schema: Literal["idse.conflict-list/1"] = "idse.conflict-list/1"


@dataclass(frozen=True)
class ResolveDocument:
    """idse sync resolve: which version became the document."""

    project: str
    session_id: str
    document: str
    choice: Literal["ours", "theirs", "merged", "file"]
    path: str
    schema: Literal["idse.resolve/1"] = "idse.resolve/1"


@dataclass(frozen=True)
class RemoteDocument:
    """idse sync remote: what the project is bound to, null before its first sync, and what is configured."""

    project: str
    endpoint: Optional[str]
    project_id: Optional[str]
    server_id: Optional[str]
    configured: Optional[str]
    settings: List[SettingItem]
    schema: Literal["idse.remote/1"] = "idse.remote/1"
