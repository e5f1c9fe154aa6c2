"""What `idse validate` does: fix, validate, update the baseline, record, show."""

from __future__ import annotations

from shlex import quote

from idse_core.commands.face import Face
from idse_core.commands.judgement import Judgement, judge, show
from idse_core.commands.outdated_baseline import outdated
from idse_core.commands.session_choice import Choice, choose
from idse_core.commands.validate_options import ValidateOptions
from idse_core.errors import LockedError, RefusedError, StorageError
from idse_core.printable import count
from idse_core.validation.baseline import Baseline
from idse_core.validation.baseline_file import load_baseline
from idse_core.validation.constitution import Constitution, load_constitution

__all__ = ["run"]


def run(face: Face, options: ValidateOptions) -> int:
    """Validate, record, show; returns the exit code."""
    if options.stdin_filename:
        from idse_core.commands.from_editor import run_on_stdin  # noqa: PLC0415  # only for editors

        return run_on_stdin(face, options, options.stdin_filename)
    workspace = face.open()
    choice = choose(face, workspace, options.session, all_sessions=options.all_sessions, warn=False)
    constitution = load_constitution(workspace.folder, workspace.project, face.announce)
    if options.fix or options.diff:
        from idse_core.commands.fixing import fix  # noqa: PLC0415  # only for --fix

        code = fix(face, workspace, choice.sessions, options, constitution)
        if code is not None:
            return code
    judgement = judge(face, workspace, choice, options, constitution)
    judgement = _with_baseline_written(face, judgement, choice, options, constitution)
    if not options.no_state:
        _record(judgement)  # before anything is printed: an error must not follow a whole JSON document
    return show(face, judgement, options)


def _record(judgement: Judgement) -> None:
    try:
        judgement.engine.record(judgement.report)
    except (LockedError, RefusedError, StorageError) as error:
        error.hint = f"{error.hint}; or leave the record alone with --no-state" if error.hint else "use --no-state"
        raise


def _with_baseline_written(
    face: Face, judgement: Judgement, choice: Choice, options: ValidateOptions, constitution: Constitution
) -> Judgement:
    """Write or prune the baseline when asked to, and validate again with it; else warn of what is out of date in it."""
    if options.write_baseline or options.prune_baseline:
        from idse_core.commands.baseline_writing import write_baseline  # noqa: PLC0415  # only on request

        write_baseline(face, judgement, choice, options)
        return judge(face, judgement.workspace, choice, options, constitution)
    baseline = Baseline() if options.no_baseline else load_baseline(judgement.workspace.folder)
    gone = sum(entry.times for entry in outdated(judgement, choice, options, baseline))
    if gone:
        chosen = f" --session {quote(options.session)}" if options.session else ""
        again = f"idse validate{' --all' if options.all_sessions else chosen} --prune-baseline"
        face.warn(f"the baseline accepts {count(gone, 'finding')} no longer found", again)
    return judgement
