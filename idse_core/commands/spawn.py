"""``idse spawn`` and ``idse switch``."""

from __future__ import annotations

from typing import Optional, Tuple

import click

from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.design_store import Place
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.quoting import quoted_path
from idse_core.session_graph import NewSession, SessionGraph
from idse_core.session_metadata import SessionType

__all__ = ["spawn", "switch"]

_SPAWNED = [kind.value for kind in SessionType if kind is not SessionType.BLUEPRINT]


@click.command()
@click.argument("name", metavar="SESSION-ID")
@click.option("--parent", metavar="ID", shell_complete=complete_sessions, help="The session this one grows out of.")
@click.option(
    "--depends-on",
    multiple=True,
    metavar="ID",
    shell_complete=complete_sessions,
    help="A session that must come first; may be repeated.",
)
@click.option(
    "--type",
    "session_type",
    type=click.Choice(_SPAWNED),
    default="feature",
    show_default=True,
    help="What the session is for.",
)
@click.option("--title", default="", help="The human title; the name by default.")
@click.option("--owner", default="", help="Who is responsible.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be repeated.")
@click.option("--stack", default="", help="The technology stack, for the templates.")
@click.option("--switch/--no-switch", default=True, show_default=True, help="Make it the current session.")
@common_options
def spawn(
    face: Face,
    name: str,
    parent: Optional[str],
    depends_on: Tuple[str, ...],
    session_type: str,
    title: str,
    owner: str,
    tags: Tuple[str, ...],
    stack: str,
    switch: bool,
) -> None:
    """Create a session with the full pipeline, from templates.

    A name that is not an id ("Export as CSV") is slugged and kept as the title.

    \b
    Example:
      idse spawn export-csv --title "Export as CSV" --parent billing
    """
    workspace = face.open()
    new = NewSession(
        name=name,
        title=title,
        session_type=SessionType(session_type),
        parent=parent,
        depends_on=depends_on,
        owner=owner,
        tags=tags,
        stack=stack,
        switch=switch,
    )
    metadata = SessionGraph(workspace, on_event=face.announce).create(new)
    if face.json_output:
        from idse_core.commands.json_items import session_document  # noqa: PLC0415  # only for --json

        face.document(session_document(workspace, metadata, workspace.current_session().id))
        return
    intent = workspace.store.locate(Place.artifact(workspace.project, metadata.session_id, Stage.INTENT))
    note = ", now the current session" if switch else ""
    path = face.shown(workspace.folder.parent / intent)
    face.print(f"Created session {quoted_path(metadata.session_id)}{note}\n  begin with {path}\n")


@click.command()
@click.argument("query", metavar="SESSION-ID", shell_complete=complete_sessions)
@common_options
def switch(face: Face, query: str) -> None:
    """Make a session the current one. An unambiguous part of its id is enough.

    \b
    Example:
      idse switch export
    """
    workspace = face.open()
    previous = workspace.current_session().id
    metadata = SessionGraph(workspace, on_event=face.announce).switch(query)
    if face.json_output:
        from idse_core.reports.documents import SwitchDocument  # noqa: PLC0415  # only for --json

        face.document(SwitchDocument(workspace.project, metadata.session_id, previous))
    else:
        face.print(f"{quoted_path(metadata.session_id)} is the current session\n")
