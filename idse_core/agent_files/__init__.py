"""The files that agent tools read: what `idse` adds to them, and how it removes that again without a trace.

Our text goes between markers that contain its digest. A user's text is never touched; our text belongs to the user once
they have edited it: it is kept, and reported. Planning an edit is pure: text in, text out.
"""

from __future__ import annotations

from idse_core.agent_files.installation import Change, apply, difference, place_block, place_file, plan
from idse_core.agent_files.outcome import Outcome
from idse_core.agent_files.tools import TOOLS, Tool, tool

__all__ = ["TOOLS", "Change", "Outcome", "Tool", "apply", "difference", "place_block", "place_file", "plan", "tool"]
