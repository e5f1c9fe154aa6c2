"""Cursor: a subagent, ``.cursor/agents/<name>.md`` with ``name`` and ``description`` in its front matter.

Cursor reads ``.claude/agents`` too, but its own files take precedence. https://cursor.com/docs/context/subagents
"""

from __future__ import annotations

from idse_core.compiler.emitters.common import EmittedFile, file_name, front_matter, instructions
from idse_core.compiler.model import AgentProfileSpec

__all__ = ["render"]


def render(profile: AgentProfileSpec) -> EmittedFile:
    """Render the agent file."""
    name = file_name(profile)
    head = front_matter({"name": name, "description": profile.description, "model": "inherit"})
    return EmittedFile(f".cursor/agents/{name}.md", f"{head}\n# {profile.name.strip()}\n\n{instructions(profile)}")
