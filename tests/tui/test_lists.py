"""What lists draw, and what they leave alone: only lines that look different, without laying out the whole screen."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widgets import Input

from idse_tui.dialogs.picker import Picker
from idse_tui.look import plain_look
from idse_tui.presentation.matching import matching, score
from idse_tui.presentation.rows import PickItem, TextRow
from idse_tui.widgets.session_tree import SessionTree
from idse_tui.widgets.text_rows import TextRows
from tests.tui.driving import running


class _Rows(TextRows):
    """Notes which lines are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: List[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class _Listing(App[None]):
    def compose(self) -> ComposeResult:
        yield _Rows()


def _rows(count: int, **changed: str) -> Sequence[TextRow]:
    return [TextRow(str(number), changed.get(f"row{number}", f"row {number}")) for number in range(count)]


def _lines(app: _Listing) -> List[str]:
    return [strip.text.strip(" ▁▂▃▄▅▆▇█") for strip in app.screen._compositor.render_strips()]


async def test_only_rows_that_look_different_are_drawn() -> None:
    app = _Listing()
    async with app.run_test(size=(30, 10)) as pilot:
        rows = app.query_one(_Rows)
        rows.show(_rows(100), plain_look())
        await pilot.pause()
        rows.drawn.clear()
        rows.show(_rows(100, row3="another"), plain_look())
        await pilot.pause()
        assert rows.drawn == [3]
        assert _lines(app)[2:5] == ["row 2", "another", "row 4"]


async def test_moving_the_cursor_draws_two_rows() -> None:
    app = _Listing()
    async with app.run_test(size=(30, 10)) as pilot:
        rows = app.query_one(_Rows)
        rows.show(_rows(100), plain_look())
        await pilot.pause()
        rows.drawn.clear()
        await pilot.press("down")
        await pilot.pause()
        assert sorted(rows.drawn) == [0, 1]


async def test_rows_that_are_gone_are_cleared_and_the_view_goes_back_to_those_that_are_left() -> None:
    app = _Listing()
    async with app.run_test(size=(30, 10)) as pilot:
        rows = app.query_one(_Rows)
        rows.show(_rows(100), plain_look())
        await pilot.press("end")
        await pilot.pause()
        assert _lines(app)[-1] == "row 99"
        rows.show(_rows(30), plain_look())
        await pilot.pause()
        assert _lines(app) == [f"row {number}" for number in range(20, 30)]
        rows.show(_rows(4), plain_look())
        await pilot.pause()
        assert _lines(app) == ["row 0", "row 1", "row 2", "row 3", *[""] * 6]
        rows.show((), plain_look(), empty="nothing")
        await pilot.pause()
        assert _lines(app) == ["nothing", *[""] * 9]


@pytest.mark.parametrize(("before", "after"), [(100, 5), (5, 100), (100, 50), (5, 4)])
async def test_the_bar_is_there_when_there_are_more_rows_than_fit(before: int, after: int) -> None:
    app = _Listing()
    async with app.run_test(size=(30, 10)) as pilot:
        rows = app.query_one(_Rows)
        for count in (before, after):
            rows.show(_rows(count), plain_look())
            await pilot.pause()
            assert rows.show_vertical_scrollbar is (count > 10)
            assert rows.max_scroll_y == max(count - 10, 0)
            assert not rows.show_vertical_scrollbar or rows.vertical_scrollbar.window_virtual_size == count


async def test_what_matches_is_there_as_soon_as_the_letter_is(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("slash")
        tree, field = driver.main.query_one(SessionTree), driver.main.query_one("#filter", Input)
        field.insert_text_at_cursor("csv")
        assert [row.key for row in tree.rows if not row.dim] == ["export-csv"]
        assert driver.state.spot.session == "export-csv"


async def test_the_screen_below_a_dialog_is_seen_to_change(sample: Path) -> None:
    async with running(sample) as driver:
        driver.app.push_screen(Picker("Some", [PickItem("one", "One")], driver.main.look))
        await driver.until(lambda: "type a few letters" in driver.text)
        before = driver.lines[0]
        assert "live" in before
        spec = driver.artifact(driver.state.spot.session, "spec.md")
        spec.write_text(f"{spec.read_text()}\n[REQUIRES INPUT] one more\n")
        await driver.until(lambda: driver.lines[0] != before and "live" in driver.lines[0])
        assert "type a few letters" in driver.text


_LETTERS = st.text("ab^]-\\.é_/", min_size=1, max_size=4)


@given(st.lists(_LETTERS, max_size=3), st.lists(st.text("ab^]-\\ .é_/", max_size=12)))
def test_the_quick_way_finds_what_has_a_score(wanted: List[str], texts: List[str]) -> None:
    assert list(matching(wanted, texts)) == [at for at, text in enumerate(texts) if score(wanted, text) is not None]
