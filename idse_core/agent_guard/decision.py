"""The decision itself: a pure function, with reasons that an agent can act on.

| mode | artifacts | code |
|---|---|---|
| planning | intent to tasks, and feedback | never |
| implementation | implementation and feedback | once every stage up to tasks is completed |
| none | all | always |

An agent may also write the artifacts of the stages that the registry assigns to it. In every mode, an artifact may be
written only when all earlier stages are completed. Only `idse` writes records.
"""

from __future__ import annotations

from shlex import quote
from typing import FrozenSet, List, Mapping, NamedTuple, Optional, Tuple

from idse_core.agent_guard.targets import Target, TargetKind
from idse_core.agent_registry import Agent, AgentMode
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.stage_state_model import StageState, StageStatus

__all__ = ["Decision", "decide"]

_OF_MODE: Mapping[AgentMode, FrozenSet[Stage]] = {
    AgentMode.PLANNING: frozenset(Stage) - {Stage.IMPLEMENTATION},
    AgentMode.IMPLEMENTATION: frozenset([Stage.IMPLEMENTATION, Stage.FEEDBACK]),
}

_COMMANDS = (
    ("session_state.json", "`idse validate` writes it"),
    ("trace.json", "`idse trace accept` changes it"),
    ("CURRENT_SESSION", "`idse switch <session-id>` changes it"),
    ("CURRENT_PROJECT", "`idse project switch <project>` changes it"),
    ("session.json", "`idse session set` changes it"),
    (".profile.yaml", "`idse compile agent-spec` writes it"),
    (".profile.json", "`idse compile agent-spec` writes it"),
)


class Decision(NamedTuple):
    """Whether a write is allowed.

    Attributes:
        reason: why, as one sentence without a full stop.
        advice: what to do instead; empty when the write is allowed.
    """

    allowed: bool
    reason: str
    advice: str = ""


def decide(
    agent: Agent, target: Target, session: str, statuses: Mapping[Stage, StageStatus], routing: IDEAgentRouting
) -> Decision:
    """Decide whether an agent may write a file now.

    Args:
        agent: the agent that wants to write.
        target: the file.
        session: the session that the agent works on; for an artifact, the artifact's own session.
        statuses: the status of all stages of that session; used only for artifacts and for code.
        routing: used to name the agent that could do it instead.
    """
    if target.kind is TargetKind.OUTSIDE:
        return _granted("it is outside of the workspace's folder")
    if target.kind is TargetKind.RECORD:
        return _refused(f"{target.path} is a record that agents do not write", _command_for(target))
    if target.kind is TargetKind.CODE:
        return _on_code(agent, session, statuses, routing)
    return _on_artifact(agent, target, session, statuses, routing)


def _on_code(agent: Agent, session: str, statuses: Mapping[Stage, StageStatus], routing: IDEAgentRouting) -> Decision:
    if agent.mode is AgentMode.PLANNING:
        who = _who(routing, Stage.IMPLEMENTATION)
        reason = f"{agent.id} is a planning agent: it writes artifacts below .idse/, and no other file of the project"
        return _refused(reason, f"describe the change as a task in tasks.md; {who} implements it")
    if agent.mode is AgentMode.IMPLEMENTATION:
        waiting = _incomplete(statuses, Stage.IMPLEMENTATION.earlier)
        if waiting:
            return _refused(f"code waits for {_listed(waiting)}", _finish(waiting[0], session, routing))
        return _granted(f"every stage up to tasks is completed in session '{session}'")
    return _granted(f"{agent.id} has no mode, so code is not guarded")


def _on_artifact(
    agent: Agent, target: Target, session: str, statuses: Mapping[Stage, StageStatus], routing: IDEAgentRouting
) -> Decision:
    stage = target.stage
    if stage is None:
        if agent.mode is AgentMode.IMPLEMENTATION:
            reason = f"{agent.id} is an implementation agent, and this file belongs to no stage of it"
            return _refused(reason, "put it into the session's implementation folder, or outside of .idse")
        return _granted("it is a file beside the artifacts")
    if agent.mode is not None and stage not in _OF_MODE[agent.mode] and stage not in agent.stages:
        return _refused(
            f"{agent.id} is {_kind(agent.mode)} agent: the {stage} is not a file that it may write",
            _instead(stage, routing),
        )
    waiting = _incomplete(statuses, stage.earlier)
    if waiting:
        return _refused(f"the {stage} waits for {_listed(waiting)}", _finish(waiting[0], session, routing))
    return _granted(f"every stage before {stage} is completed" if stage.earlier else f"{stage} is the first stage")


def _incomplete(statuses: Mapping[Stage, StageStatus], stages: Tuple[Stage, ...]) -> List[StageStatus]:
    return [statuses[stage] for stage in stages if statuses[stage].state is not StageState.COMPLETED]


def _listed(waiting: List[StageStatus]) -> str:
    return ", ".join(f"{status.stage} ({_condition(status)})" for status in waiting)


def _condition(status: StageStatus) -> str:
    if status.state is StageState.PENDING:
        return "not written yet"
    parts = [count(status.open_markers, "open marker")] if status.open_markers else []
    others = status.errors - status.open_markers
    parts += [count(others, "other error" if parts else "error")] if others > 0 else []
    return " and ".join(parts) or "in progress"


def _finish(first: StageStatus, session: str, routing: IDEAgentRouting) -> str:
    who = _who(routing, first.stage)
    return f"complete the {first.stage} first ({who} handles it): `idse next --session {quote(session)}` says what is missing"


def _instead(stage: Stage, routing: IDEAgentRouting) -> str:
    return f"leave it to {_who(routing, stage)}, and write what you found out into your own artifact"


def _who(routing: IDEAgentRouting, stage: Stage) -> str:
    agent = routing.suggest(stage)
    return "a person" if agent is None else agent.id


def _kind(mode: AgentMode) -> str:
    return "a planning" if mode is AgentMode.PLANNING else "an implementation"


def _command_for(target: Target) -> str:
    found: Optional[str] = next((advice for ending, advice in _COMMANDS if target.path.endswith(ending)), None)
    return found or "ask a person to change it"


def _granted(reason: str) -> Decision:
    return Decision(allowed=True, reason=reason)


def _refused(reason: str, advice: str) -> Decision:
    return Decision(allowed=False, reason=reason, advice=advice)
