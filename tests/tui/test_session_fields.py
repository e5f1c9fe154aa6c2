"""What people say about a session is changed in the app as by `idse session set`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Mapping

import pytest
from textual.widgets import Input

from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType
from idse_tui.dialogs.session_fields import SessionFieldsScreen, TypedFields, changes_of, set_line
from tests.tui.driving import SESSIONS, running

KNOWN = SessionMetadata("billing", "Invoices", owner="portal team", status=SessionStatus.REVIEW)
SAME = TypedFields("Invoices", "feature", "review", "portal team")


@pytest.mark.parametrize(
    ("typed", "changes", "line"),
    [
        (SAME, {}, "idse session set billing"),
        (
            SAME._replace(status="comp"),
            {"status": SessionStatus.COMPLETE},
            "idse session set billing --status complete",
        ),
        (
            SAME._replace(kind="E"),
            {"session_type": SessionType.EXPLORATORY},
            "idse session set billing --type exploratory",
        ),
        (
            SAME._replace(title="All of it", owner=""),
            {"title": "All of it", "owner": ""},
            "idse session set billing --title 'All of it' --owner ''",
        ),
        (SAME._replace(title=" "), {"title": "billing"}, "idse session set billing --title billing"),
    ],
)
def test_only_what_differs_is_changed(typed: TypedFields, changes: Mapping[str, object], line: str) -> None:
    assert changes_of(typed, KNOWN) == (changes, "")
    assert set_line("billing", changes) == line


@pytest.mark.parametrize("typed", [SAME._replace(kind=""), SAME._replace(status="x"), SAME._replace(status="archived")])
def test_what_is_none_changes_nothing(typed: TypedFields) -> None:
    changes, problem = changes_of(typed, KNOWN)
    assert not changes
    assert "is one of" in problem


async def test_fields_are_changed_and_the_command_is_logged(sample: Path) -> None:
    path = sample / SESSIONS / "billing" / "metadata" / "session.json"
    async with running(sample, session="billing") as driver:
        await driver.press("m")
        assert isinstance(driver.app.screen, SessionFieldsScreen)
        assert "nothing is changed yet" in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, SessionFieldsScreen)
        driver.app.screen.query_one("#set-status", Input).focus()
        await driver.type("dr")
        await driver.until(lambda: "idse session set billing --status draft" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: driver.state.view.about("billing").status is SessionStatus.DRAFT)
        await driver.until(lambda: driver.state.command_log == ["idse session set billing --status draft"])
        assert json.loads(path.read_text())["status"] == "draft"
        assert any("status of billing changed" in item.message for item in driver.app._notifications)


async def test_restoring_is_found_by_its_name(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("colon")
        await driver.type("restore")
        assert "archive" in driver.text
        assert "idse session archive auth-login" in driver.text
