"""``idse validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

import click

from idse_core.commands.completing import rules as complete_rules
from idse_core.commands.completing import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.validating import ValidateOptions, run
from idse_core.constitution_rules import Severity
from idse_core.errors import UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.formats import FORMATS
from idse_core.validation.processors import processors
from idse_core.workspace_folder import FOLDER

__all__ = ["validate"]

_MOST_JOBS = 64
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
@click.option("--since", metavar="REF", help="Only findings in files changed since we parted from this git revision.")
@click.option(
    "--write-baseline", is_flag=True, help="Accept the findings that are selected; later runs report what is new."
)
@click.option("--prune-baseline", is_flag=True, help="Drop accepted findings that are not there any more.")
@click.option("--no-baseline", is_flag=True, help="Report accepted findings as well.")
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="Also show, as text, JSON and SARIF, what comments and the baseline let pass, and why; it does not count.",
)
@click.option("--fix", is_flag=True, help="Mend what can be mended; nothing of yours is ever deleted.")
@click.option(
    "--diff",
    is_flag=True,
    help="Show what --fix would change, as a patch, and change nothing; exit 1 if anything.",
)
@click.option("--watch", is_flag=True, help="Stay, and look again whenever something changes; records nothing.")
@click.option("--stdin-filename", metavar="FILE", help="Judge this artifact as it comes on stdin, for editors.")
@click.option("--no-state", is_flag=True, help="Do not record the result in session_state.json.")
@click.option("--no-cache", is_flag=True, help="Look at every artifact anew.")
@click.option(
    "--jobs",
    default="1",
    show_default=True,
    metavar="N|auto",
    help="Processes to judge hundreds of artifacts with; auto: one for each processor. The findings are the same.",
)
@common_options
@click.pass_context
def validate(ctx: click.Context, /, face: Face, **given: Any) -> None:  # noqa: ANN401  # what click parsed
    """Check artifacts against the Constitution. The verdict is recorded in session_state.json.

    Exits 1 with findings at or above --fail-on, or with changes that --diff shows; 2 when a rule pack or a rule is broken. What
    is recorded is the verdict on the whole session, whatever the options show.

    \b
    Example:
      idse validate
      idse validate --all --format concise
      idse validate --through spec --format text --format sarif:idse.sarif
      idse validate --all --write-baseline
      idse validate --fix --diff
    """
    options = _options(given, json_output=face.json_output)
    if options.watch:
        from idse_core.commands.watching import watch  # noqa: PLC0415  # only for --watch

        watch(face, options)
        return
    ctx.exit(run(face, options))


def _options(given: Dict[str, Any], *, json_output: bool) -> ValidateOptions:
    """The call's options as one value.

    Raises:
        UsageError: some of them exclude each other, or one names nothing.
    """
    outputs = _outputs(given.pop("formats"), json_output=json_output)
    through, fail_on = given.pop("through"), given.pop("fail_on")
    options = ValidateOptions(
        outputs=tuple(outputs),
        through=Stage(through) if through else None,
        fail_on=None if fail_on == "never" else Severity(fail_on),
        select=tuple(_words(given.pop("select"))),
        ignore=tuple(_words(given.pop("ignore"))),
        jobs=_jobs(given.pop("jobs")),
        **given,
    )
    for name in options.conflicting():
        raise UsageError(name, hint="idse validate --help")
    return options


def _outputs(formats: Sequence[str], *, json_output: bool) -> List[Tuple[str, Optional[Path]]]:
    outputs: List[Tuple[str, Optional[Path]]] = []
    wanted = list(formats) or ([] if json_output else ["text"])
    if json_output and "json" not in wanted:
        wanted.append("json")
    for item in wanted:
        name, _, target = item.partition(":")
        if name not in FORMATS:
            raise UsageError(f"there is no format '{name}'", hint=f"the formats are {', '.join(FORMATS)}")
        outputs.append((name, _file(target) if target else None))
    if sum(target is None for _, target in outputs) > 1:
        raise UsageError("only one format can go to stdout", hint="give the others a file, as in json:report.json")
    targets = [target for _, target in outputs if target is not None]
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is not None:
        raise UsageError(f"two formats can't go to the same file, {twice.name}", hint="give each a file of its own")
    return outputs


def _jobs(given: str) -> int:
    if given == "auto":
        return processors()
    if not (given.isascii() and given.isdigit() and len(given) < len("100") and 1 <= int(given) <= _MOST_JOBS):
        raise UsageError(f"--jobs takes a number from 1 to {_MOST_JOBS}, or auto, and not '{given}'")
    return int(given)


def _file(target: str) -> Path:
    path = Path.cwd() / target
    if path.exists() and not path.is_file():  # a device would be replaced by a file, for everybody
        raise UsageError(f"{target} is not a file", hint="leave the file out to write to stdout")
    if FOLDER in path.resolve().parts:  # a report in the place of an artifact would be all that is left of it
        raise UsageError(f"{target} is inside of a workspace", hint="reports go outside of .idse")
    return path


def _words(values: Sequence[str]) -> List[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]
