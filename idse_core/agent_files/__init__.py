"""The files that agent tools read: what `idse` puts there, and how it gets out again without a trace.

Text goes between markers that carry a digest of it. What a user wrote is never touched; what we wrote and a user
edited is theirs from then on: it is kept, and reported. Planning an edit is pure, text in and text out.
"""

from __future__ import annotations

from idse_core.agent_files.installation import Change, apply, difference, place_block, place_file, plan
from idse_core.agent_files.outcome import Outcome
from idse_core.agent_files.tools import TOOLS, Tool, tool

__all__ = ["TOOLS", "Change", "Outcome", "Tool", "apply", "difference", "place_block", "place_file", "plan", "tool"]
