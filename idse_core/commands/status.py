"""``idse status``."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from idse_core.commands.face import Face
from idse_core.commands.options import common_options, complete_sessions
from idse_core.commands.remembered_output import RememberedOutput
from idse_core.workspace_folder import find_folder

__all__ = ["status"]


@click.command()
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option("--all", "all_sessions", is_flag=True, help="Every session of the project, a line each.")
@common_options
def status(face: Face, session: Optional[str] = None, all_sessions: bool = False) -> None:
    """Show where every stage stands now. Derived from what the artifacts say; changes nothing.

    \b
    Example:
      idse status
      idse status --all --json
    """
    folder = find_folder(face.config)
    call = [str(Path.cwd()), str(session), str(all_sessions), str(face.config.project), face.appearance]
    remembered = RememberedOutput(folder, call)
    plain_files = not face.config.store  # only the stats of plain files can tell that nothing changed
    output = remembered.get() if plain_files else None
    if output is None:
        # Imported here: a call that finds its output in the cache must not pay for it.
        from idse_core.commands.status_output import status_output  # noqa: PLC0415

        output = status_output(face, session, all_sessions=all_sessions)
        if plain_files and not face.warned:
            remembered.keep(output)
    face.print(output)
