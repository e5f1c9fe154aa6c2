"""Claude Code: a subagent, ``.claude/agents/<name>.md`` with ``name`` and ``description`` in its front matter.

``tools`` is left out on purpose: it would list Claude Code's own tools, and without it the agent gets all of them,
whereas a profile's tools are whatever its author calls a tool. https://code.claude.com/docs/en/sub-agents
"""

from __future__ import annotations

from idse_core.compiler.emitters.common import EmittedFile, file_name, front_matter, instructions
from idse_core.compiler.model import AgentProfileSpec

__all__ = ["render"]


def render(profile: AgentProfileSpec) -> EmittedFile:
    """Render the agent file."""
    name = file_name(profile)
    head = front_matter({"name": name, "description": profile.description})
    return EmittedFile(f".claude/agents/{name}.md", f"{head}\n# {profile.name.strip()}\n\n{instructions(profile)}")
