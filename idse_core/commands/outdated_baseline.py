"""What of the baseline is out of date: findings that are gone, of sessions and projects that may be gone as well."""

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
    """What the baseline accepts and is not there any more, as far as the rules that work can tell."""
    report, rules = judgement.report, judgement.engine.rules
    sessions = None if options.all_sessions else choice.sessions
    stale = baseline.stale(report.project, sessions, report.all_accepted)
    if options.all_sessions:
        stale = (*stale, *baseline.of_projects(gone_projects(judgement.workspace, baseline)))
    return tuple(entry for entry in stale if rule_id(rules, entry.rule) not in report.broken)


def gone_projects(workspace: ProjectWorkspace, baseline: Baseline) -> FrozenSet[str]:
    """The projects that a baseline says something of and the workspace does not have any more."""
    others = baseline.projects - {workspace.project}
    return others.difference(workspace.store.list_projects()) if others else others


def rule_id(rules: ConstitutionRules, name: str) -> str:
    """The id of a rule that a baseline names by its id or its name, or what no rule is called any more."""
    return rules.get(name).id if name in rules else name
