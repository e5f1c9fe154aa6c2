"""May this agent write this file now? Yes or no, by the agent's mode and the state of the stages, with a reason.

It guards against agents that run ahead, not against agents that want to do harm: what a shell command writes, no hook
of a tool can tell.
"""

from __future__ import annotations

from idse_core.agent_guard.decision import Decision, decide
from idse_core.agent_guard.judging import Verdict, judge
from idse_core.agent_guard.targets import Target, TargetKind, classify

__all__ = [
    "Decision",
    "Target",
    "TargetKind",
    "Verdict",
    "classify",
    "decide",
    "judge",
]
