"""What a click does, and where it does nothing."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Tuple

import pytest
from textual.pilot import Pilot

from idse_core.pipeline_artifacts import Stage
from idse_tui.actions import Panel
from idse_tui.dialogs.new_session import NewSessionScreen
from idse_tui.dialogs.notice import Notice
from idse_tui.dialogs.picker import Picker
from idse_tui.presentation.findings import Scope
from idse_tui.presentation.tabs import Tab
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.session_tree import SessionTree
from tests.tui.driving import Driver, running


def place_of(driver: Driver, words: str) -> Tuple[int, int]:
    """Column and row where these words begin."""
    row = next(index for index, line in enumerate(driver.lines) if words in line)
    return driver.lines[row].index(words), row


async def click(driver: Driver, words: str, *, left: int = 0, **more: int) -> None:
    """Click these words, or so many cells to the left of them."""
    column, row = place_of(driver, words)
    assert await driver.pilot.click(offset=(column - left, row), **more)  # type: ignore[arg-type]  # the button
    await driver.pilot.pause()


async def test_a_click_on_a_title_or_border_picks_no_row(sample: Path) -> None:
    async with running(sample) as driver:
        findings = driver.main.query_one(FindingsList)
        findings.scroll_to(y=5, animate=False, force=True)
        await driver.pilot.pause()
        before = (findings.cursor, driver.state.spot)
        await click(driver, "4 Findings")
        bottom = findings.region.bottom - 1
        await driver.pilot.click(offset=(findings.region.x + 4, bottom))
        await driver.pilot.pause()

        assert (findings.cursor, driver.state.spot) == before
        assert driver.main.panel is Panel.FINDINGS


async def test_the_sign_before_a_session_folds_it(sample: Path) -> None:
    async with running(sample) as driver:
        assert "audit-trail" in driver.text
        await click(driver, "◇ auth-login", left=2)
        assert "audit-trail" not in driver.text
        assert driver.main.panel is Panel.SESSIONS
        await click(driver, "◇ auth-login", left=2)
        assert "audit-trail" in driver.text


async def test_only_the_cells_of_the_pipeline_pick_a_stage(sample: Path) -> None:
    async with running(sample) as driver:
        before = driver.state.spot
        for words in ("next  spec", "2 Pipeline"):
            await click(driver, words)
        assert driver.state.spot == before
        await click(driver, "feedback")
        assert driver.state.spot.stage is Stage.FEEDBACK


@pytest.mark.skipif(
    "button" not in signature(Pilot.click).parameters, reason="this Textual can press the left one only"
)
@pytest.mark.parametrize("button", [2, 3])
async def test_other_buttons_do_nothing(sample: Path, button: int) -> None:
    async with running(sample) as driver:
        before = driver.state.spot
        await click(driver, "billing", button=button)
        await click(driver, "feedback", button=button)
        assert driver.state.spot == before


@pytest.mark.parametrize("words", ["auth-login", "billing"])
async def test_one_click_picks_whatever_row_the_cursor_is_on(sample: Path, words: str) -> None:
    async with running(sample) as driver:
        await driver.press("s")
        dialog = driver.app.screen
        assert isinstance(dialog, Picker)
        rows = dialog.query_one("#picker-list")
        row = next(
            index
            for index, line in enumerate(driver.lines)
            if index >= rows.region.y and words in line[rows.region.x :]
        )
        await driver.pilot.click(offset=(rows.region.x + 4, row))
        await driver.until(lambda: not isinstance(driver.app.screen, Picker))
        assert driver.state.spot.session == words


async def test_the_words_of_a_title_are_tabs(sample: Path) -> None:
    async with running(sample) as driver:
        for tab in (Tab.DIFF, Tab.OUTLINE, Tab.TRACE, Tab.READ):
            await click(driver, tab.value.capitalize())
            assert driver.main.query_one(ArtifactPanel).tab is tab
            assert driver.main.panel is Panel.ARTIFACT
        assert driver.state.scope is Scope.SESSION
        await click(driver, "this session")
        assert driver.state.scope is Scope.PROJECT


@pytest.mark.parametrize(("key", "screen"), [("question_mark", Picker), ("s", Picker), ("x", Notice)])
async def test_a_click_beside_a_box_closes_it(sample: Path, key: str, screen: type) -> None:
    async with running(sample) as driver:
        await driver.press("4", key)
        await driver.until(lambda: isinstance(driver.app.screen, screen))
        await driver.pilot.click(offset=(1, 1))
        await driver.until(lambda: driver.app.screen is driver.main)


async def test_a_click_beside_what_is_typed_loses_nothing(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("n")
        await driver.type("zeta")
        await driver.pilot.click(offset=(1, 1))
        await driver.pilot.pause()
        assert isinstance(driver.app.screen, NewSessionScreen)
        assert "zeta" in driver.text


async def test_the_keys_in_the_border_of_a_box_can_be_clicked(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("n")
        await driver.type("zeta")
        await click(driver, "Esc closes")
        assert driver.app.screen is driver.main
        await driver.press("n")
        await driver.type("zeta")
        await click(driver, "Enter creates")
        await driver.until(lambda: driver.state.spot.session == "zeta")
        await driver.press("s")
        await driver.type("bil")
        await click(driver, "Enter makes it current")
        await driver.until(lambda: driver.state.spot.session == "billing")


async def test_a_list_fits_after_the_terminal_became_another_size(sample: Path) -> None:
    async with running(sample, size=(100, 40)) as driver:
        fresh = driver.lines
    async with running(sample, size=(200, 50)) as driver:
        await driver.pilot.resize_terminal(100, 40)
        await driver.until(lambda: driver.lines == fresh)


async def test_the_keys_are_those_of_the_filter_while_it_is_typed(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("1", "slash")
        assert "Enter keep  Esc clear" in driver.lines[-1]
        assert "new session" not in driver.lines[-1]
        await driver.type("bill")
        await click(driver, "Enter keep")
        assert driver.main.panel is Panel.SESSIONS
        assert "new session" in driver.lines[-1]
        assert "export-csv" not in "\n".join(
            line[: driver.main.query_one(SessionTree).region.right] for line in driver.lines[1:]
        )


async def test_a_message_does_not_stand_over_a_dialog(sample: Path) -> None:
    async with running(sample) as driver:
        driver.main.tell("look at this", seconds=60)
        await driver.until(lambda: "look at this" in driver.text)
        await driver.press("s")
        await driver.press("escape")
        await driver.until(lambda: "look at this" not in driver.text)
