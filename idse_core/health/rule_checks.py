"""Checks of a project's rule packs, baseline and templates."""

from __future__ import annotations

from typing import Callable, Iterator, List

from idse_core.errors import IdseError
from idse_core.events import Event, Warned
from idse_core.health.check import Check, Status
from idse_core.pipeline_artifacts import TemplateValues
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.baseline_file import load_baseline
from idse_core.validation.constitution import load_constitution

__all__ = ["check_rules"]


def check_rules(workspace: ProjectWorkspace) -> Iterator[Check]:
    """Checks that the rule packs, the baseline and the templates can be loaded."""
    said: List[Warned] = []
    found = _tried("rule-packs", workspace, lambda: _rules(workspace, said))
    if said and found.status is Status.OK:
        unread = "; ".join(warning.message for warning in said)
        found = found._replace(status=Status.WARN, message=f"{found.message}; {unread}", advice=said[0].hint)
    yield found
    yield _tried("baseline", workspace, lambda: _baseline(workspace))
    yield _tried("templates", workspace, lambda: _templates(workspace))


def _tried(name: str, workspace: ProjectWorkspace, look: Callable[[], str]) -> Check:
    try:
        return Check(name, Status.OK, look(), workspace.project)
    except IdseError as error:
        advice = error.hint or "correct it by hand"
        return Check(name, Status.FAIL, str(error), workspace.project, error.path, advice)


def _rules(workspace: ProjectWorkspace, said: List[Warned]) -> str:
    def note(event: Event) -> None:
        said.extend([event] if isinstance(event, Warned) else [])

    rules = tuple(load_constitution(workspace.folder, workspace.project, note).rules)
    packs = {rule.pack for rule in rules}
    return f"{count(len(rules), 'rule')} from {count(len(packs), 'pack')}"


def _baseline(workspace: ProjectWorkspace) -> str:
    accepted = len(load_baseline(workspace.folder))
    return f"the baseline accepts {count(accepted, 'finding')}" if accepted else "no finding is accepted by a baseline"


def _templates(workspace: ProjectWorkspace) -> str:
    values = TemplateValues("Title", workspace.project, "session")
    return f"{count(len(workspace.pipeline_artifacts().render_all(values)), 'template')} can be rendered"
