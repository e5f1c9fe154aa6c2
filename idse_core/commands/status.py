"""``idse status``."""

from __future__ import annotations

from typing import Optional

import click

from idse_core.commands.choosing import choose
from idse_core.commands.completing import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.overviews import overviews
from idse_core.commands.progress import Progress
from idse_core.reports.status_text import render_overview, render_status
from idse_core.validation_engine import ValidationEngine

__all__ = ["status"]


@click.command()
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option("--all", "all_sessions", is_flag=True, help="Every session of the project, a line each.")
@common_options
def status(face: Face, session: Optional[str] = None, all_sessions: bool = False) -> None:
    r"""Show where every stage stands, derived from what the artifacts say now. Changes nothing.

    \b
    Example:
      idse status
      idse status --all --json
    """
    workspace = face.open()
    choice = choose(face, workspace, session, all_sessions=all_sessions)
    with Progress(face, "examining") as progress:
        report = ValidationEngine(workspace, on_event=progress).validate(choice.sessions)
    found = overviews(workspace, report, choice.current, on_event=face.announce)
    if face.json_output:
        from idse_core.commands.json_items import status_document  # noqa: PLC0415  # only for --json

        face.document(status_document(workspace, choice.current, found))
    else:
        face.print(render_overview(found, face.style) if all_sessions else render_status(found[0], face.style))
