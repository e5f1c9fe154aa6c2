"""``idse guard``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Optional

import click

from idse_core.agent_guard import HOOKS, Verdict, denial, judge, read_call, workspace_of
from idse_core.commands.completing import agents as complete_agents
from idse_core.commands.completing import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.errors import IdseError, NotFoundError, RefusedError, UsageError
from idse_core.printable import one_line

__all__ = ["guard"]

_REFUSED = 9
_LONGEST_INPUT = 32 * 1024 * 1024  # bytes; a hook's input holds the whole new text


@click.command()
@click.option("--agent", "agent_id", required=True, metavar="ID", shell_complete=complete_agents, help="Who asks.")
@click.option("--path", type=click.Path(), help="The file that the agent wants to write; it need not exist.")
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option("--hook", type=click.Choice(HOOKS), help="Read the call from stdin, answer as this tool expects it.")
@common_options
@click.pass_context
def guard(
    ctx: click.Context, face: Face, agent_id: str, path: Optional[str], session: Optional[str], hook: Optional[str]
) -> None:
    r"""Say whether an agent may write a file now, by its mode and the state of the stages. Exit 0 is yes, 9 is no.

    With --hook the exit code is 0, and a no is what the tool takes for one.

    \b
    Example:
      idse guard --agent claude-code --path .idse/projects/shop/sessions/login/plan.md
      idse guard --agent gpt-codex --path src/login.py --json
    """
    if hook is not None:
        face.print(_answer(face, agent_id, session))
        return
    if path is None:
        raise UsageError("which file?", hint="idse guard --agent ID --path FILE")
    verdict = _judged(face, agent_id, face.config.start / path, session)
    if verdict is None:
        raise NotFoundError(f"no .idse folder above {path}", hint="`idse init <project-name>` makes one here")
    if face.json_output:
        face.document(_document(agent_id, verdict))
        ctx.exit(0 if verdict.decision.allowed else _REFUSED)
    if not verdict.decision.allowed:
        raise RefusedError(verdict.decision.reason, hint=verdict.decision.advice)
    face.print(f"yes: {one_line(verdict.decision.reason)}\n")


def _judged(face: Face, agent_id: str, path: Path, session: Optional[str]) -> Optional[Verdict]:
    workspace = workspace_of(face.config, path)
    return None if workspace is None else judge(workspace, agent_id, path, session=session)


def _answer(face: Face, agent_id: str, session: Optional[str]) -> str:
    """What to say to a tool's hook: nothing for a yes, so that the tool's own questions are still asked.

    An error is a no: the guard was asked for, and an agent that breaks the registry must not be rid of it.
    """
    try:
        call = read_call(sys.stdin.buffer.read(_LONGEST_INPUT))
        folder = face.config.start / call.folder
        for path in call.paths:
            verdict = _judged(face, agent_id, folder / path, session)
            if verdict is not None and not verdict.decision.allowed:
                decision = verdict.decision
                return denial(one_line(f"idse: {verdict.target.path}: {decision.reason}. {decision.advice}"))
    except IdseError as error:
        return denial(one_line(f"idse can't tell whether this is allowed: {error}. {error.hint}"))
    return ""


def _document(agent_id: str, verdict: Verdict) -> object:
    from idse_core.reports.documents import GuardDocument  # noqa: PLC0415  # only for --json

    target, decision = verdict.target, verdict.decision
    return GuardDocument(
        agent=agent_id,
        path=target.path,
        kind=target.kind.value,
        session_id=verdict.session,
        stage=target.stage.value if target.stage else None,
        allowed=decision.allowed,
        reason=decision.reason,
        advice=decision.advice,
    )
