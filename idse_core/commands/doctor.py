"""``idse doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from idse_core.commands.face import Face
from idse_core.commands.options import common_options
from idse_core.commands.progress import Progress

if TYPE_CHECKING:
    from idse_core.health import Examination

__all__ = ["doctor"]


@click.command()
@click.option("--fix", is_flag=True, help="Do what can be done without losing anything; what goes away is kept aside.")
@common_options
@click.pass_context
def doctor(ctx: click.Context, face: Face, fix: bool) -> None:
    """Check whether the workspace is in good order. Records, sessions, leftovers, links, settings, rule packs.

    Looks at all projects, or at the one that --project names. Changes nothing without --fix. Exits 1 when a check fails.

    \b
    Example:
      idse doctor
      idse doctor --fix
    """
    from idse_core.health import examine  # noqa: PLC0415  # `idse --help` must not pay for what it needs

    with Progress(face, "checking", "looks at sessions") as progress:
        examination = examine(face.config, fix=fix, on_event=progress)
    if face.json_output:
        _document(face, examination)
    else:
        from idse_core.reports.health_text import render_health  # noqa: PLC0415  # not for --json

        face.print(render_health(examination, face.style))
    ctx.exit(int(not examination.sound))


def _document(face: Face, examination: Examination) -> None:
    from idse_core.health import Status  # noqa: PLC0415  # as above
    from idse_core.reports.documents import CheckCountsItem, CheckItem, DoctorDocument  # noqa: PLC0415  # only for --json

    checks = [
        CheckItem(
            check.name,
            check.status.value,
            check.project or None,
            check.path or None,
            check.message,
            check.advice,
            check.remedy is not None,
        )
        for check in examination.checks
    ]
    counts = CheckCountsItem(*(sum(check.status is status for check in examination.checks) for status in Status))
    face.document(DoctorDocument(str(examination.folder), checks, list(examination.fixed), counts))
