"""``idse validate``."""

from __future__ import annotations

from typing import Any, Dict, Sequence, Tuple

import click

from idse_core.commands.completion_values import rules as complete_rules
from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.outputs import outputs
from idse_core.commands.validate_options import ValidateOptions
from idse_core.commands.validation_run import run
from idse_core.constitution_rules import Severity
from idse_core.errors import UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.reports.formats import FORMATS
from idse_core.validation.processors import processors

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
@click.option("--watch", is_flag=True, help="Keep running, and look again whenever something changes; records nothing.")
@click.option("--stdin-filename", metavar="FILE", help="Judge this artifact as it comes on stdin, for editors.")
@click.option("--no-state", is_flag=True, help="Do not record the result in session_state.json.")
@click.option("--no-cache", is_flag=True, help="Ignore the cache: look at every artifact.")
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
    """Combine the call's options into one value.

    Raises:
        UsageError: some of them exclude each other, or one names nothing.
    """
    wanted = outputs(given.pop("formats"), FORMATS, json_output=json_output)
    if given["stdin_filename"] == "":  # as with a buffer that has no name
        hint = "name the file whose text is on stdin, or leave --stdin-filename out"
        raise UsageError("--stdin-filename names no file", hint=hint)
    through, fail_on = given.pop("through"), given.pop("fail_on")
    options = ValidateOptions(
        outputs=wanted,
        through=Stage(through) if through else None,
        fail_on=None if fail_on == "never" else Severity(fail_on),
        select=_rules("--select", given.pop("select")),
        ignore=_rules("--ignore", given.pop("ignore")),
        jobs=_jobs(given.pop("jobs")),
        **given,
    )
    for name in options.conflicting():
        raise UsageError(name, hint="idse validate --help")
    return options


def _jobs(given: str) -> int:
    if given == "auto":
        return processors()
    if not (given.isascii() and given.isdigit() and len(given) < len("100") and 1 <= int(given) <= _MOST_JOBS):
        hint = "leave it out for one process, or let `--jobs auto` look how many processors there are"
        raise UsageError(f"--jobs takes a number from 1 to {_MOST_JOBS}, or auto, and not '{given}'", hint=hint)
    return int(given)


def _rules(option: str, values: Sequence[str]) -> Tuple[str, ...]:
    """The words by which an option names rules.

    Raises:
        UsageError: it was given but names none, as with an empty variable: that would mean all rules, or none.
    """
    found = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    if values and not found:
        raise UsageError(
            f"{option} names no rule", hint=f"leave {option} out, or name some: `idse rules list` shows them"
        )
    return found
