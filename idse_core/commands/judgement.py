"""Validates the sessions of an `idse validate` call, and shows what the call selects from the result."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Callable, NamedTuple, Optional

from idse_core import files
from idse_core.commands.face import Face
from idse_core.commands.progress import Progress
from idse_core.commands.repository import repository_paths
from idse_core.commands.session_choice import Choice
from idse_core.commands.validate_options import ValidateOptions
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.formats import FORMATS, STATISTICS, Renderer, View
from idse_core.reports.styling import Style
from idse_core.validation.baseline import Baseline
from idse_core.validation.constitution import Constitution
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report, Selection
from idse_core.validation_engine import ValidationEngine

__all__ = ["Judgement", "judge", "show", "wanted"]

_GARBAGE = 100_000
"""New objects before a garbage collection: a report makes many that stay, and hardly any cycles."""

_BROKEN_RULE = 2
"""The exit code of a run in which a rule failed: what is shown was found, but less was checked than should be."""


class Judgement(NamedTuple):
    """The result of a validation, and what is needed to show and record it."""

    workspace: ProjectWorkspace
    engine: ValidationEngine
    report: Report
    selection: Selection


def judge(
    face: Face,
    workspace: ProjectWorkspace,
    choice: Choice,
    options: ValidateOptions,
    constitution: Optional[Constitution] = None,
) -> Judgement:
    """Validate the chosen sessions.

    Args:
        face: where progress and warnings go.
        workspace: theirs.
        choice: the sessions.
        options: of the call.
        constitution: the rules in force, if they have been read already, and what is wrong beside them was told.
    """
    gc.set_threshold(_GARBAGE)
    with Progress(face, "validating") as progress:
        engine = ValidationEngine(
            workspace,
            constitution=constitution,
            baseline=Baseline() if options.no_baseline else None,
            use_cache=not options.no_cache,
            jobs=options.jobs,
            on_event=progress,
        )
        selection = Selection.of(engine.rules, select=options.select, ignore=options.ignore, through=options.through)
        return Judgement(workspace, engine, engine.validate(choice.sessions), selection)


def show(face: Face, judgement: Judgement, options: ValidateOptions) -> int:
    """Print the findings that the call selects; returns the exit code."""
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
    """A function that tells whether the call selected a finding."""
    if options.since is None:
        return judgement.selection.allows
    from idse_core.commands.changed_files import changed_files  # noqa: PLC0415  # only for --since

    changed = changed_files(judgement.workspace.folder.parent, options.since)
    return lambda item: item.path in changed and judgement.selection.allows(item)
