"""`idse validate --write-baseline` and `--prune-baseline`."""

from __future__ import annotations

from idse_core.commands.face import Face
from idse_core.commands.judgement import Judgement, wanted
from idse_core.commands.outdated_baseline import gone_projects, outdated, rule_id
from idse_core.commands.session_choice import Choice
from idse_core.commands.validate_options import ValidateOptions
from idse_core.errors import ConfigError
from idse_core.printable import count
from idse_core.validation.baseline import Baseline
from idse_core.validation.baseline_file import load_baseline, save_baseline

__all__ = ["write_baseline"]


def write_baseline(face: Face, judgement: Judgement, choice: Choice, options: ValidateOptions) -> None:
    """Accept what was found, or remove from the baseline what is no longer found.

    When the call selects only some findings, only these are accepted, and everything else in the baseline stays.

    Raises:
        ConfigError: a rule failed, so it is unknown what there is to accept; or the baseline is broken.
    """
    _refuse_broken(judgement)
    baseline = load_baseline(judgement.workspace.folder)
    if options.write_baseline:
        changed = _accepted(baseline, judgement, options)
    else:
        gone = outdated(judgement, choice, options, baseline)
        chosen = judgement.selection.rules if options.select or options.ignore else None
        rules = judgement.engine.rules
        changed = baseline.without(item for item in gone if chosen is None or rule_id(rules, item.rule) in chosen)
    if options.all_sessions and not options.narrows:
        changed = changed.with_sessions(judgement.workspace.project, choice.sessions)
        changed = changed.without_projects(gone_projects(judgement.workspace, changed))
    if not baseline and not changed:
        face.note("nothing is accepted, so there is no baseline to prune")
        return
    path = save_baseline(judgement.workspace.folder, changed)
    face.note(f"{face.locate(path, judgement.workspace)} holds {count(len(changed), 'accepted finding')} now")


def _accepted(baseline: Baseline, judgement: Judgement, options: ValidateOptions) -> Baseline:
    found = (*judgement.report.findings, *judgement.report.all_accepted)
    if options.narrows:
        return baseline.accepting(filter(wanted(judgement, options), found))
    digests = {
        item.session: {stage: status.digest for stage, status in item.stages.items()}
        for item in judgement.report.sessions
    }
    return baseline.rewritten(judgement.workspace.project, digests, found)


def _refuse_broken(judgement: Judgement) -> None:
    broken = judgement.report.broken
    if not broken:
        return
    rule = judgement.engine.rules.get(broken[0])
    names = ", ".join(broken)
    raise ConfigError(
        f"the baseline is left as it is: {names} failed, so it is not known what there is to accept",
        hint=f"mend {names} or set its severity to off; idse validate says what is wrong with it",
        path=rule.source,
    )
