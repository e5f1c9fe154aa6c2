"""``idse migrate``."""

from __future__ import annotations

from typing import Optional

import click

from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.layout_migration import LayoutMigration, Migration
from idse_core.pipeline_artifacts import Layout
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted

__all__ = ["migrate"]


@click.group()
def migrate() -> None:
    """Convert a workspace to another form."""


@migrate.command()
@click.option(
    "--to", "target", type=click.Choice([layout.value for layout in Layout]), required=True, help="The layout to have."
)
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Only this session; else all of them.")
@click.option("--dry-run", is_flag=True, help="Show the moves, and make none.")
@common_options
def layout(face: Face, target: str, session: Optional[str], dry_run: bool) -> None:
    """Move artifacts between the flat and the nested layout. Flat is spec.md, nested the earlier tool's specs/spec.md.

    Each file is renamed and its text left alone, so git follows it. Relative links that would break are listed, with
    what they should say, and so are old paths that tasks and other texts still mention. When an artifact exists twice
    with different texts, nothing is moved.

    \b
    Example:
      idse migrate layout --to flat --dry-run
      idse migrate layout --to flat
    """
    workspace = face.open()
    sessions = (workspace.require_session(session),) if session else workspace.sessions()
    migration = LayoutMigration(workspace, on_event=face.announce)
    planned = migration.plan(Layout(target), sessions)
    if not dry_run:
        migration.carry_out(planned)
    if face.json_output:
        _document(face, workspace, planned, dry_run=dry_run)
    else:
        face.print(_described(face, workspace, planned, dry_run=dry_run))


def _document(face: Face, workspace: ProjectWorkspace, planned: Migration, *, dry_run: bool) -> None:
    from idse_core.reports.documents import (  # noqa: PLC0415  # only for --json
        BrokenLinkItem,
        MentionItem,
        MigrateLayoutDocument,
        MoveItem,
    )

    moves = [
        MoveItem(move.session, move.stage.value, move.source, move.target, move.duplicate) for move in planned.moves
    ]
    links = [BrokenLinkItem(*link) for link in planned.links]
    named = [MentionItem(*mention) for mention in planned.mentions]
    face.document(MigrateLayoutDocument(workspace.project, planned.layout.value, dry_run, moves, links, named))


def _described(face: Face, workspace: ProjectWorkspace, planned: Migration, *, dry_run: bool) -> str:
    project, parent = quoted(workspace.project), workspace.folder.parent
    if not planned.moves:
        return f"{project} has the {planned.layout} layout already; nothing was moved\n"
    lines = []
    for move in planned.moves:
        does = "put aside, a copy is in place:" if move.duplicate else "rename"
        lines.append(f"{does} {face.shown(parent / move.source)} -> {face.shown(parent / move.target)}")
    if planned.links:
        lines += ["", f"{count(len(planned.links), 'relative link')} to adjust by hand:"]
        lines += [
            f"  {face.shown(parent / link.path)}:{link.line}:{link.column}: {quoted(link.target)} -> {quoted(link.instead)}"
            for link in planned.links
        ]
    if planned.mentions:
        lines += ["", f"{count(len(planned.mentions), 'old path')} still named:"]
        lines += [
            f"  {face.shown(parent / item.path)}:{item.line}:{item.column}: {quoted(item.named)} -> {quoted(item.instead)}"
            for item in planned.mentions
        ]
    done = "would be moved" if dry_run else "moved"
    return "\n".join([*lines, "", f"{project}: {count(len(planned.moves), 'artifact')} {done}"]) + "\n"
