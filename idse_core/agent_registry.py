"""``agent_registry.json``: which agents a team has, and which stages each of them handles."""

from __future__ import annotations

from enum import Enum
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from idse_core import json_text
from idse_core.errors import ConfigError, NotFoundError, UsageError
from idse_core.late_patterns import late
from idse_core.pipeline_artifacts import Stage

__all__ = ["DEFAULT_AGENTS", "Agent", "AgentMode", "AgentRegistry"]

_EXPLAINED = "correct it by hand; `idse rules explain WS004` shows a valid one"
_ID = late(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""The ids that a new agent may have: words that any command line accepts. Ids already in the file may be any text."""


class AgentMode(str, Enum):
    """What an agent may write: artifacts, or code."""

    PLANNING = "planning"
    IMPLEMENTATION = "implementation"

    def __str__(self) -> str:
        return str(self.value)


class Agent(NamedTuple):
    """One entry of the registry. ``raw`` keeps the fields that we don't know."""

    id: str
    stages: Tuple[Stage, ...]
    name: str = ""
    role: str = ""
    mode: Optional[AgentMode] = None
    raw: Mapping[str, object] = {}

    @property
    def label(self) -> str:
        """The name to show to people."""
        return self.name or self.id

    def document(self) -> Dict[str, object]:
        """The entry as a JSON object: what was there before, with our fields up to date."""
        document: Dict[str, object] = dict(self.raw)
        document.update(id=self.id, stages=[stage.value for stage in self.stages])
        optional = {"name": self.name, "role": self.role, "mode": self.mode.value if self.mode else ""}
        document.update({key: value for key, value in optional.items() if value})
        cleared = [key for key, value in optional.items() if not value and document.get(key)]
        return {key: value for key, value in document.items() if key not in cleared}


_PLANNING = tuple(stage for stage in Stage if stage is not Stage.IMPLEMENTATION)

DEFAULT_AGENTS = (
    Agent("claude-code", _PLANNING, role="orchestrator", mode=AgentMode.PLANNING),
    Agent("gpt-codex", (Stage.IMPLEMENTATION,), role="implementer", mode=AgentMode.IMPLEMENTATION),
)
"""The agents of a new project; teams edit them."""


class AgentRegistry:
    """The agents of one project, in order of preference. Immutable."""

    def __init__(self, agents: Sequence[Agent] = (), raw: Optional[Mapping[str, object]] = None) -> None:
        self.agents = tuple(agents)
        self._raw = dict(raw or {})

    @classmethod
    def parse(cls, data: bytes, *, path: str) -> AgentRegistry:
        """Parse the content of the file.

        Raises:
            ConfigError: broken JSON, an unknown stage or mode, a duplicate or missing id; says which and where.
        """
        raw = json_text.parse_object(data, path=path, hint=_EXPLAINED)
        entries = raw.get("agents", [])
        read = _Entries(data, path)
        if not isinstance(entries, list):
            raise read.error("'agents' must be a list", "agents")
        return cls(read.agents(entries), raw)

    def serialize(self) -> bytes:
        """The content of the file; unknown fields are kept."""
        return json_text.dump({**self._raw, "agents": [agent.document() for agent in self.agents]})

    def for_stage(self, stage: Stage) -> Tuple[Agent, ...]:
        """The agents that handle a stage, in order of preference."""
        return tuple(agent for agent in self.agents if stage in agent.stages)

    def get(self, agent_id: str) -> Optional[Agent]:
        """The agent with this id, or None."""
        return next((agent for agent in self.agents if agent.id == agent_id), None)

    def require(self, agent_id: str) -> Agent:
        """The agent with this id.

        Raises:
            NotFoundError: there is none; the hint lists the existing ones.
        """
        found = self.get(agent_id)
        if found is None:
            listed = ", ".join(agent.id for agent in self.agents)
            hint = f"the agents are {listed}" if listed else "`idse agents add` adds one"
            raise NotFoundError(f"there is no agent '{agent_id}' in the registry", hint=hint)
        return found

    def added(self, agent: Agent, *, first: bool = False) -> AgentRegistry:
        """The registry with one more agent, as the last or the first choice.

        Raises:
            UsageError: the id is taken, or is not allowed for a new agent.
        """
        if self.get(agent.id) is not None:
            raise UsageError(f"there is an agent '{agent.id}' already", hint=f"idse agents set {agent.id} --stages …")
        if not _ID.fullmatch(agent.id):
            raise UsageError(f"'{agent.id}' can't be an agent's id", hint="use letters, digits, '-', '_' and '.'")
        agents = (agent, *self.agents) if first else (*self.agents, agent)
        return AgentRegistry(agents, self._raw)

    def without(self, agent_id: str) -> AgentRegistry:
        """The registry without an agent.

        Raises:
            NotFoundError: there is no such agent.
        """
        gone = self.require(agent_id)
        return AgentRegistry([agent for agent in self.agents if agent is not gone], self._raw)

    def changed(self, agent: Agent, *, first: bool = False) -> AgentRegistry:
        """The registry with this agent in place of the one with the same id, in its position or as the first choice.

        Raises:
            NotFoundError: there is no such agent.
        """
        before = self.require(agent.id)
        if first:
            return AgentRegistry([agent, *(other for other in self.agents if other is not before)], self._raw)
        return AgentRegistry([agent if other is before else other for other in self.agents], self._raw)


class _Entries:
    """Turns JSON entries into agents, or says precisely what is wrong with one."""

    def __init__(self, data: bytes, path: str) -> None:
        self._data = data
        self._path = path

    def agents(self, entries: List[object]) -> Tuple[Agent, ...]:
        agents: List[Agent] = []
        for index, entry in enumerate(entries):
            agent = self._agent(index, entry)
            if any(other.id == agent.id for other in agents):
                raise self.error(f"agent '{agent.id}' is listed twice", "agents", index, "id")
            agents.append(agent)
        return tuple(agents)

    def _agent(self, index: int, entry: object) -> Agent:
        if not isinstance(entry, dict):
            raise self.error("an agent must be an object with 'id' and 'stages'", "agents", index)
        agent_id = entry.get("id")
        if not isinstance(agent_id, str) or not agent_id.strip():
            pointer = ("agents", index, "id") if "id" in entry else ("agents", index)
            raise self.error("an agent needs an 'id'", *pointer)
        return Agent(
            id=agent_id,
            stages=self._stages(index, agent_id, entry),
            name=self._text(index, entry, "name"),
            role=self._text(index, entry, "role"),
            mode=self._mode(index, agent_id, entry),
            raw=entry,
        )

    def _stages(self, index: int, agent_id: str, entry: Mapping[str, object]) -> Tuple[Stage, ...]:
        names = entry.get("stages")
        if not isinstance(names, list):
            pointer = ("agents", index, "stages") if "stages" in entry else ("agents", index)
            raise self.error(f"agent '{agent_id}' needs 'stages', a list of stage names", *pointer)
        return tuple(self._stage(index, position, agent_id, name) for position, name in enumerate(names))

    def _stage(self, index: int, position: int, agent_id: str, name: object) -> Stage:
        known = {stage.value: stage for stage in Stage}
        if isinstance(name, str) and name in known:
            return known[name]
        raise self.error(
            f"agent '{agent_id}' names an unknown stage: {json_text.quote(name)}",
            "agents",
            index,
            "stages",
            position,
            hint=f"the stages are {', '.join(known)}",
        )

    def _text(self, index: int, entry: Mapping[str, object], key: str) -> str:
        value = entry.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(f"'{key}' must be a text", "agents", index, key)
        return value

    def _mode(self, index: int, agent_id: str, entry: Mapping[str, object]) -> Optional[AgentMode]:
        value = self._text(index, entry, "mode")
        if not value:
            return None
        try:
            return AgentMode(value)
        except ValueError:
            known = " or ".join(mode.value for mode in AgentMode)
            message = f"agent '{agent_id}' has an unknown mode: {json_text.quote(value)}"
            raise self.error(message, "agents", index, "mode", hint=f"a mode is {known}") from None

    def error(self, message: str, *pointer: Union[str, int], hint: str = _EXPLAINED) -> ConfigError:
        line, column = json_text.locate(self._data, pointer)
        return ConfigError(message, path=self._path, line=line, column=column, hint=hint)
