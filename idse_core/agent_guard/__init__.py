"""May this agent write this file now? Yes or no, by the agent's mode and the state of the stages, with a reason.

It guards against agents that run ahead, not against agents that want to do harm: what a shell command writes, no hook
of a tool can tell.
"""

from __future__ import annotations

from idse_core.agent_guard.decision import Decision, decide
from idse_core.agent_guard.hook_input import HOOKS, HookCall, denial, read_call
from idse_core.agent_guard.judging import Verdict, judge, workspace_of
from idse_core.agent_guard.targets import Target, TargetKind, classify

__all__ = [
    "HOOKS",
    "Decision",
    "HookCall",
    "Target",
    "TargetKind",
    "Verdict",
    "classify",
    "decide",
    "denial",
    "judge",
    "read_call",
    "workspace_of",
]
