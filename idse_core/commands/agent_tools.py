"""``idse agents install|uninstall|status``: the files that agent tools read."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import click

from idse_core.agent_files import TOOLS, Change, Outcome, Tool, apply, difference, plan, tool
from idse_core.agent_registry import AgentRegistry
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.errors import NotFoundError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted_path

__all__ = ["install", "status", "uninstall"]

_WORDS = {
    Outcome.UNCHANGED: "in place",
    Outcome.UPDATED: "out of date",
    Outcome.KEPT: "edited by hand",
    Outcome.ABSENT: "not installed",
}
"""The word for an outcome when nothing had to be done."""

Plans = List[Tuple[Tool, Tuple[Change, ...]]]


@click.command()
@click.argument("names", metavar="TOOL...", nargs=-1, required=True, type=click.Choice(list(TOOLS)))
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff, and change nothing.")
@click.option("--enforce", is_flag=True, help="Also wire `idse guard` into the tool's hooks, where it has them.")
@click.option("--agent", metavar="ID", help="The agent that the tool is, for the guard (default: the similar one).")
@common_options
def install(face: Face, names: Tuple[str, ...], dry_run: bool, enforce: bool, agent: Optional[str]) -> None:
    """Write the files that agent tools read. Short instructions that point to `idse`; what you wrote is never touched.

    \b
    Example:
      idse agents install claude-code --dry-run
      idse agents install claude-code codex --enforce
    """
    workspace = face.open()
    plans = _plans(workspace, names, "install", agent=agent, enforce=enforce)
    for name in names if enforce else ():
        _check_guard(face, workspace.registry(), tool(name), agent)
    _carry_out(face, workspace, plans, "install", dry_run=dry_run)


@click.command()
@click.argument("names", metavar="TOOL...", nargs=-1, required=True, type=click.Choice(list(TOOLS)))
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff, and change nothing.")
@common_options
def uninstall(face: Face, names: Tuple[str, ...], dry_run: bool) -> None:
    """Remove what `install` added, and nothing else. What was edited by hand stays, and is named.

    \b
    Example:
      idse agents uninstall claude-code
    """
    workspace = face.open()
    plans = _plans(workspace, names, "uninstall", agent=None, enforce=True)
    _carry_out(face, workspace, plans, "uninstall", dry_run=dry_run)


@click.command()
@click.argument("names", metavar="[TOOL]...", nargs=-1, type=click.Choice(list(TOOLS)))
@common_options
def status(face: Face, names: Tuple[str, ...]) -> None:
    """Show which tools have their files, up to date or not.

    \b
    Example:
      idse agents status
    """
    workspace = face.open()
    plans = _plans(workspace, names or tuple(TOOLS), "status", agent=None, enforce=True)
    if face.json_output:
        _document(face, workspace, plans, "status", dry_run=False)
        return
    lines = [
        f"  {chosen.name.ljust(12)} {change.path.ljust(34)} {change.part.ljust(6)} {_WORDS[change.edit.outcome]}\n"
        for chosen, changes in plans
        for change in changes
    ]
    face.print("".join(lines))


def _check_guard(face: Face, registry: AgentRegistry, chosen: Tool, agent: Optional[str]) -> None:
    """Check that the guard can work: that there are a hook and an agent for it."""
    if chosen.hook is None:
        face.warn(f"{chosen.name} has no hook that idse wires; its instructions ask it to run `idse guard`")
        return
    wanted = agent or chosen.agent_in(registry)
    found = registry.get(wanted)
    if found is None:
        hint = f"idse agents add {wanted} --stages spec,plan --mode planning; or name another one with --agent"
        raise NotFoundError(
            f"the guard of {chosen.name} needs an agent, and '{wanted}' is not in the registry", hint=hint
        )
    if found.mode is None:
        hint = f"idse agents set {wanted} --mode planning"
        face.warn(f"{wanted} has no mode: the guard holds it to the order of the stages, and lets it write code", hint)


def _plans(
    workspace: ProjectWorkspace, names: Sequence[str], action: str, *, agent: Optional[str], enforce: bool
) -> Plans:
    root, registry = workspace.folder.parent, workspace.registry()
    chosen = [tool(name) for name in dict.fromkeys(names)]
    return [
        (item, plan(root, item, action, agent=agent or item.agent_in(registry), enforce=enforce)) for item in chosen
    ]


def _carry_out(face: Face, workspace: ProjectWorkspace, plans: Plans, action: str, *, dry_run: bool) -> None:
    seen: List[str] = []
    for _, changes in plans if not dry_run else ():
        # Two tools may share a file: what the first one has done is no conflict for the second.
        apply(workspace.folder.parent, [change for change in changes if f"{change.path} {change.part}" not in seen])
        seen += [f"{change.path} {change.part}" for change in changes]
    if face.json_output:
        _document(face, workspace, plans, action, dry_run=dry_run)
        return
    for _, changes in plans:
        for change in changes:
            _report(face, change, dry_run=dry_run)


def _report(face: Face, change: Change, *, dry_run: bool) -> None:
    if change.edit.outcome is Outcome.KEPT:
        face.warn(f"{change.path} is kept as it is: {change.edit.note}")
    elif dry_run:
        face.print("".join(f"{quoted_path(line)}\n" for line in difference(change).splitlines()))
    elif change.edit.outcome is not Outcome.ABSENT:
        face.print(f"{change.edit.outcome.value.ljust(9)} {change.path}\n")


def _document(face: Face, workspace: ProjectWorkspace, plans: Plans, action: str, *, dry_run: bool) -> None:
    from idse_core.reports.documents import AgentFileItem, AgentFilesDocument, AgentToolItem  # noqa: PLC0415  # only for --json

    items = [
        AgentToolItem(
            chosen.name,
            installed=all(_in_place(change) for change in changes if change.part != "hook"),
            enforced=any(_in_place(change) for change in changes if change.part == "hook"),
            files=[
                AgentFileItem(change.path, change.part, change.edit.outcome.value, change.edit.note)  # type: ignore[arg-type]  # one of three
                for change in changes
            ],
        )
        for chosen, changes in plans
    ]
    face.document(AgentFilesDocument(workspace.project, action, dry_run, items))  # type: ignore[arg-type]  # one of three


def _in_place(change: Change) -> bool:
    """Whether the part is in place and up to date, once the plan is carried out."""
    return change.edit.outcome in {Outcome.UNCHANGED, Outcome.CREATED} or (
        change.edit.outcome is Outcome.UPDATED and change.edit.text is not None and change.after != change.before
    )
