"""The status of a session: its states, which agent could do the next step, and that step in words."""

from __future__ import annotations

from shlex import quote
from typing import List, Mapping, NamedTuple, Optional

from idse_core.agent_registry import Agent, AgentRegistry
from idse_core.errors import ConfigError, UnreadableError
from idse_core.events import Listener, Warned
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageState, StageStatus, next_stage
from idse_core.validation.report import Report, SessionReport

__all__ = ["SessionOverview", "next_step", "overviews"]


class SessionOverview(NamedTuple):
    """The status of one session.

    Attributes:
        next: the stage to work on next, or None when all is done.
        action: the next step in words.
    """

    project: str
    metadata: SessionMetadata
    report: SessionReport
    current: bool
    agents: Mapping[Stage, Optional[Agent]]
    last_sync: Optional[str]
    next: Optional[StageStatus]
    action: str


def overviews(
    workspace: ProjectWorkspace, report: Report, current: str, *, on_event: Listener
) -> List[SessionOverview]:
    """The status of each session in a report."""
    agents = IDEAgentRouting(_registry(workspace, on_event)).suggestions()
    model = workspace.state().model
    return [
        SessionOverview(
            project=workspace.project,
            metadata=workspace.metadata_or_default(session.session, on_event),
            report=session,
            current=session.session == current,
            agents=agents,
            last_sync=model.session(session.session).last_sync,
            next=next_stage(session.stages.values()),
            action=next_step(session, agents),
        )
        for session in report.sessions
    ]


def next_step(report: SessionReport, agents: Mapping[Stage, Optional[Agent]]) -> str:
    """The next step in words: what to do at which stage, and with which agent.

    Args:
        report: the validated session.
        agents: the preferred agent of each stage.
    """
    upcoming = next_stage(report.stages.values())
    if upcoming is None:
        if report.counts.errors:
            return f"settle {count(report.counts.errors, 'error')} (idse validate --session {quote(report.session)})"
        return "nothing is open"
    agent = agents.get(upcoming.stage)
    by = f" with {agent.label}" if agent else ""
    if upcoming.state is StageState.COMPLETED:
        accept = f"idse accept {upcoming.stage} --session {quote(report.session)}"
        return f"{upcoming.stage}: bring it up to date{by}, or run `{accept}`"
    return f"{upcoming.stage}: {_work(upcoming)}{by}"


def _work(status: StageStatus) -> str:
    if status.state is StageState.PENDING:
        return "fill in its template" if status.digest else "write it"
    others = status.errors - status.open_markers
    parts = [f"fill in {count(status.open_markers, 'open marker')}"] if status.open_markers else []
    parts += [f"settle {count(others, 'other error' if parts else 'error')}"] if others > 0 else []
    return " and ".join(parts)


def _registry(workspace: ProjectWorkspace, on_event: Listener) -> AgentRegistry:
    try:
        return workspace.registry()
    except (ConfigError, UnreadableError) as error:
        on_event(Warned(f"{error}; no agent is suggested", error.hint))
        return AgentRegistry()
