"""``idse init``."""

from __future__ import annotations

import shlex
from typing import Optional

import click

from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.errors import NotFoundError, UsageError
from idse_core.pipeline_artifacts import Layout
from idse_core.printable import count
from idse_core.project_workspace import Creation, ProjectWorkspace
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import folder_for_new

__all__ = ["init"]


@click.command()
@click.argument("name", metavar="[PROJECT-NAME]", required=False)
@click.option("--title", default="", help="The human title; the name by default.")
@click.option("--stack", default="", help="The technology stack, for the templates.")
@click.option(
    "--layout",
    type=click.Choice([layout.value for layout in Layout]),
    help="How artifacts are laid out in a new project (default: flat).",
)
@common_options
def init(face: Face, name: Optional[str], title: str, stack: str, layout: Optional[str]) -> None:
    """Create a project with its blueprint, or complete one.

    Nothing is ever overwritten. A name that is not an id ("Customer portal") is slugged and kept as the title. Without
    a name it is the default project here or, in a folder without a workspace, a project named after the folder.

    \b
    Example:
      idse init customer-portal --stack "Python, PostgreSQL"
    """
    chosen = Layout(layout) if layout else None
    name = name if name is not None else _name_here(face)
    workspace, creation = ProjectWorkspace.create(
        face.config, name, title=title, stack=stack, layout=chosen, on_event=face.announce
    )
    if face.json_output:
        from idse_core.reports.documents import InitDocument  # noqa: PLC0415  # only for --json

        document = InitDocument(creation.project, str(workspace.folder), creation.existed, list(creation.created))
        face.document(document)
    else:
        face.print(_described(face, workspace, creation, name))
    _tell_selected(face, creation.project)


def _tell_selected(face: Face, project: str) -> None:
    """Tell the user when the next command would use another project, which was selected before."""
    try:
        selected = ProjectWorkspace.open(face.config).project
    except NotFoundError:
        return  # every command reports that none is selected
    if selected != project:
        switch = f"idse project switch {shlex.quote(project)}"
        face.note(f"commands here still mean the project {selected}; `{switch}` selects {project}")


def _name_here(face: Face) -> str:
    """The name of the project when `idse init` is called without one."""
    config = face.config
    if config.project is not None:
        return config.project
    workspace = folder_for_new(config)
    if workspace.is_dir() and open_store(workspace, config.store).list_projects():
        return ProjectWorkspace.open(config).project
    folder = workspace.parent.resolve()
    if not folder.name:
        raise UsageError("this folder has no name to call the project by", hint="idse init customer-portal")
    return folder.name


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
