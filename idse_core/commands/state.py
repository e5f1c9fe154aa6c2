"""``idse accept`` and ``idse state rebuild``: maintenance of what is recorded."""

from __future__ import annotations

from typing import Optional

import click

from idse_core.commands.completion_values import sessions as complete_sessions
from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.progress import Progress
from idse_core.commands.session_choice import choose
from idse_core.design_store import SESSION_STATE, Place
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.reports.quoting import quoted_path
from idse_core.validation_engine import ValidationEngine

__all__ = ["accept", "state"]


@click.command()
@click.argument("stage", type=click.Choice([stage.value for stage in Stage]))
@click.option("--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one.")
@common_options
def accept(face: Face, stage: str, session: Optional[str]) -> None:
    """Confirm that a stale stage still holds.

    \b
    Example:
      idse accept plan
    """
    workspace = face.open()
    (chosen,) = choose(face, workspace, session, all_sessions=False).sessions
    stale = ValidationEngine(workspace, on_event=face.announce).accept(chosen, Stage(stage))
    changed = [name.value for name in stale]
    if face.json_output:
        from idse_core.reports.documents import AcceptDocument  # noqa: PLC0415  # only for --json

        face.document(AcceptDocument(workspace.project, chosen, stage, changed))
    else:
        face.print(f"{stage} of {quoted_path(chosen)} still holds, though {' and '.join(changed)} changed\n")


@click.group()
def state() -> None:
    """Look after session_state.json."""


@state.command()
@common_options
def rebuild(face: Face) -> None:
    """Write session_state.json anew from what the artifacts say.

    Only what can't be derived is taken from the old file: the last sync, and what completed stages were based on.

    \b
    Example:
      idse state rebuild
    """
    workspace = face.open()
    with Progress(face, "examining") as progress:
        engine = ValidationEngine(workspace, on_event=progress)
        report = engine.validate(workspace.sessions())
    engine.record(report)
    path = workspace.store.locate(Place(workspace.project, None, SESSION_STATE))
    if face.json_output:
        from idse_core.reports.documents import StateDocument  # noqa: PLC0415  # only for --json

        states = {
            item.session: {stage.value: status.state.value for stage, status in item.stages.items()}
            for item in report.sessions
        }
        face.document(StateDocument(workspace.project, path, states))  # type: ignore[arg-type]  # enum values
    else:
        face.print(
            f"Recorded {count(len(report.sessions), 'session')} in {face.shown(workspace.folder.parent / path)}\n"
        )
