"""The dialog of a new session: what is typed is completed, and need not be typed to its end."""

from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

import pytest
from textual.widgets import Input

from idse_core.session_metadata import SessionType
from idse_tui.dialogs.new_session import NewSessionScreen, Typed, check, spawn_line
from tests.tui.driving import SESSIONS, Driver, running

SESSIONS_THERE = ("__blueprint__", "auth-login", "audit-trail", "billing")


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (Typed("reset"), "idse spawn reset"),
        (Typed("Reset it", "A title"), "idse spawn 'Reset it' --title 'A title'"),
        (Typed("reset", kind="e"), "idse spawn reset --type exploratory"),
        (Typed("reset", kind="FEAT "), "idse spawn reset"),
        (Typed("reset", parent="bil"), "idse spawn reset --parent billing"),
        (Typed("reset", parent="trail"), "idse spawn reset --parent audit-trail"),
    ],
)
def test_what_is_typed_means_a_session(typed: Typed, line: str) -> None:
    new, problem = check(typed, SESSIONS_THERE)
    assert problem == ""
    assert new is not None
    assert spawn_line(new) == line


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Typed(" "), ""),
        (Typed("billing"), "session 'billing' exists already"),
        (Typed("a/b"), "can't hold a path"),
        (Typed("reset", kind=""), "feature or exploratory"),
        (Typed("reset", kind="blueprint"), "feature or exploratory"),
        (Typed("reset", parent="au"), "could mean 2 sessions: auth-login, audit-trail"),
        (Typed("reset", parent="zzz"), "there is no session like 'zzz'"),
    ],
)
def test_what_is_wrong_is_said(typed: Typed, said: str) -> None:
    new, problem = check(typed, SESSIONS_THERE)
    assert new is None
    assert said in problem
    assert bool(said) is bool(problem)


async def asked(driver: Driver) -> List[Input]:
    await driver.press("n")
    assert isinstance(driver.app.screen, NewSessionScreen)
    return [driver.app.screen.query_one(f"#new-{name}", Input) for name in ("name", "title", "type", "parent")]


@pytest.mark.parametrize("way", [("right", "tab"), ("tab",)])
async def test_type_and_parent_are_completed(sample: Path, way: Tuple[str, ...]) -> None:
    async with running(sample) as driver:
        _, _, kind, parent = await asked(driver)
        assert "e.g." in driver.text
        await driver.type("reset")
        await driver.press("tab", "tab")
        await driver.type("ex")
        await driver.until(lambda: "exploratory" in driver.text)
        await driver.press(*way)
        assert kind.value == "exploratory"
        assert parent.has_focus
        await driver.type("bil")
        await driver.until(lambda: "billing" in driver.text)
        await driver.press("right")
        assert parent.value == "billing"
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "reset")
        await driver.settled()
        metadata = driver.state.view.about("reset")
        assert (metadata.session_type, metadata.parent_session) == (SessionType.EXPLORATORY, "billing")
        assert (sample / SESSIONS / "reset").is_dir()
