"""Computes what `idse status` prints from the artifacts."""

from __future__ import annotations

from typing import Optional

from idse_core.commands.face import Face
from idse_core.commands.progress import Progress
from idse_core.commands.session_choice import choose
from idse_core.reports.status_text import render_overview, render_status
from idse_core.session_overview import overviews
from idse_core.validation_engine import ValidationEngine

__all__ = ["status_output"]


def status_output(face: Face, session: Optional[str], *, all_sessions: bool) -> str:
    """The text or JSON document for one session, or for all of them."""
    workspace = face.open()
    choice = choose(face, workspace, session, all_sessions=all_sessions)
    with Progress(face, "examining") as progress:
        report = ValidationEngine(workspace, on_event=progress).validate(choice.sessions)
    found = overviews(workspace, report, choice.current, on_event=face.announce)
    if face.json_output:
        from idse_core.commands.json_items import status_document  # noqa: PLC0415  # only for --json
        from idse_core.reports.documents import to_json  # noqa: PLC0415

        return to_json(status_document(workspace, choice.current, found))
    return render_overview(found, face.style) if all_sessions else render_status(found[0], face.style)
