"""``idse agents``: the registry, and the files that agent tools read."""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence, Tuple

import click

from idse_core.agent_registry import Agent, AgentMode, AgentRegistry
from idse_core.commands import agent_tools
from idse_core.commands.completion_values import agents as complete_agents
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.errors import NotFoundError
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.quoting import quoted

__all__ = ["agents"]

_MODES = [mode.value for mode in AgentMode]


@click.group()
def agents() -> None:
    """Which agents there are, and what each handles. Also the files that their tools read."""


@agents.command("list")
@common_options
def list_agents(face: Face) -> None:
    """List the agents, the preferred ones first.

    \b
    Example:
      idse agents list
    """
    workspace = face.open()
    _show(face, workspace.project, workspace.registry().agents)


@agents.command("for")
@click.argument("stage", type=click.Choice([stage.value for stage in Stage]))
@common_options
def for_stage(face: Face, stage: str) -> None:
    """Say which agents handle a stage. The preferred one first; exit 10 when none does.

    \b
    Example:
      idse agents for spec
    """
    workspace = face.open()
    registry = workspace.registry()
    found = IDEAgentRouting(registry).candidates(Stage(stage))
    if not found:
        raise NotFoundError(f"no agent handles the stage '{stage}'", hint=_who_could(registry, stage))
    _show(face, workspace.project, found, stage=stage)


@agents.command()
@click.argument("agent_id", metavar="AGENT-ID")
@click.option("--stages", default="", metavar="STAGES", help="The stages it handles; commas between them, or 'all'.")
@click.option("--name", default="", help="What people call it.")
@click.option("--role", default="", help="What it is there for.")
@click.option("--mode", type=click.Choice(_MODES), help="What it may write: artifacts, or code.")
@click.option("--first", is_flag=True, help="Prefer it to all others.")
@common_options
def add(face: Face, agent_id: str, stages: str, name: str, role: str, mode: Optional[str], first: bool) -> None:
    """Add an agent.

    \b
    Example:
      idse agents add cursor --stages spec,plan --mode planning
    """
    new = Agent(agent_id, _stages(stages), name=name, role=role, mode=AgentMode(mode) if mode else None)
    _change(face, lambda registry: registry.added(new, first=first))


@agents.command()
@click.argument("agent_id", metavar="AGENT-ID", shell_complete=complete_agents)
@common_options
def remove(face: Face, agent_id: str) -> None:
    """Remove an agent.

    \b
    Example:
      idse agents remove gpt-codex
    """
    _change(face, lambda registry: registry.without(agent_id))


@agents.command("set")
@click.argument("agent_id", metavar="AGENT-ID", shell_complete=complete_agents)
@click.option("--stages", metavar="STAGES", help="All stages it handles; commas between them, 'all' or 'none'.")
@click.option("--add-stage", multiple=True, type=click.Choice([stage.value for stage in Stage]), help="One more.")
@click.option("--name", help="What people call it; an empty one removes it.")
@click.option("--role", help="What it is there for; an empty one removes it.")
@click.option("--mode", type=click.Choice([*_MODES, "none"]), help="What it may write: artifacts, or code.")
@click.option("--first", is_flag=True, help="Prefer it to all others.")
@common_options
def set_agent(
    face: Face,
    agent_id: str,
    stages: Optional[str],
    add_stage: Tuple[str, ...],
    name: Optional[str],
    role: Optional[str],
    mode: Optional[str],
    first: bool,
) -> None:
    """Change an agent; what is not named stays, unknown fields too.

    \b
    Example:
      idse agents set claude-code --stages intent,context,spec
      idse agents set gpt-codex --add-stage feedback --first
    """

    def change(registry: AgentRegistry) -> AgentRegistry:
        agent = registry.require(agent_id)
        handled = agent.stages if stages is None else _stages(stages)
        agent = agent._replace(stages=_ordered((*handled, *map(Stage, add_stage)), keep=handled))
        agent = agent._replace(name=agent.name if name is None else name, role=agent.role if role is None else role)
        if mode is not None:
            agent = agent._replace(mode=None if mode == "none" else AgentMode(mode))
        return registry.changed(agent, first=first)

    _change(face, change)


agents.add_command(agent_tools.install)
agents.add_command(agent_tools.uninstall)
agents.add_command(agent_tools.status)


def _change(face: Face, change: Callable[[AgentRegistry], AgentRegistry]) -> None:
    workspace = face.open()
    with workspace.lock():
        registry = workspace.update_registry(change)
    _show(face, workspace.project, registry.agents)


def _stages(text: str) -> Tuple[Stage, ...]:
    words = [word for word in text.split(",") if word.strip()]
    if [word.strip() for word in words] in (["all"], ["none"]):
        return tuple(Stage) if words[0].strip() == "all" else ()
    return _ordered([Stage.parse(word) for word in words])


def _ordered(stages: Sequence[Stage], keep: Sequence[Stage] = ()) -> Tuple[Stage, ...]:
    """The stages without repetition: those to keep as they are ordered, then the others in pipeline order."""
    return (*keep, *(stage for stage in Stage if stage in stages and stage not in keep))


def _who_could(registry: AgentRegistry, stage: str) -> str:
    if not registry.agents:
        return f"idse agents add <agent-id> --stages {stage}"
    return f"give it to one: `idse agents set {registry.agents[0].id} --add-stage {stage}`, or add an agent for it"


def _show(face: Face, project: str, found: Sequence[Agent], stage: Optional[str] = None) -> None:
    if face.json_output:
        from idse_core.reports.documents import AgentListDocument, RegisteredAgentItem  # noqa: PLC0415  # only for --json

        items = [
            RegisteredAgentItem(
                agent.id,
                agent.name,
                agent.role,
                agent.mode.value if agent.mode else None,
                [item.value for item in agent.stages],
            )
            for agent in found
        ]
        face.document(AgentListDocument(project, stage, items))
    else:
        face.print("".join(f"{line}\n" for line in _lines(face, found)))


def _lines(face: Face, found: Sequence[Agent]) -> List[str]:
    if not found:
        return ["No agent yet; `idse agents add <agent-id> --stages spec,plan` adds one"]
    width = max(len(quoted(agent.id)) for agent in found)
    lines: List[str] = []
    for agent in found:
        stages = ", ".join(stage.value for stage in agent.stages) or "no stage"
        notes = [note for note in (agent.name, agent.role, agent.mode.value if agent.mode else "") if note]
        shown = face.style.paint(quoted(agent.id).ljust(width), "bold")
        lines.append(f"  {shown}  {stages}" + (f"  ({quoted(', '.join(notes))})" if notes else ""))
    return lines
