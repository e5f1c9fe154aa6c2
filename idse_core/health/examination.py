"""Running all checks of a workspace in a fixed order, and applying their remedies."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Tuple

from idse_core.config import IdseConfig
from idse_core.design_store import PassingOver
from idse_core.errors import IdseError, NotFoundError
from idse_core.events import Listener, Warned, ignore
from idse_core.health.agent_file_checks import check_agent_files
from idse_core.health.check import Check, Status
from idse_core.health.installation_checks import check_installation
from idse_core.health.layout_checks import check_layouts
from idse_core.health.leftover_checks import check_leftovers
from idse_core.health.link_checks import check_links
from idse_core.health.looking import Looks
from idse_core.health.record_checks import check_records
from idse_core.health.rule_checks import check_rules
from idse_core.health.session_checks import check_sessions, unread
from idse_core.health.setting_checks import check_settings
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import find_folder

__all__ = ["Examination", "examine"]


class Examination(NamedTuple):
    """The checks of a workspace, and what the remedies did.

    Attributes:
        folder: the ``.idse`` folder.
        checks: the results, after the remedies have been applied.
        fixed: what each remedy did, as a sentence.
    """

    folder: Path
    checks: Tuple[Check, ...]
    fixed: Tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether no check fails."""
        return all(check.status is not Status.FAIL for check in self.checks)


def examine(config: IdseConfig, *, fix: bool = False, on_event: Listener = ignore) -> Examination:
    """Check a workspace: one project if ``config`` names it, otherwise all of them.

    Args:
        config: names the workspace, the store and possibly the project.
        fix: whether to apply the remedies; if one of them changes something, all checks run again.
        on_event: called for progress, and for remedies that fail.

    Raises:
        NotFoundError: there is no workspace, or no such project.
    """
    folder = find_folder(config)
    checks = tuple(_checks(folder, config, on_event))
    fixed: List[str] = []
    for check in checks if fix else ():
        if check.remedy is None:
            continue
        try:
            fixed += filter(None, [check.remedy()])
        except IdseError as error:
            on_event(Warned(f"{check.name} can't be fixed: {error}", error.hint))
    return Examination(folder, tuple(_checks(folder, config, on_event)) if fixed else checks, tuple(fixed))


def _checks(folder: Path, config: IdseConfig, on_event: Listener) -> Iterator[Check]:
    yield from check_installation()
    store = open_store(folder, config.store)
    projects = store.list_projects()
    if config.project and config.project not in projects:
        listed = ", ".join(projects) or "none"
        raise NotFoundError(f"there is no project '{config.project}'", hint=f"the projects are {listed}")
    yield from check_settings(folder, projects)
    yield from check_leftovers(folder)
    yield from check_links(folder)
    if isinstance(store, PassingOver):
        yield from unread(store.passed_over(), "project")
    chosen = [
        ProjectWorkspace(folder, name, store=store) for name in ([config.project] if config.project else projects)
    ]
    about_sessions = (check_records, check_sessions, check_layouts)
    looks = Looks(len(about_sessions) * sum(map(_size, chosen)), on_event)
    for workspace in chosen:
        made = [checks(workspace, looks) for checks in about_sessions]
        for checks in (*made, check_rules(workspace), check_agent_files(workspace)):
            found, problem = _guarded(checks)
            yield from found
            if problem is not None:
                yield problem._replace(project=workspace.project)


def _size(workspace: ProjectWorkspace) -> int:
    try:
        return len(workspace.sessions())
    except IdseError:
        return 0  # the checks report why it can't be read


def _guarded(checks: Iterator[Check]) -> Tuple[List[Check], Optional[Check]]:
    """The results of checks; if they are interrupted by an error, the results so far and a check that reports it."""
    found: List[Check] = []
    try:
        for check in checks:
            found += [check]
    except IdseError as error:
        return found, Check("readable", Status.FAIL, error.message, path=error.path, advice=error.hint)
    return found, None
