"""Codex: a custom agent, ``.codex/agents/<name>.toml`` with ``name``, ``description`` and ``developer_instructions``.

https://developers.openai.com/codex/subagents
"""

from __future__ import annotations

import json

from idse_core.compiler.emitters.common import EmittedFile, file_name, instructions, quoted
from idse_core.compiler.model import AgentProfileSpec

__all__ = ["render"]


def render(profile: AgentProfileSpec) -> EmittedFile:
    """Render the agent file."""
    name = file_name(profile)
    lines = [
        f"name = {quoted(name)}",
        f"description = {quoted(profile.description)}",
        f'developer_instructions = """\n{_multiline(instructions(profile))}"""',
    ]
    return EmittedFile(f".codex/agents/{name}.toml", "\n".join(lines) + "\n")


def _multiline(text: str) -> str:
    """Escapes a text for TOML's triple quotes: as JSON does, except that line breaks stay."""
    return "\n".join(json.dumps(line, ensure_ascii=True)[1:-1].replace("\x7f", "\\u007f") for line in text.split("\n"))
