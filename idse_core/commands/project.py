"""``idse project list|switch``."""

from __future__ import annotations

import click

from idse_core import discovery
from idse_core.commands.completion_values import projects as complete_projects
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.session_choice import warn_of_passed_over
from idse_core.design_store import PassingOver
from idse_core.errors import NotFoundError
from idse_core.reports.quoting import quoted_path
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import find_folder

__all__ = ["project"]


@click.group()
def project() -> None:
    """List and choose the projects of a workspace."""


@project.command("list")
@common_options
def list_projects(face: Face) -> None:
    """List the projects; the selected one is marked.

    \b
    Example:
      idse project list
    """
    _print(face)


@project.command()
@click.argument("name", metavar="PROJECT", shell_complete=complete_projects)
@common_options
def switch(face: Face, name: str) -> None:
    """Make a project the default of all commands.

    \b
    Example:
      idse project switch customer-portal
    """
    folder = find_folder(face.config)
    projects = open_store(folder, face.config.store).list_projects()
    if name not in projects:
        listed = ", ".join(projects) or "none yet"
        raise NotFoundError(f"there is no project '{name}'", hint=f"the projects are {listed}")
    discovery.remember_project(folder, name)
    _print(face)


def _print(face: Face) -> None:
    folder = find_folder(face.config)
    store = open_store(folder, face.config.store)
    projects = store.list_projects()
    if isinstance(store, PassingOver):
        warn_of_passed_over(face, store.passed_over(), "project")
    selected = discovery.remembered_project(folder)
    if face.json_output:
        from idse_core.reports.documents import ProjectListDocument  # noqa: PLC0415  # only for --json

        face.document(ProjectListDocument(selected, list(projects)))
        return
    sign = face.style.glyphs.current
    lines = [f"  {quoted_path(name)}" + (f"  {sign} selected" if name == selected else "") for name in projects]
    face.print("".join(f"{line}\n" for line in lines or ["No project yet; `idse init` makes one"]))
