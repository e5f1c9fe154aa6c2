"""Which tool reads which files. Each entry names the tool's documentation that it was taken from."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional, Tuple

from idse_core.agent_files.hooks import Hook
from idse_core.agent_files.texts import CHECK_COMMAND, CURSOR_RULE, NEXT_COMMAND, WORKFLOW
from idse_core.agent_registry import AgentRegistry
from idse_core.errors import UsageError

__all__ = ["BLOCK", "TOOLS", "HookFile", "Tool", "tool"]

BLOCK = "workflow"
"""The name of our block in files that have other content too."""

_GUARD = "idse guard --agent {agent} --hook {tool}"


class HookFile(NamedTuple):
    """The settings file for hooks that a tool runs before it writes a file.

    Attributes:
        matcher: a regular expression for the tool's own tools that write; empty when the hook file is entirely ours.
    """

    path: str
    matcher: str = ""


class Tool(NamedTuple):
    """An agent tool. Paths are relative to the folder that contains ``.idse``, with ``/``.

    Attributes:
        name: as passed to `idse agents install`.
        blocks: files that get a block of ours, as pairs of path and text.
        files: files that are entirely ours, as pairs of path and text.
        hook: the hook file that can make the tool call the guard; None when the tool has no such hook.
    """

    name: str
    blocks: Tuple[Tuple[str, str], ...] = ()
    files: Tuple[Tuple[str, str], ...] = ()
    hook: Optional[HookFile] = None

    def guard(self, agent: str) -> Optional[Hook]:
        """The hook that calls the guard on behalf of an agent; None when the tool has no such hook."""
        if self.hook is None:
            return None
        return Hook(self.hook.matcher, _GUARD.format(agent=_quoted(agent), tool=self.name), f" --hook {self.name}")

    def agent_in(self, registry: AgentRegistry) -> str:
        """The id of the agent that this tool most likely runs: the tool's name, or else an id that ends with it."""
        ids = [agent.id for agent in registry.agents]
        similar = (known for known in ids if known.endswith(f"-{self.name}"))
        return self.name if self.name in ids else next(similar, self.name)


TOOLS: Dict[str, Tool] = {
    item.name: item
    for item in (
        # https://code.claude.com/docs/en/memory, …/slash-commands, …/hooks
        Tool(
            "claude-code",
            blocks=(("CLAUDE.md", WORKFLOW),),
            files=(
                (".claude/commands/idse-next.md", NEXT_COMMAND),
                (".claude/commands/idse-check.md", CHECK_COMMAND),
            ),
            hook=HookFile(".claude/settings.json", "Edit|MultiEdit|Write|NotebookEdit"),
        ),
        # https://developers.openai.com/codex/guides/agents-md, https://developers.openai.com/codex/hooks
        Tool(
            "codex",
            blocks=(("AGENTS.md", WORKFLOW),),
            hook=HookFile(".codex/hooks.json", "apply_patch|Edit|Write"),
        ),
        # https://cursor.com/docs/context/rules
        Tool("cursor", files=((".cursor/rules/idse.mdc", CURSOR_RULE),)),
        # https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-custom-instructions
        # https://docs.github.com/en/copilot/reference/hooks-configuration
        Tool(
            "copilot",
            blocks=((".github/copilot-instructions.md", WORKFLOW),),
            hook=HookFile(".github/hooks/idse-guard.json"),
        ),
        # https://agents.md
        Tool("agents-md", blocks=(("AGENTS.md", WORKFLOW),)),
    )
}
"""Name → tool."""


def tool(name: str) -> Tool:
    """The tool with a name.

    Raises:
        UsageError: there is no such tool; the hint lists all tools.
    """
    if name not in TOOLS:
        raise UsageError(f"there is no tool '{name}'", hint=f"the tools are {', '.join(TOOLS)}")
    return TOOLS[name]


def _quoted(word: str) -> str:
    from shlex import quote  # noqa: PLC0415  # only installing needs it, and it costs start-up time

    return quote(word)
