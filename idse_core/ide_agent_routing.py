"""``IDEAgentRouting``: which agent for which stage. A pure function of the registry; it starts no agent."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from idse_core.agent_registry import Agent, AgentRegistry
from idse_core.pipeline_artifacts import Stage

__all__ = ["IDEAgentRouting"]


class IDEAgentRouting:
    """Answers "which agents handle stage X?" in order of preference.

    Args:
        registry: the project's agents.
    """

    def __init__(self, registry: AgentRegistry) -> None:
        self._registry = registry

    def candidates(self, stage: Stage) -> Tuple[Agent, ...]:
        """The agents that handle the stage; the first one is preferred; empty when nobody does."""
        return self._registry.for_stage(stage)

    def suggest(self, stage: Stage) -> Optional[Agent]:
        """The preferred agent for the stage, or None when nobody handles it."""
        return next(iter(self.candidates(stage)), None)

    def suggestions(self) -> Dict[Stage, Optional[Agent]]:
        """The preferred agent of every stage, in pipeline order."""
        return {stage: self.suggest(stage) for stage in Stage}
