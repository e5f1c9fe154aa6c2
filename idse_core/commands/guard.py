"""``idse guard``."""

from __future__ import annotations

import sys
from typing import Optional

import click

from idse_core.agent_hooks import HOOKS, denial, read_call
from idse_core.commands.face import Face
from idse_core.commands.options import common_options, complete_agents, complete_sessions
from idse_core.commands.remembered_guard import Answer, answer
from idse_core.errors import IdseError, NotFoundError, RefusedError, UsageError
from idse_core.printable import one_line

__all__ = ["guard"]

_REFUSED = 9
_LONGEST_INPUT = 32 * 1024 * 1024  # bytes; a hook's input holds the whole new text


@click.command()
@click.option(
    "--agent", "agent_id", required=True, metavar="ID", shell_complete=complete_agents, help="The agent that asks."
)
@click.option("--path", type=click.Path(), help="The file that the agent wants to write; it need not exist.")
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option("--hook", type=click.Choice(HOOKS), help="Read the call from stdin, answer as this tool expects it.")
@common_options
@click.pass_context
def guard(
    ctx: click.Context, face: Face, agent_id: str, path: Optional[str], session: Optional[str], hook: Optional[str]
) -> None:
    """Say whether an agent may write a file now. It depends on its mode and the state of the stages. Exit 0 is yes, 9 is no.

    With --hook the exit code is always 0, and a refusal has the form that the tool expects.

    \b
    Example:
      idse guard --agent claude-code --path .idse/projects/shop/sessions/login/plan.md
      idse guard --agent gpt-codex --path src/login.py --json
    """
    if hook is not None:
        face.print(_for_tool(face, hook, agent_id, session))
        return
    if path is None:
        raise UsageError("which file?", hint="idse guard --agent ID --path FILE")
    found = answer(face.config, agent_id, face.config.start / path, session)
    if found is None:
        raise NotFoundError(f"no .idse folder above {path}", hint="`idse init` makes one here")
    if face.json_output:
        face.document(_document(agent_id, found))
        ctx.exit(0 if found.allowed else _REFUSED)
    if not found.allowed:
        raise RefusedError(found.reason, hint=found.advice)
    face.print(f"yes: {one_line(found.reason)}\n")


def _for_tool(face: Face, hook: str, agent_id: str, session: Optional[str]) -> str:
    """The answer to a tool's hook: empty for a yes, so that the tool still asks its own questions.

    An error is a no: the guard was asked for, and an agent must not get rid of it by breaking the registry.
    """
    try:
        call = read_call(sys.stdin.buffer.read(_LONGEST_INPUT))
        for path in call.paths:
            found = answer(face.config, agent_id, face.config.start / call.folder / path, session)
            if found is not None and not found.allowed:
                return denial(hook, one_line(f"idse: {found.path}: {found.reason}. {found.advice}"))
    except IdseError as error:
        return denial(hook, one_line(f"idse can't tell whether this is allowed: {error}. {error.hint}"))
    return ""


def _document(agent_id: str, found: Answer) -> object:
    from idse_core.reports.documents import GuardDocument  # noqa: PLC0415  # only for --json

    return GuardDocument(
        agent=agent_id,
        path=found.path,
        kind=found.kind,  # type: ignore[arg-type]  # a TargetKind's value
        session_id=found.session,
        stage=found.stage,
        allowed=found.allowed,
        reason=found.reason,
        advice=found.advice,
    )
