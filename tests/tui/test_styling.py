"""Styles are parsed once, and a screen is styled for its size from the beginning."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Any, List, Tuple

import pytest
from textual._compositor import Compositor
from textual.containers import Vertical
from textual.css import stylesheet
from textual.css.errors import UnresolvedVariableError
from textual.dom import DOMNode
from textual.geometry import Size
from textual.widget import Widget

from idse_tui.actions import Panel
from idse_tui.app import IdseApp
from idse_tui.dialogs.dialog import Dialog
from idse_tui.styling import SparingStylesheet, classes_at
from tests.tui.driving import running

SIZES = [(30, 6), (39, 24), (40, 8), (80, 13), (80, 24), (99, 14), (100, 23), (120, 40), (200, 60)]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[Tuple[str, int]]:
    """How often each source was parsed, with each of the ranks that it had: some sink when more widgets are known."""
    counts: Counter[Tuple[str, int]] = Counter()
    parse = stylesheet.parse  # type: ignore[attr-defined]  # where it is used

    def counted(scope: str, css: str, *args: Any, **kwargs: Any) -> Any:
        counts[css, kwargs["tie_breaker"]] += 1
        return parse(scope, css, *args, **kwargs)

    monkeypatch.setattr(stylesheet, "parse", counted)
    return counts


async def test_each_source_of_styles_is_parsed_once_until_the_theme_changes(
    sample: Path, parsed: Counter[Tuple[str, int]]
) -> None:
    async with running(sample) as driver:
        await driver.press("s")
        await driver.until(lambda: isinstance(driver.app.screen, Dialog))
        await driver.press("escape", "T", "escape", "s")
        assert len(parsed) > 20
        assert set(parsed.values()) == {1}
        parsed.clear()
        driver.app.theme = "idse-light"
        await driver.pilot.pause()
        assert set(parsed.values()) == {1}


@pytest.mark.parametrize("size", SIZES)
async def test_a_screen_has_the_classes_of_its_size_before_it_is_drawn(sample: Path, size: Any) -> None:
    async with running(sample, size=size) as driver:
        given = {f"-{word}" for word in ("thin", "narrow", "wide", "flat", "low", "short", "tall")}
        assert set(classes_at(Size(*size))) == given & set(driver.main.classes)
        await driver.press("s")
        assert set(classes_at(Size(*size))) == given & set(driver.app.screen.classes)


def test_what_is_wrong_in_a_source_leaves_the_styles_as_they_are() -> None:
    sheet = SparingStylesheet(variables={"c": "red"})
    sheet.add_source("A { color: $c; }", read_from=("a", ""))
    sheet.parse()
    before = [rule.css for rule in sheet.rules]
    sheet.add_source("B { color: $nowhere; }", read_from=("b", ""))
    with pytest.raises(UnresolvedVariableError):
        sheet.reparse()
    assert [rule.css for rule in sheet._rules] == before


def test_other_variables_are_taken_in() -> None:
    sheet = SparingStylesheet(variables={"c": "red"})
    sheet.add_source("A { color: $c; }", read_from=("a", ""))
    red = [rule.css for rule in sheet.rules]
    sheet.set_variables({"c": "blue"})
    sheet.reparse()
    blue = [rule.css for rule in sheet.rules]
    assert red != blue
    sheet.set_variables({"c": "red"})
    sheet.reparse()
    assert [rule.css for rule in sheet.rules] == red


@pytest.mark.parametrize("key", ["s", "n", "question_mark", "p"])
async def test_a_dialog_that_opens_before_its_styles_are_read_lets_the_screen_below_through(
    sample: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(IdseApp, "read_styles", lambda _app: None)
    if sys.version_info >= (
        3,
        12,
    ):  # as Textual has it when the app is not run by a test: what is in a dialog is mounted sooner
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    async with running(sample) as driver:
        await driver.press(key)
        await driver.until(lambda: driver.app.screen is not driver.main)
        await driver.pilot.pause(0.1)

        assert 0 < driver.app.screen.styles.background.a < 1
        assert "1 Sessions" in driver.lines[1]
        assert [box.styles.border_top[0] for box in driver.app.screen.query(Vertical)] == ["round"]


async def test_another_panel_in_focus_styles_the_screen_once(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    styled: List[DOMNode] = []
    update = IdseApp.update_styles

    def counted(app: IdseApp, node: DOMNode, **options: Any) -> None:
        styled.append(node)
        update(app, node, **options)

    async with running(sample) as driver:
        await driver.at_rest()
        monkeypatch.setattr(IdseApp, "update_styles", counted)
        await driver.press("3")
        assert driver.main.panel is Panel.ARTIFACT
        assert styled.count(driver.main) == 1


@pytest.mark.parametrize("key", ["s", "question_mark", "n"])
async def test_a_dialog_lays_out_nothing_below_it(sample: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    laid_out: List[Compositor] = []
    reflow = Compositor.reflow

    def counted(compositor: Compositor, parent: Widget, size: Size) -> Any:
        laid_out.append(compositor)
        return reflow(compositor, parent, size)

    async with running(sample) as driver:
        await driver.at_rest()
        monkeypatch.setattr(Compositor, "reflow", counted)
        await driver.press(key)
        await driver.until(lambda: isinstance(driver.app.screen, Dialog) and laid_out)
        await driver.pilot.pause(0.1)
        assert driver.main._compositor not in laid_out
        await driver.pilot.resize_terminal(90, 30)
        await driver.until(lambda: driver.main.size == driver.app.screen.size == (90, 30))
