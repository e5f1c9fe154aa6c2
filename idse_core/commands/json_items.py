"""Converts the core's values to the items of JSON documents."""

from __future__ import annotations

from typing import List, Optional, Sequence

from idse_core.agent_registry import Agent
from idse_core.design_store import Place
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.documents import (
    AgentItem,
    NextItem,
    SessionDocument,
    SessionItem,
    StageItem,
    StatusDocument,
    StatusItem,
)
from idse_core.reports.findings_json import counts_item
from idse_core.session_metadata import SessionMetadata
from idse_core.session_overview import SessionOverview
from idse_core.stage_state_model import StageStatus

__all__ = ["agent_item", "session_document", "session_item", "status_document"]


def status_document(workspace: ProjectWorkspace, current: str, overviews: Sequence[SessionOverview]) -> StatusDocument:
    """The document of ``idse status --json``."""
    model = workspace.state().model
    items = [
        _status_item(workspace, item, model.session(item.metadata.session_id).validation_status.value)
        for item in overviews
    ]
    return StatusDocument(workspace.project, current, items)


def session_document(workspace: ProjectWorkspace, metadata: SessionMetadata, current: str) -> SessionDocument:
    """One session with the paths of its artifacts."""
    paths = {
        stage.value: workspace.store.locate(Place.artifact(workspace.project, metadata.session_id, stage))
        for stage in Stage
    }
    return SessionDocument(workspace.project, session_item(metadata, current), paths)


def session_item(metadata: SessionMetadata, current: str, depth: int = 0) -> SessionItem:
    """One session's metadata."""
    return SessionItem(
        session_id=metadata.session_id,
        title=metadata.title,
        session_type=metadata.session_type.value,
        status=metadata.status.value,
        parent_session=metadata.parent_session,
        related_sessions=list(metadata.related_sessions),
        depends_on=list(metadata.depends_on),
        owner=metadata.owner,
        collaborators=list(metadata.collaborators),
        tags=list(metadata.tags),
        created_at=metadata.created_at,
        updated_at=metadata.updated_at,
        current=metadata.session_id == current,
        depth=depth,
    )


def _status_item(workspace: ProjectWorkspace, item: SessionOverview, recorded: str) -> StatusItem:
    session = item.metadata.session_id
    return StatusItem(
        session_id=session,
        title=item.metadata.title,
        session_type=item.metadata.session_type.value,
        status=item.metadata.status.value,
        current=item.current,
        stages=[_stage_item(workspace, session, status, item.agents.get(status.stage)) for status in _stages(item)],
        validation_status=item.report.validation_status.value,
        recorded_status=recorded,  # type: ignore[arg-type]  # a ValidationStatus' value
        counts=counts_item(item.report.counts),
        accepted=len(item.report.accepted),
        last_sync=item.last_sync,
        next=_next_item(item),
    )


def _stages(item: SessionOverview) -> List[StageStatus]:
    return list(item.report.stages.values())


def _stage_item(workspace: ProjectWorkspace, session: str, status: StageStatus, agent: Optional[Agent]) -> StageItem:
    return StageItem(
        stage=status.stage.value,
        state=status.state.value,
        open_markers=status.open_markers,
        errors=status.errors,
        stale_from=[stage.value for stage in status.stale_from],
        path=workspace.store.locate(Place.artifact(workspace.project, session, status.stage)),
        digest=status.digest,
        agent=agent_item(agent),
    )


def _next_item(item: SessionOverview) -> NextItem:
    if item.next is None:
        return NextItem(None, item.action, None)
    return NextItem(item.next.stage.value, item.action, agent_item(item.agents.get(item.next.stage)))


def agent_item(agent: Optional[Agent]) -> Optional[AgentItem]:
    """An agent, or null."""
    return None if agent is None else AgentItem(agent.id, agent.name, agent.mode.value if agent.mode else None)
