"""Decides whether an agent may write a file now, by the agent's mode and the state of the stages, with a reason.

It guards against agents that skip ahead, not against malicious ones: no hook of a tool can tell which files a shell
command writes.
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
