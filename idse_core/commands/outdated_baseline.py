"""What is out of date in the baseline: findings that are gone, maybe with their sessions and projects."""

from __future__ import annotations

from typing import FrozenSet, Tuple

from idse_core.commands.judgement import Judgement
from idse_core.commands.session_choice import Choice
from idse_core.commands.validate_options import ValidateOptions
from idse_core.constitution_rules import ConstitutionRules
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.baseline import Baseline, BaselineEntry

__all__ = ["gone_projects", "outdated", "rule_id"]


def outdated(
    judgement: Judgement, choice: Choice, options: ValidateOptions, baseline: Baseline
) -> Tuple[BaselineEntry, ...]:
    """Accepted findings that no longer exist, as far as the rules that work can tell."""
    report, rules = judgement.report, judgement.engine.rules
    sessions = None if options.all_sessions else choice.sessions
    stale = baseline.stale(report.project, sessions, report.all_accepted)
    if options.all_sessions:
        stale = (*stale, *baseline.of_projects(gone_projects(judgement.workspace, baseline)))
    return tuple(entry for entry in stale if rule_id(rules, entry.rule) not in report.broken)


def gone_projects(workspace: ProjectWorkspace, baseline: Baseline) -> FrozenSet[str]:
    """The projects that a baseline says anything about and the workspace no longer has."""
    others = baseline.projects - {workspace.project}
    return others.difference(workspace.store.list_projects()) if others else others


def rule_id(rules: ConstitutionRules, name: str) -> str:
    """The id of a rule that a baseline names by id or name; the name itself when no rule is called that any more."""
    return rules.get(name).id if name in rules else name
