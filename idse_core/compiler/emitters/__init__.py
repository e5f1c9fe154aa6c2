"""Rendering a profile in the formats that agent tools read. One module per format, each with one pure function."""

from __future__ import annotations

from typing import Callable, Dict

from idse_core.compiler.emitters import agents_md, claude_code, codex, copilot, cursor
from idse_core.compiler.emitters.common import EmittedFile
from idse_core.compiler.model import AgentProfileSpec
from idse_core.errors import UsageError

__all__ = ["EMITTERS", "EmittedFile", "emit"]

EMITTERS: Dict[str, Callable[[AgentProfileSpec], EmittedFile]] = {
    "agents-md": agents_md.render,
    "claude-code": claude_code.render,
    "codex": codex.render,
    "copilot": copilot.render,
    "cursor": cursor.render,
}
"""Format → its render function."""


def emit(profile: AgentProfileSpec, form: str) -> EmittedFile:
    """Render the profile as a file of an agent tool.

    Raises:
        UsageError: there is no such format.
    """
    renderer = EMITTERS.get(form)
    if renderer is None:
        raise UsageError(f"there is no format '{form}'", hint=f"the formats are {', '.join(EMITTERS)}")
    return renderer(profile)
