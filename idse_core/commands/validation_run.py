"""What `idse validate` does: judge, let pass, mend, show, record."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Callable, FrozenSet, NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.commands.face import Face
from idse_core.commands.progress import Progress
from idse_core.commands.repository import repository_paths
from idse_core.commands.session_choice import Choice, choose
from idse_core.constitution_rules import ConstitutionRules, Severity
from idse_core.errors import LockedError, RefusedError, StorageError
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.formats import FORMATS, STATISTICS, Renderer, View
from idse_core.reports.styling import Style
from idse_core.validation.baseline import Baseline, BaselineEntry
from idse_core.validation.baseline_file import load_baseline
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report, Selection
from idse_core.validation_engine import ValidationEngine

__all__ = [
    "Judgement",
    "ValidateOptions",
    "gone_projects",
    "judge",
    "outdated",
    "rule_id",
    "run",
    "show",
    "wanted",
]

_GARBAGE = 100_000
"""New objects after which unreachable ones are looked for: a report makes many that stay, and hardly any cycles."""

_BROKEN_RULE = 2
"""The exit code of a run in which a rule failed: it found what is shown, but looked for less than it should."""


_FOR_PEOPLE = frozenset(["text", "concise"])
"""Formats of reports on stdout that a patch may stand in for."""


class ValidateOptions(NamedTuple):
    """One call's options; see `idse validate --help`.

    Attributes:
        outputs: format name and file; None is stdout.
        fail_on: None for never.
        jobs: how many processes may judge.
    """

    session: Optional[str]
    all_sessions: bool
    through: Optional[Stage]
    select: Tuple[str, ...]
    ignore: Tuple[str, ...]
    fail_on: Optional[Severity]
    outputs: Tuple[Tuple[str, Optional[Path]], ...]
    statistics: bool
    since: Optional[str]
    write_baseline: bool
    prune_baseline: bool
    no_baseline: bool
    show_suppressed: bool
    fix: bool
    diff: bool
    watch: bool
    stdin_filename: Optional[str]
    no_state: bool
    no_cache: bool
    jobs: int

    @property
    def narrows(self) -> bool:
        """Whether the call wants only some of the findings."""
        return bool(self.select or self.ignore or self.through or self.since is not None)

    def conflicting(self) -> Tuple[str, ...]:
        """What does not go together, in words."""
        writes_baseline = self.write_baseline or self.prune_baseline
        mends = "--fix" if self.fix else "--diff"
        pairs = (
            (self.no_baseline, writes_baseline, "--no-baseline and writing the baseline"),
            (
                self.prune_baseline,
                self.through is not None or self.since is not None,
                "--prune-baseline and --through or --since",  # what is not there stands in no stage and no file
            ),
            (bool(self.stdin_filename), writes_baseline, "--stdin-filename and writing the baseline"),
            (self.watch, self.fix or self.diff, f"--watch and {mends}"),
            (self.watch, writes_baseline, "--watch and writing the baseline"),
            (self.watch, bool(self.stdin_filename), "--watch and --stdin-filename"),
            (bool(self.stdin_filename), self.fix or self.diff, f"--stdin-filename and {mends}"),
            (
                bool(self.stdin_filename),
                bool(self.session) or self.all_sessions,
                "--stdin-filename and --session or --all",
            ),
            (self.watch, any(target is not None for _, target in self.outputs), "--watch and output to a file"),
            (
                self.diff,
                any(name not in _FOR_PEOPLE or target is not None for name, target in self.outputs),
                "--diff, which prints a patch, and reports in a machine format or to a file",
            ),
            (self.diff, self.write_baseline or self.prune_baseline, "--diff and writing the baseline"),
        )
        return tuple(f"{words} exclude each other" for one, other, words in pairs if one and other)


class Judgement(NamedTuple):
    """What came of judging, and what is needed to show and record it."""

    workspace: ProjectWorkspace
    engine: ValidationEngine
    report: Report
    selection: Selection


def run(face: Face, options: ValidateOptions) -> int:
    """Judge, show, record; gives the exit code."""
    if options.stdin_filename:
        from idse_core.commands.from_editor import run_on_stdin  # noqa: PLC0415  # only for editors

        return run_on_stdin(face, options, options.stdin_filename)
    workspace = face.open()
    choice = choose(face, workspace, options.session, all_sessions=options.all_sessions, warn=False)
    if options.fix or options.diff:
        from idse_core.commands.fixing import fix  # noqa: PLC0415  # only for --fix

        code = fix(face, workspace, choice.sessions, options)
        if code is not None:
            return code
    judgement = judge(face, workspace, choice, options)
    judgement = _with_baseline_written(face, judgement, choice, options)
    if not options.no_state:
        _record(judgement)  # before anything is printed: a fault must not follow a whole JSON document
    return show(face, judgement, options)


def _record(judgement: Judgement) -> None:
    try:
        judgement.engine.record(judgement.report)
    except (LockedError, RefusedError, StorageError) as error:
        error.hint = f"{error.hint}; or leave the record alone with --no-state" if error.hint else "use --no-state"
        raise


def judge(face: Face, workspace: ProjectWorkspace, choice: Choice, options: ValidateOptions) -> Judgement:
    """The verdict on the chosen sessions."""
    gc.set_threshold(_GARBAGE)
    with Progress(face, "validating") as progress:
        engine = ValidationEngine(
            workspace,
            baseline=Baseline() if options.no_baseline else None,
            use_cache=not options.no_cache,
            jobs=options.jobs,
            on_event=progress,
        )
        selection = Selection.of(engine.rules, select=options.select, ignore=options.ignore, through=options.through)
        return Judgement(workspace, engine, engine.validate(choice.sessions), selection)


def show(face: Face, judgement: Judgement, options: ValidateOptions) -> int:
    """Print the findings that the call wants to see; gives the exit code."""
    shown = judgement.report.narrowed(wanted(judgement, options))
    view = View(
        report=judgement.report,
        shown=shown,
        rules=judgement.engine.rules,
        locate=lambda path: face.locate(path, judgement.workspace),
        locate_in_repository=repository_paths(judgement.workspace.folder.parent),
        style=face.style,
        fail_on=options.fail_on,
        through=options.through,
        show_suppressed=options.show_suppressed,
    )
    for name, target in options.outputs:
        _emit(face, view, (STATISTICS if options.statistics else FORMATS)[name], target)
    if judgement.report.broken:
        return _BROKEN_RULE
    return int(options.fail_on is not None and shown.reaches(options.fail_on))


def _emit(face: Face, view: View, render: Renderer, target: Optional[Path]) -> None:
    if target is None:
        face.print(render(view))
    else:
        plain = view._replace(style=Style())
        files.write_output(target, render(plain).encode("utf-8", "backslashreplace"))


def wanted(judgement: Judgement, options: ValidateOptions) -> Callable[[Finding], bool]:
    """Tells of a finding whether the call selected it."""
    if options.since is None:
        return judgement.selection.allows
    from idse_core.commands.changed_files import changed_files  # noqa: PLC0415  # only for --since

    changed = changed_files(judgement.workspace.folder.parent, options.since)
    return lambda item: item.path in changed and judgement.selection.allows(item)


def _with_baseline_written(face: Face, judgement: Judgement, choice: Choice, options: ValidateOptions) -> Judgement:
    """Write or prune the baseline when asked to, and judge again with it; else say what is out of date in it."""
    if options.write_baseline or options.prune_baseline:
        from idse_core.commands.baseline_writing import write_baseline  # noqa: PLC0415  # only who asks for it

        write_baseline(face, judgement, choice, options)
        return judge(face, judgement.workspace, choice, options)
    baseline = Baseline() if options.no_baseline else load_baseline(judgement.workspace.folder)
    gone = sum(entry.times for entry in outdated(judgement, choice, options, baseline))
    if gone:
        chosen = f" --session {options.session}" if options.session else ""
        again = f"idse validate{' --all' if options.all_sessions else chosen} --prune-baseline"
        face.warn(f"the baseline accepts {count(gone, 'finding')} no longer found", again)
    return judgement


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
