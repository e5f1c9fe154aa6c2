"""``idse validate``."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import click

from idse_core import files
from idse_core.commands.choosing import choose
from idse_core.commands.completing import rules as complete_rules
from idse_core.commands.completing import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.progress import Progress
from idse_core.commands.repository import repository_paths
from idse_core.constitution_rules import Severity
from idse_core.errors import UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.formats import FORMATS, STATISTICS, Renderer, View
from idse_core.reports.styling import Style
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine

__all__ = ["validate"]

_SEVERITIES = ("error", "warning", "info", "never")


@click.command()
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option("--all", "all_sessions", is_flag=True, help="Every session of the project.")
@click.option(
    "--through", type=click.Choice([stage.value for stage in Stage]), help="Nothing about stages after this one."
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    shell_complete=complete_rules,
    help="Only these: ids, names or beginnings of ids; commas or repeated.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULES",
    shell_complete=complete_rules,
    help="All but these; locked rules can't be ignored.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="error",
    show_default=True,
    help="Exit 1 from this severity on.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help=f"{', '.join(FORMATS)}; may be repeated with files.",
)
@click.option(
    "--statistics", is_flag=True, help="As text and JSON: findings per rule, most first, instead of each one."
)
@click.option("--no-state", is_flag=True, help="Do not record the result in session_state.json.")
@click.option("--no-cache", is_flag=True, help="Look at every artifact anew.")
@common_options
@click.pass_context
def validate(
    ctx: click.Context,
    face: Face,
    session: Optional[str],
    all_sessions: bool,
    through: Optional[str],
    select: Tuple[str, ...],
    ignore: Tuple[str, ...],
    fail_on: str,
    formats: Tuple[str, ...],
    statistics: bool,
    no_state: bool,
    no_cache: bool,
) -> None:
    r"""Check artifacts against the Constitution and record the verdict in session_state.json.

    Exits 1 with findings at or above --fail-on, 2 when a rule pack is broken. What is recorded is the verdict on the
    whole session, whatever the options show.

    \b
    Example:
      idse validate
      idse validate --all --format concise
      idse validate --through spec --format text --format sarif:idse.sarif
      idse validate --all --statistics
    """
    outputs = _outputs(formats, json_output=face.json_output)
    workspace = face.open()
    choice = choose(face, workspace, session, all_sessions=all_sessions)
    with Progress(face, "validating") as progress:
        engine = ValidationEngine(workspace, use_cache=not no_cache, on_event=progress)
        selection = Selection.of(
            engine.rules, select=_words(select), ignore=_words(ignore), through=Stage(through) if through else None
        )
        report = engine.validate(choice.sessions)
    shown = report.narrowed(selection.allows)
    view = View(
        report=report,
        shown=shown,
        rules=engine.rules,
        locate=lambda path: face.locate(path, workspace),
        locate_in_repository=repository_paths(workspace.folder.parent),
        style=face.style,
        fail_on=None if fail_on == "never" else Severity(fail_on),
        through=selection.through,
    )
    for name, target in outputs:
        _emit(face, view, (STATISTICS if statistics else FORMATS)[name], target)
    if not no_state:
        engine.record(report)
    if view.fail_on is not None and shown.reaches(view.fail_on):
        ctx.exit(1)


def _outputs(formats: Sequence[str], *, json_output: bool) -> List[Tuple[str, Optional[Path]]]:
    outputs: List[Tuple[str, Optional[Path]]] = []
    for item in formats or (("json",) if json_output else ("text",)):
        name, _, target = item.partition(":")
        if name not in FORMATS:
            raise UsageError(f"there is no format '{name}'", hint=f"the formats are {', '.join(FORMATS)}")
        outputs.append((name, Path.cwd() / target if target else None))
    if sum(target is None for _, target in outputs) > 1:
        raise UsageError("only one format can go to stdout", hint="give the others a file, as in json:report.json")
    return outputs


def _words(values: Sequence[str]) -> List[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _emit(face: Face, view: View, render: Renderer, target: Optional[Path]) -> None:
    if target is None:
        face.print(render(view))
    else:
        plain = view._replace(style=Style())
        files.replace_file(target, render(plain).encode("utf-8", "backslashreplace"))
