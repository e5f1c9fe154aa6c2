"""Checks of the files that idse has installed for agent tools."""

from __future__ import annotations

from typing import Iterator, List

from idse_core.agent_files import TOOLS, Change, Outcome, plan
from idse_core.errors import ConfigError, IdseError
from idse_core.health.check import Check, Status
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["check_agent_files"]


def check_agent_files(workspace: ProjectWorkspace) -> Iterator[Check]:
    """One check for each installed file that is out of date, missing or edited, and one for all tools in order."""
    project, root = workspace.project, workspace.folder.parent
    try:
        registry = workspace.registry()
    except ConfigError:
        return  # reported already; without the registry, the agent of a tool is unknown
    current: List[str] = []
    for tool in TOOLS.values():
        try:
            changes = plan(root, tool, "status", agent=tool.agent_in(registry), enforce=True)
        except IdseError as error:
            yield Check("agent-files", Status.FAIL, str(error), project, error.path, error.hint)
            continue
        own = [change for change in changes if change.part != "hook"]
        there = [change for change in changes if change.edit.outcome is not Outcome.ABSENT]
        wrong = [change for change in there if change.edit.outcome is not Outcome.UNCHANGED]
        if there and any(change.edit.outcome is Outcome.ABSENT for change in own):
            wrong += [change for change in own if change.edit.outcome is Outcome.ABSENT]
        yield from (_wrong(project, tool.name, change) for change in wrong)
        if there and not wrong:
            current.append(tool.name)
    if current:
        yield Check("agent-files", Status.OK, f"up to date: {', '.join(current)}", project)


def _wrong(project: str, tool: str, change: Change) -> Check:
    outcome = change.edit.outcome
    if outcome is Outcome.KEPT:
        message = f"what idse wrote for {tool} was edited, and is left alone: {change.edit.note}"
        return Check("agent-files", Status.WARN, message, project, change.path, change.edit.note)
    what = "is missing" if outcome is Outcome.ABSENT else "is out of date"
    message = f"the {change.part} for {tool} {what}"
    return Check("agent-files", Status.WARN, message, project, change.path, f"idse agents install {tool}")
