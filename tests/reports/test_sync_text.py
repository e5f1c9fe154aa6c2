"""Names from another client or a server, in the report of a sync: just text, and nobody's command."""

from __future__ import annotations

import pytest

from idse_core.agency.outcome import Direction, DocumentOutcome, PlannedAction, Result, SyncReport
from idse_core.agency.planner import Action
from idse_core.reports.styling import Style
from idse_core.reports.sync_text import hints, render_sync
from tests.reports.making import HOSTILE
from tests.reports.reading import commands


def report(text: str, result: Result) -> SyncReport:
    outcomes = [
        DocumentOutcome(PlannedAction(text, key, Action.PUSH, 1), result, text, text) for key in ("spec_md", "plan_md")
    ]
    planned = tuple(item.planned for item in outcomes)
    return SyncReport(Direction.PUSH, text, text, text, text, False, 1, planned, tuple(outcomes))


@pytest.mark.parametrize("text", [*HOSTILE, "::error::x", "a\n::error::x", "##[error]x", "##vso[task.setvariable]x"])
@pytest.mark.parametrize("result", [Result.DONE, Result.CONFLICT, Result.MOVED, Result.FAILED, Result.LEFT])
def test_no_text_from_outside_is_a_runners_command(text: str, result: Result) -> None:
    found = report(text, result)
    shown = render_sync(found, Style(plain=True)) + "".join(f"{message}\n{hint}\n" for message, hint in hints(found))
    assert commands(shown) == []
    assert "\x1b" not in shown
    assert "##[" not in shown
    assert "##vso[" not in shown
