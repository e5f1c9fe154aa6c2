"""Judging a path: gathers the facts from the registry and the validation engine for ``decide``."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, NamedTuple, Optional

from idse_core.agent_guard.decision import Decision, decide
from idse_core.agent_guard.targets import Target, TargetKind, classify
from idse_core.agent_registry import Agent, AgentMode
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStatus
from idse_core.validation_engine import ValidationEngine

__all__ = ["Verdict", "judge"]


class Verdict(NamedTuple):
    """A decision and what it applies to.

    Attributes:
        session: the session whose stages were considered; None when no stages were.
    """

    target: Target
    session: Optional[str]
    decision: Decision


def judge(workspace: ProjectWorkspace, agent_id: str, path: Path, *, session: Optional[str] = None) -> Verdict:
    """Decide whether an agent may write a file now. Writes nothing that git tracks.

    Args:
        workspace: the workspace that governs the path.
        agent_id: the agent that wants to write.
        path: an absolute path.
        session: the session that the agent works on; by default the current one. Ignored for an artifact of a session.

    Raises:
        NotFoundError: there is no such agent or session.
        ConfigError: the registry is broken.
    """
    target = classify(workspace.folder, path)
    if target.project not in {None, workspace.project}:
        workspace = workspace.sibling(target.project or "")
    registry = workspace.registry()
    agent = registry.require(agent_id)
    chosen = _session(workspace, target, session)
    if target.session is not None and target.session not in workspace.sessions():
        advice = f"`idse spawn {target.session}` makes it, with all of its artifacts"
        return Verdict(
            target, None, Decision(allowed=False, reason=f"there is no session '{target.session}'", advice=advice)
        )
    statuses = _statuses(workspace, chosen) if _needs_states(agent, target) else {}
    decision = decide(agent, target, chosen, statuses, IDEAgentRouting(registry))
    return Verdict(target, chosen if statuses else None, decision)


def _session(workspace: ProjectWorkspace, target: Target, session: Optional[str]) -> str:
    if target.session is not None:
        return target.session
    return workspace.require_session(session) if session else workspace.current_session().id


def _needs_states(agent: Agent, target: Target) -> bool:
    if target.kind is TargetKind.CODE:
        return agent.mode is AgentMode.IMPLEMENTATION
    return target.kind is TargetKind.ARTIFACT and target.stage is not None


def _statuses(workspace: ProjectWorkspace, session: str) -> Mapping[Stage, StageStatus]:
    return ValidationEngine(workspace).examine([session])[0].stages
