"""``idse init``."""

from __future__ import annotations

from typing import Optional

import click

from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.pipeline_artifacts import Layout
from idse_core.printable import count
from idse_core.project_workspace import Creation, ProjectWorkspace
from idse_core.reports.quoting import quoted, quoted_path

__all__ = ["init"]


@click.command()
@click.argument("name", metavar="PROJECT-NAME")
@click.option("--title", default="", help="The human title; the name by default.")
@click.option("--stack", default="", help="The technology stack, for the templates.")
@click.option(
    "--layout",
    type=click.Choice([layout.value for layout in Layout]),
    help="How artifacts are laid out in a new project (default: flat).",
)
@common_options
def init(face: Face, name: str, title: str, stack: str, layout: Optional[str]) -> None:
    """Create a project with its blueprint session, or complete one that exists.

    Nothing is ever overwritten. A name that is not an id ("Customer portal") is slugged and kept as the title.

    \b
    Example:
      idse init customer-portal --stack "Python, PostgreSQL"
    """
    chosen = Layout(layout) if layout else None
    workspace, creation = ProjectWorkspace.create(
        face.config, name, title=title, stack=stack, layout=chosen, on_event=face.announce
    )
    if face.json_output:
        from idse_core.reports.documents import InitDocument  # noqa: PLC0415  # only for --json

        document = InitDocument(creation.project, str(workspace.folder), creation.existed, list(creation.created))
        face.document(document)
    else:
        face.print(_described(face, workspace, creation, name))


def _described(face: Face, workspace: ProjectWorkspace, creation: Creation, name: str) -> str:
    project = quoted_path(creation.project)
    named = "" if name.strip() == creation.project else f" (from '{quoted(name)}')"
    where = face.shown(workspace.folder / "projects" / creation.project)
    if not creation.existed:
        lines = [
            f"Created project {project}{named} in {where}",
            "",
            "  Fill in the blueprint, beginning with its intent:",
            f"    {face.shown(workspace.folder.parent / creation.created[0])}",
            "  idse status      where every stage stands",
            "  idse validate    what is still open, line by line",
        ]
        return "\n".join(lines) + "\n"
    if not creation.created:
        return f"Project {project}{named} is complete already; nothing was changed\n"
    lines = [f"Project {project}{named} existed; added {count(len(creation.created), 'missing file')}:"]
    lines += [f"  {face.shown(workspace.folder.parent / path)}" for path in creation.created]
    return "\n".join(lines) + "\n"
