"""``idse trace`` and ``idse trace accept``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple

import click

from idse_core import files
from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.outputs import outputs
from idse_core.commands.progress import Progress
from idse_core.commands.session_choice import choose
from idse_core.errors import UsageError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import Style
from idse_core.traceability import REQUIREMENTS, SessionTrace, TraceStatus
from idse_core.traceability import accept as accept_requirements
from idse_core.traceability import trace as trace_sessions
from idse_core.validation.confirmations import read_confirmations

__all__ = ["trace"]

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_FORMATS = ("text", "json", "md", "html")


class _View(NamedTuple):
    """What a call traced: for each session the whole trace, and the part that it selected."""

    workspace: ProjectWorkspace
    prefixes: Tuple[str, ...]
    traces: List[Tuple[SessionTrace, SessionTrace]]


@click.group(invoke_without_command=True)
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@click.option("--all", "all_sessions", is_flag=True, help="Every session of the project.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help=f"Only these: {', '.join(status.value for status in TraceStatus)}; commas or repeated.",
)
@click.option(
    "--prefix",
    "prefixes",
    multiple=True,
    metavar="PREFIX",
    help=f"What the ids begin with; commas or repeated. By default what the rules ask for, as {', '.join(REQUIREMENTS)}.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help=f"{', '.join(_FORMATS)}; may be repeated with files.",
)
@common_options
@click.pass_context
def trace(
    ctx: click.Context,
    face: Face,
    session: Optional[str],
    all_sessions: bool,
    statuses: Tuple[str, ...],
    prefixes: Tuple[str, ...],
    formats: Tuple[str, ...],
) -> None:
    """Follow each requirement through the stages. Where it is defined, accepted, planned, tasked, reported.

    Changes nothing, and exits 0 whatever it shows; findings come from `idse validate`.

    \b
    Example:
      idse trace
      idse trace --all --status uncovered,suspect
      idse trace --format html:trace.html
      idse trace accept FR-3
    """
    if ctx.invoked_subcommand is not None:
        if all_sessions or statuses or prefixes or formats:
            raise UsageError(
                "of these options `idse trace accept` takes only --session", hint="idse trace accept --help"
            )
        ctx.obj = session
        return
    reports = outputs(formats, _FORMATS, json_output=face.json_output)
    wanted = [_status(word) for word in _words(statuses)]
    asked = tuple(dict.fromkeys(_prefix(word.strip()) for given in prefixes for word in given.split(","))) or None
    workspace = face.open()
    choice = choose(face, workspace, session, all_sessions=all_sessions)
    _warn_of_broken_record(face, workspace)
    with Progress(face, "tracing") as progress:
        found = list(trace_sessions(workspace, choice.sessions, prefixes=asked, on_event=progress))
    chosen = found[0].prefixes if found else asked or REQUIREMENTS
    traces = [(item, item.narrowed(wanted) if wanted else item) for item in found]
    for name, target in reports:
        _emit(face, _View(workspace, chosen, traces), name, target)


@trace.command()
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@common_options
@click.pass_context
def accept(ctx: click.Context, face: Face, names: Tuple[str, ...], session: Optional[str]) -> None:
    """Confirm that a requirement's criteria and tasks still hold.

    \b
    Example:
      idse trace accept FR-3
      idse trace accept FR-3 FR-4 --session auth-login
    """
    wanted = _words(names)
    if not wanted:
        raise UsageError("no requirement is named", hint="idse trace accept --help")
    workspace = face.open()
    (chosen,) = choose(face, workspace, session or ctx.obj, all_sessions=False).sessions
    done = accept_requirements(workspace, chosen, wanted, on_event=face.announce)
    if face.json_output:
        from idse_core.reports.trace_json import trace_accept_document  # noqa: PLC0415  # only for --json

        face.document(trace_accept_document(workspace.project, chosen, done))
        return
    for item in done.accepted:
        cover = ", ".join(quoted(name) for name in item.cover)
        face.print(
            f"{quoted(item.id)} of {quoted_path(chosen)} is covered as it stands" + (f": {cover}\n" if cover else "\n")
        )
    for item in done.unchanged:
        face.print(f"{quoted(item.id)} of {quoted_path(chosen)} was confirmed already, and has not changed since\n")
    if done.waiting:
        face.print(f"still to be accepted: {', '.join(quoted(name) for name in done.waiting)}\n")


def _emit(face: Face, view: _View, name: str, target: Optional[Path]) -> None:
    text = _rendered(face, view, name, Style() if target else face.style)
    if target is None:
        face.print(text)
    else:
        files.write_output(target, text.encode("utf-8", "backslashreplace"))


def _rendered(face: Face, view: _View, name: str, style: Style) -> str:
    # Each format is imported when it is written: a call needs one or two of them.
    if name == "json":
        from idse_core.reports.documents import to_json  # noqa: PLC0415
        from idse_core.reports.trace_json import trace_document  # noqa: PLC0415

        return to_json(trace_document(view.workspace.project, view.prefixes, view.traces))
    if name == "md":
        from idse_core.reports.trace_markdown import render_trace_markdown  # noqa: PLC0415

        return render_trace_markdown(view.traces)
    if name == "html":
        from idse_core.reports.trace_html import render_trace_html  # noqa: PLC0415

        return render_trace_html(view.traces)
    from idse_core.reports.trace_text import render_trace_text  # noqa: PLC0415

    return render_trace_text(view.traces, style, lambda path: face.locate(path, view.workspace))


def _status(word: str) -> TraceStatus:
    known = {status.value: status for status in TraceStatus}
    if word not in known:
        raise UsageError(f"there is no status '{word}'", hint=f"the statuses are {', '.join(known)}")
    return known[word]


def _prefix(word: str) -> str:
    if _PREFIX.fullmatch(word):
        return word
    meant = word.rstrip("-").upper()
    hint = f"did you mean {meant}?" if _PREFIX.fullmatch(meant) else "letters and digits before the hyphen: --prefix FR"
    raise UsageError(f"no id begins with '{word}'" if word else "--prefix names none", hint=hint)


def _words(values: Sequence[str]) -> List[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _warn_of_broken_record(face: Face, workspace: ProjectWorkspace) -> None:
    problem = read_confirmations(workspace).problem
    if problem is not None:
        face.warn(f"{problem}; no requirement counts as suspect", problem.hint)
