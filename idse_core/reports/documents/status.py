"""The documents of `idse status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Literal, Optional

from idse_core.reports.documents.common import AgentItem, CountsItem, State, Verdict

__all__ = ["NextItem", "StageItem", "StatusDocument", "StatusItem"]


@dataclass(frozen=True)
class StageItem:
    """One stage. ``agent`` is the suggested one; ``path`` is where the artifact is, or would be."""

    stage: str
    state: State
    open_markers: int
    errors: int
    stale_from: List[str]
    path: str
    digest: Optional[str]
    agent: Optional[AgentItem]


@dataclass(frozen=True)
class NextItem:
    """The next step; ``stage`` is null when everything is done."""

    stage: Optional[str]
    action: str
    agent: Optional[AgentItem]


@dataclass(frozen=True)
class StatusItem:
    """One session. ``validation_status`` is derived now; ``recorded_status`` is the one in session_state.json.

    ``counts`` leave out the ``accepted`` findings, which the baseline accepts.
    """

    session_id: str
    title: str
    session_type: str
    status: str
    current: bool
    stages: List[StageItem]
    validation_status: Verdict
    recorded_status: Verdict
    counts: CountsItem
    accepted: int
    last_sync: Optional[str]
    next: NextItem


@dataclass(frozen=True)
class StatusDocument:
    """``idse status --json``."""

    project: str
    current_session: str
    sessions: List[StatusItem]
    schema: Literal["idse.status/1"] = "idse.status/1"
