"""From the core's values to what status and lists show; the same for text and JSON."""

from __future__ import annotations

from typing import List, Mapping, Optional

from idse_core.agent_registry import Agent, AgentRegistry
from idse_core.errors import ConfigError
from idse_core.events import Listener, Warned
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.status_text import SessionOverview
from idse_core.reports.styling import count
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageState, StageStatus, next_stage
from idse_core.validation.report import Report, SessionReport

__all__ = ["overviews"]


def overviews(
    workspace: ProjectWorkspace, report: Report, current: str, *, on_event: Listener
) -> List[SessionOverview]:
    """What a status says about each session of a report."""
    agents = IDEAgentRouting(_registry(workspace, on_event)).suggestions()
    model = workspace.state().model
    found: List[SessionOverview] = []
    for session in report.sessions:
        upcoming = next_stage(session.stages.values())
        found.append(
            SessionOverview(
                project=workspace.project,
                metadata=_metadata(workspace, session.session, on_event),
                report=session,
                current=session.session == current,
                agents=agents,
                last_sync=model.session(session.session).last_sync,
                next=upcoming,
                action=_action(session, upcoming, agents),
            )
        )
    return found


def _registry(workspace: ProjectWorkspace, on_event: Listener) -> AgentRegistry:
    try:
        return workspace.registry()
    except ConfigError as error:
        on_event(Warned(f"{error}; no agent is suggested", error.hint))
        return AgentRegistry()


def _metadata(workspace: ProjectWorkspace, session: str, on_event: Listener) -> SessionMetadata:
    try:
        return workspace.metadata(session)
    except ConfigError as error:
        on_event(Warned(str(error), error.hint))
        return SessionMetadata.default(session)


def _action(report: SessionReport, upcoming: Optional[StageStatus], agents: Mapping[Stage, Optional[Agent]]) -> str:
    if upcoming is None:
        if report.counts.errors:
            return f"settle {count(report.counts.errors, 'error')} (idse validate --session {report.session})"
        return "nothing is open"
    agent = agents.get(upcoming.stage)
    by = f" with {agent.label}" if agent else ""
    return f"{upcoming.stage}: {_work(upcoming)}{by}"


def _work(status: StageStatus) -> str:
    if status.state is StageState.COMPLETED:
        return f"bring it up to date, or run `idse accept {status.stage}`"
    if status.state is StageState.PENDING:
        return "fill in its template" if status.digest else "write it"
    others = status.errors - status.open_markers
    parts = [f"fill in {count(status.open_markers, 'open marker')}"] if status.open_markers else []
    parts += [f"settle {count(others, 'other error' if parts else 'error')}"] if others > 0 else []
    return " and ".join(parts)
