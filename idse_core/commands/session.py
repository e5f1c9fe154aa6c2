"""``idse session list|show|archive|restore|set``."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

import click

from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.session_choice import current_session, warn_of_passed_over
from idse_core.design_store import Place
from idse_core.errors import UsageError
from idse_core.lineage import lineage
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.sessions_text import render_sessions
from idse_core.session_graph import SessionFilter, SessionGraph
from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType

__all__ = ["session"]

_TYPES = click.Choice([kind.value for kind in SessionType])
_STATUSES = click.Choice([status.value for status in SessionStatus])


@click.group()
def session() -> None:
    """List, show and change sessions."""


@session.command("list")
@click.option("--type", "session_type", type=_TYPES, help="Only this type.")
@click.option("--status", type=_STATUSES, help="Only this status.")
@click.option("--tag", help="Only with this tag.")
@click.option("--owner", help="Only of this owner.")
@click.option("--archived", is_flag=True, help="Archived ones as well.")
@common_options
def list_sessions(
    face: Face,
    session_type: Optional[str],
    status: Optional[str],
    tag: Optional[str],
    owner: Optional[str],
    archived: bool,
) -> None:
    """List sessions as a tree of lineage.

    \b
    Example:
      idse session list --status in_progress
    """
    workspace = face.open()
    wanted = SessionFilter(
        session_type=SessionType(session_type) if session_type else None,
        status=SessionStatus(status) if status else None,
        tag=tag,
        owner=owner,
        archived=archived,
    )
    current = current_session(face, workspace)
    warn_of_passed_over(face, workspace.passed_over(), "session")
    nodes = lineage(SessionGraph(workspace, on_event=face.announce).list(wanted))
    if face.json_output:
        from idse_core.commands.json_items import session_item  # noqa: PLC0415  # only for --json
        from idse_core.reports.documents import SessionListDocument  # noqa: PLC0415

        items = [session_item(node.metadata, current, node.depth) for node in nodes]
        face.document(SessionListDocument(workspace.project, current, items))
    elif nodes:
        face.print(render_sessions(nodes, current, face.style))
    else:
        face.print("No session matches\n")


@session.command()
@click.argument("query", metavar="SESSION-ID", required=False, shell_complete=complete_sessions)
@common_options
def show(face: Face, query: Optional[str]) -> None:
    """Show one session: its metadata and where its artifacts are. By default the current one.

    \b
    Example:
      idse session show billing
    """
    workspace = face.open()
    current = current_session(face, workspace)
    graph = SessionGraph(workspace, on_event=face.announce)
    metadata = workspace.metadata(graph.find(query) if query else current)
    _print(face, workspace, metadata, current)


@session.command()
@click.argument("query", metavar="SESSION-ID", shell_complete=complete_sessions)
@common_options
def archive(face: Face, query: str) -> None:
    """Archive a session. Its files stay; if it is the current one, another becomes current first.

    \b
    Example:
      idse session archive spike-cache
    """
    workspace = face.open()
    graph = SessionGraph(workspace, on_event=face.announce)
    metadata = graph.archive(graph.find(query))
    _print(face, workspace, metadata, workspace.current_session().id)


@session.command()
@click.argument("query", metavar="SESSION-ID", shell_complete=complete_sessions)
@common_options
def restore(face: Face, query: str) -> None:
    """Restore an archived session, as a draft.

    \b
    Example:
      idse session restore spike-cache
    """
    workspace = face.open()
    graph = SessionGraph(workspace, on_event=face.announce)
    metadata = graph.restore(graph.find(query))
    _print(face, workspace, metadata, workspace.current_session().id)


@session.command("set")
@click.argument("query", metavar="SESSION-ID", shell_complete=complete_sessions)
@click.option("--title", help="The human title.")
@click.option("--type", "session_type", type=_TYPES, help="What the session is for.")
@click.option("--status", type=_STATUSES, help="Where people say it stands.")
@click.option("--owner", help="Who is responsible.")
@click.option(
    "--parent", metavar="ID", shell_complete=complete_sessions, help="The session it grows out of; '' for none."
)
@click.option(
    "--depends-on",
    multiple=True,
    metavar="ID",
    shell_complete=complete_sessions,
    help="Replaces the list; '' empties it.",
)
@click.option("--tag", "tags", multiple=True, help="Replaces the list; '' empties it.")
@common_options
def set_metadata(
    face: Face,
    query: str,
    title: Optional[str],
    session_type: Optional[str],
    status: Optional[str],
    owner: Optional[str],
    parent: Optional[str],
    depends_on: Tuple[str, ...],
    tags: Tuple[str, ...],
) -> None:
    """Change a session's metadata.

    \b
    Example:
      idse session set billing --status review --owner "portal team"
    """
    changes: Dict[str, object] = {}
    changes.update({} if title is None else {"title": title})
    changes.update({} if session_type is None else {"session_type": SessionType(session_type)})
    changes.update({} if status is None else {"status": SessionStatus(status)})
    changes.update({} if owner is None else {"owner": owner})
    changes.update({} if parent is None else {"parent_session": parent or None})
    changes.update({"depends_on": _listed(depends_on)} if depends_on else {})
    changes.update({"tags": _listed(tags)} if tags else {})
    if not changes:
        raise UsageError("nothing to change was given", hint="idse session set --help lists what can be")
    workspace = face.open()
    graph = SessionGraph(workspace, on_event=face.announce)
    metadata = graph.set(graph.find(query), changes)
    _print(face, workspace, metadata, workspace.current_session().id)


def _listed(values: Tuple[str, ...]) -> Tuple[str, ...]:
    return tuple(value for value in values if value)


def _print(face: Face, workspace: ProjectWorkspace, metadata: SessionMetadata, current: str) -> None:
    if face.json_output:
        from idse_core.commands.json_items import session_document  # noqa: PLC0415  # only for --json

        face.document(session_document(workspace, metadata, current))
    else:
        face.print("\n".join(_lines(face, workspace, metadata, current)) + "\n")


def _lines(face: Face, workspace: ProjectWorkspace, metadata: SessionMetadata, current: str) -> List[str]:
    sign = "  (current)" if metadata.session_id == current else ""
    fields = {
        "title": metadata.title,
        "type": metadata.session_type.value,
        "status": metadata.status.value,
        "parent": metadata.parent_session or "",
        "depends on": ", ".join(metadata.depends_on),
        "related": ", ".join(metadata.related_sessions),
        "owner": metadata.owner,
        "collaborators": ", ".join(metadata.collaborators),
        "tags": ", ".join(metadata.tags),
        "created": metadata.created_at,
        "updated": metadata.updated_at,
    }
    lines = [face.style.paint(quoted_path(metadata.session_id), "bold") + sign]
    lines += [f"  {name.ljust(14)} {quoted(value)}" for name, value in fields.items() if value]
    for stage in Stage:
        place = Place.artifact(workspace.project, metadata.session_id, stage)
        lines.append(f"  {stage.value.ljust(14)} {face.shown(workspace.folder.parent / workspace.store.locate(place))}")
    return lines
