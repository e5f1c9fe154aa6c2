"""The documents of commands about projects and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Literal, Optional

from idse_core.reports.documents.common import State

__all__ = [
    "AcceptDocument",
    "InitDocument",
    "ProjectListDocument",
    "SessionDocument",
    "SessionItem",
    "SessionListDocument",
    "StateDocument",
    "SwitchDocument",
]


@dataclass(frozen=True)
class InitDocument:
    """``idse init --json``. ``existed`` is true when the project existed, and only what was missing was added."""

    project: str
    workspace: str
    existed: bool
    created: List[str]
    schema: Literal["idse.init/1"] = "idse.init/1"


@dataclass(frozen=True)
class SessionItem:
    """One session's metadata."""

    session_id: str
    title: str
    session_type: Literal["blueprint", "feature", "exploratory"]
    status: Literal["draft", "in_progress", "review", "complete", "archived"]
    parent_session: Optional[str]
    related_sessions: List[str]
    depends_on: List[str]
    owner: str
    collaborators: List[str]
    tags: List[str]
    created_at: str
    updated_at: str
    current: bool
    depth: int = 0


@dataclass(frozen=True)
class SessionListDocument:
    """``idse session list --json``, in the order of the tree; ``depth`` is the depth in the tree."""

    project: str
    current_session: str
    sessions: List[SessionItem]
    schema: Literal["idse.session-list/1"] = "idse.session-list/1"


@dataclass(frozen=True)
class SessionDocument:
    """``idse session show|archive|restore|set --json`` and ``idse spawn --json``."""

    project: str
    session: SessionItem
    artifacts: Dict[str, str]
    schema: Literal["idse.session/1"] = "idse.session/1"


@dataclass(frozen=True)
class SwitchDocument:
    """``idse switch --json``."""

    project: str
    session_id: str
    previous: str
    schema: Literal["idse.switch/1"] = "idse.switch/1"


@dataclass(frozen=True)
class ProjectListDocument:
    """``idse project list|switch --json``."""

    current_project: Optional[str]
    projects: List[str]
    schema: Literal["idse.project-list/1"] = "idse.project-list/1"


@dataclass(frozen=True)
class AcceptDocument:
    """``idse accept --json``: the stage, and the earlier stages whose change is accepted."""

    project: str
    session_id: str
    stage: str
    accepted: List[str]
    schema: Literal["idse.accept/1"] = "idse.accept/1"


@dataclass(frozen=True)
class StateDocument:
    """``idse state rebuild --json``."""

    project: str
    path: str
    sessions: Dict[str, Dict[str, State]]
    schema: Literal["idse.state/1"] = "idse.state/1"
