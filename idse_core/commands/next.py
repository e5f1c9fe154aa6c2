"""``idse next``."""

from __future__ import annotations

from typing import Optional

import click

from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.session_choice import choose
from idse_core.next_step import context_pack
from idse_core.reports.next_text import render_next
from idse_core.validation_engine import ValidationEngine

__all__ = ["next_command"]


@click.command("next")
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@common_options
def next_command(face: Face, session: Optional[str]) -> None:
    """Say what to do next, and who does it. The stage, what to read, what to write, the rules it must meet.

    With --json this is the context pack: an agent that reads only this can do the stage. Changes nothing.

    \b
    Example:
      idse next
      idse next --session auth-login --json
    """
    workspace = face.open()
    (chosen,) = choose(face, workspace, session, all_sessions=False).sessions
    pack = context_pack(workspace, ValidationEngine(workspace, on_event=face.announce), chosen)
    if face.json_output:
        from idse_core.commands.next_items import context_pack_document  # noqa: PLC0415  # only for --json

        face.document(context_pack_document(pack))
    else:
        face.print(render_next(pack, face.style, lambda path: face.locate(path, workspace)))
