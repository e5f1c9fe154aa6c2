"""Claude Code: a subagent, ``.claude/agents/<name>.md`` with ``name`` and ``description`` in its front matter.

``tools`` is left out on purpose: there it names Claude Code's own tools, and leaving it out gives the agent all of
them, while a profile's tools are whatever its author calls a tool. https://code.claude.com/docs/en/sub-agents
"""

from __future__ import annotations

from idse_core.compiler.emitters.common import EmittedFile, file_name, front_matter, instructions
from idse_core.compiler.model import AgentProfileSpec

__all__ = ["render"]


def render(profile: AgentProfileSpec) -> EmittedFile:
    """The agent file."""
    name = file_name(profile)
    head = front_matter({"name": name, "description": profile.description})
    return EmittedFile(f".claude/agents/{name}.md", f"{head}\n# {profile.name.strip()}\n\n{instructions(profile)}")
