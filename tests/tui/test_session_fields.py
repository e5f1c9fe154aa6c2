"""What people say about a session is changed in the app as by `idse session set`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Mapping, Optional

import pytest
from textual.app import App, ComposeResult

from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType
from idse_tui.dialogs.session_fields import SessionFieldsScreen, TypedFields, changes_of, fields_of, set_line
from idse_tui.widgets.choice_field import ChoiceField
from idse_tui.widgets.field import Field
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


HOSTILE = SessionMetadata("billing", "red \x1b[31m\u202e", owner="bell \x07", status=SessionStatus.ARCHIVED)
SHOWN = TypedFields("red \\x1b[31m\\u202e", "feature", "archived", "bell \\x07")


def test_what_is_made_harmless_to_be_shown_is_no_change() -> None:
    assert fields_of(HOSTILE) == SHOWN
    assert changes_of(SHOWN, HOSTILE) == ({}, "")
    assert changes_of(SHOWN._replace(title=" Red\x00 \n one "), HOSTILE) == ({"title": "Red one"}, "")
    assert changes_of(SHOWN._replace(owner="a \x07 b"), HOSTILE) == ({"owner": "a b"}, "")


async def test_no_field_drives_the_terminal(sample: Path) -> None:
    for session, extra in (("billing", {"title": HOSTILE.title}), ("auth-login", {"owner": "bell \x07\u202e"})):
        path = sample / SESSIONS / session / "metadata" / "session.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "owner": HOSTILE.owner, **extra}))
    async with running(sample, session="billing") as driver:
        await driver.press("m")
        owner = driver.app.screen.query_one("#set-owner", ChoiceField)
        assert "red \\x1b[31m\\u202e" in driver.text
        assert "nothing is changed yet" in driver.text
        owner.focus()
        owner.value = "bell \\x07\\"  # as far as another session's owner is suggested
        await driver.until(lambda: "bell \\x07\\u202e" in driver.text)
        await driver.press("end", "tab")
        assert owner.value == "bell \\x07\\u202e"
        for field in driver.app.screen.query(Field):
            field.value = "\x1b[2J\u202e\na"
            await driver.press("end")
        assert not set("".join(driver.lines)) & {"\x1b", "\x07", "\u202e", "\r"}


@pytest.mark.parametrize(
    ("text", "shown"), [("a\tb\r\nc", "a b  c"), ("\x1b[0m\u202e", "\\x1b[0m\\u202e"), ("e\u0378\ue000", None)]
)
async def test_a_field_keeps_what_harms_nobody(text: str, shown: Optional[str]) -> None:
    class Asking(App[None]):
        def compose(self) -> ComposeResult:
            yield Field(text)

    app = Asking()
    async with app.run_test() as pilot:
        assert app.query_one(Field).value == (text if shown is None else shown)
        app.query_one(Field).clear()
        app.query_one(Field).insert_text_at_cursor(text)
        await pilot.pause()
        assert app.query_one(Field).value == (text if shown is None else shown)


async def test_fields_are_changed_and_the_command_is_logged(sample: Path) -> None:
    path = sample / SESSIONS / "billing" / "metadata" / "session.json"
    async with running(sample, session="billing") as driver:
        await driver.press("m")
        assert isinstance(driver.app.screen, SessionFieldsScreen)
        assert "nothing is changed yet" in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, SessionFieldsScreen)
        driver.app.screen.query_one("#set-status", Field).focus()
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
