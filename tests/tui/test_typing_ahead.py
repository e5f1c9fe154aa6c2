"""Keys in one go, as a quick hand, a slow machine or a paste sends them: each means what it means after the one before."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from idse_tui.dialogs.picker import Picker
from idse_tui.widgets.field import Field
from tests.tui.driving import Driver, running


def type_at_once(driver: Driver, keys: str) -> None:
    """All keys are there before the first is looked at; ``⏎`` is Enter."""
    for character in keys:
        name = {"⏎": "enter", "/": "slash", ":": "colon"}.get(character, character)
        driver.app.post_message(events.Key(name, None if character == "⏎" else character))


async def test_letters_after_the_switchers_key_go_into_it(sample: Path) -> None:
    async with running(sample) as driver:
        type_at_once(driver, "sbil⏎")
        await driver.until(lambda: driver.state.spot.session == "billing")
        assert not isinstance(driver.app.screen, Picker)


async def test_what_follows_enter_is_the_main_screens_again(sample: Path) -> None:
    async with running(sample) as driver:
        type_at_once(driver, "sbil⏎3")
        await driver.until(lambda: driver.state.spot.session == "billing" and driver.main.panel.value == "artifact")


@pytest.mark.parametrize("word", ["aut", "exp", "quit"])
async def test_letters_after_the_filters_key_are_no_commands(sample: Path, word: str) -> None:
    async with running(sample) as driver:
        before = list(driver.state.command_log)
        type_at_once(driver, f"/{word}")
        await driver.until(lambda: driver.app.screen.query_one("#filter").value == word)  # type: ignore[attr-defined]
        assert driver.state.command_log == before


async def test_letters_after_the_palettes_key_go_into_it(sample: Path) -> None:
    async with running(sample) as driver:
        type_at_once(driver, ":keys")
        await driver.until(
            lambda: (
                isinstance(driver.app.screen, Picker)
                and driver.app.screen.query_one("#picker-input", Field).value == "keys"
            )
        )
