"""``AGENTS.md``: a section of plain Markdown. The file has no fields; agents read it as a whole.

https://agents.md
"""

from __future__ import annotations

from idse_core.compiler.emitters.common import EmittedFile, instructions
from idse_core.compiler.model import AgentProfileSpec

__all__ = ["render"]


def render(profile: AgentProfileSpec) -> EmittedFile:
    """Render the section."""
    title = " ".join(profile.name.split())
    return EmittedFile("AGENTS.md", f"## Agent: {title}\n\n{instructions(profile, level=3)}", section=True)
