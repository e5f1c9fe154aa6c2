"""GitHub Copilot: a custom agent, ``.github/agents/<name>.agent.md``; ``description`` is its only required field.

https://docs.github.com/en/copilot/reference/custom-agents-configuration
"""

from __future__ import annotations

from idse_core.compiler.emitters.common import EmittedFile, file_name, front_matter, instructions
from idse_core.compiler.model import AgentProfileSpec

__all__ = ["render"]


def render(profile: AgentProfileSpec) -> EmittedFile:
    """Render the agent file."""
    name = file_name(profile)
    head = front_matter({"name": profile.name, "description": profile.description})
    return EmittedFile(
        f".github/agents/{name}.agent.md", f"{head}\n# {profile.name.strip()}\n\n{instructions(profile)}"
    )
