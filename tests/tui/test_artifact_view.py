"""Where the artifact's view stands: what was gone to, or is looked at, stays in sight, whatever changes around it."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence, Tuple

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_tui.view import Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.artifact_view import ArtifactView
from tests.tui.driving import Driver, running

LINE = 150
SMALL, LARGE = (80, 24), (200, 60)
TEXT = "".join(f"## Part {number}\n\n{'A few words more. ' * 20}\n\n" for number in range(100))


def write(folder: Path) -> None:
    """A long specification without findings that would move the view."""
    for session in (folder / ".idse/projects/customer-portal/sessions").iterdir():
        (session / "spec.md").write_text(TEXT)


async def placed(folder: Path, steps: Sequence[object], size: Tuple[int, int]) -> int:
    """The row at the top of the view after these steps: a size to change to, or a line to go to."""
    async with running(folder, size=size) as driver:
        await opened(driver)
        view = driver.main.query_one(ArtifactPanel).view
        for step in steps:
            if isinstance(step, int):
                view.go_to(step)
            else:
                await driver.pilot.resize_terminal(*step)  # type: ignore[misc]  # a size
            await driver.at_rest()
        return view.scroll_offset.y


async def opened(driver: Driver) -> None:
    """The specification is shown, from its top, and all of it is rendered."""
    await driver.press("2", "home", "right", "right", "3", "home")
    await driver.until(lambda: "## Part 0" in driver.text)
    await driver.at_rest()


@pytest.mark.parametrize(("before", "after"), [(LARGE, SMALL), (SMALL, LARGE), ((120, 40), (120, 24))])
async def test_a_line_stands_at_the_same_place_whether_it_or_the_size_came_first(
    sample: Path, before: Tuple[int, int], after: Tuple[int, int]
) -> None:
    write(sample)
    first = await placed(sample, (after, LINE), before)
    last = await placed(sample, (LINE, after), before)
    assert first == last > 0


async def test_who_has_scrolled_stays_at_the_line_at_the_top(sample: Path) -> None:
    write(sample)
    async with running(sample, size=LARGE) as driver:
        await opened(driver)
        view = driver.main.query_one(ArtifactPanel).view
        view.go_to(LINE)
        await driver.press("pagedown")
        top = view.top_line
        assert top > LINE
        await driver.pilot.resize_terminal(*SMALL)
        await driver.at_rest()
        assert view.top_line == top


async def test_going_to_a_line_in_sight_moves_nothing(sample: Path) -> None:
    write(sample)
    assert await placed(sample, (5,), LARGE) == 0


# The text changes


def drawn(view: ArtifactView) -> List[str]:
    """What the view shows, row by row, without its margin."""
    return [strip.text[2:].strip() for strip in view.render_lines(view.size.region)]


def standing_out(view: ArtifactView) -> Tuple[int, str]:
    """The row that stands out, counted from the top of the view, and what is on it."""
    ground = view.get_component_rich_style("artifact-view--line").bgcolor
    strips = view.render_lines(view.size.region)
    (row,) = [y for y, strip in enumerate(strips) if any(item.style and item.style.bgcolor == ground for item in strip)]
    return row, strips[row].text[2:].strip()


def insert(path: Path, line: int, number: int) -> None:
    """Put lines above one, as another program does."""
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[: line - 1], *(f"New {index}." for index in range(number)), *lines[line - 1 :]]))


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


async def at_finding(driver: Driver, words: str) -> ArtifactView:
    """The finding with these words is gone to, and panel 3 has the focus."""
    await driver.press("4", "home")
    while driver.main.finding is None or words not in driver.main.finding.message:
        await driver.press("down")
    line = driver.main.finding.line
    await driver.press("enter")
    view = driver.main.query_one(ArtifactPanel).view
    await driver.until(lambda: view.line == line)
    await driver.at_rest()
    return view


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_line_that_stands_out_follows_its_text(sample: Path, size: Tuple[int, int]) -> None:
    spec = sample / ".idse/projects/customer-portal/sessions/auth-login/spec.md"
    async with running(sample, size=size, session="auth-login") as driver:
        driver.main.go(Spot("auth-login", Stage.SPEC))
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is Stage.SPEC)
        view = await at_finding(driver, "REQUIRES INPUT")
        line, (_, words) = view.line, standing_out(view)
        insert(spec, 4, 8)
        await driver.until(lambda: view.line == line + 8)
        await driver.at_rest()
        assert standing_out(view)[1] == words
        assert driver.main.finding is not None
        assert driver.main.finding.line == view.line
        edited(spec, "New 1.\nNew 2.\nNew 3.\n", "")
        await driver.until(lambda: view.line == line + 5)
        await driver.at_rest()
        assert standing_out(view)[1] == words


async def test_the_editor_opens_at_the_line_that_stands_out(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_at: List[List[str]] = []
    monkeypatch.setenv("EDITOR", "vi")
    monkeypatch.setattr("idse_tui.controllers.doing.hand_over", lambda app, words: opened_at.append(words) or 0)
    async with running(sample, session="auth-login") as driver:
        view = await at_finding(driver, "REQUIRES INPUT")
        line = view.line
        insert(driver.artifact("auth-login", "spec.md"), 4, 8)
        await driver.until(lambda: view.line == line + 8)
        await driver.press("e")
        assert f"+{line + 8}" in opened_at[0]


async def test_the_line_that_stands_out_goes_where_its_finding_goes(sample: Path) -> None:
    async with running(sample, session="auth-login") as driver:
        view = await at_finding(driver, "Acceptance Criteria")
        assert view.line == 1
        insert(driver.artifact("auth-login", "spec.md"), 1, 2)
        await driver.until(lambda: "New 0." in driver.text)
        assert view.line == 1  # a section is missed at the top of the file, whatever stands there


async def test_a_line_without_a_finding_stays_where_it_was_on_the_screen(sample: Path) -> None:
    write(sample)
    path = sample / ".idse/projects/customer-portal/sessions/auth-login/spec.md"
    async with running(sample, session="auth-login") as driver:
        await opened(driver)
        view = driver.main.query_one(ArtifactPanel).view
        view.go_to(LINE)
        await driver.at_rest()
        before = standing_out(view)
        assert view.scroll_offset.y
        insert(path, 4, 8)
        await driver.until(lambda: view.line == LINE + 8)
        await driver.at_rest()
        assert standing_out(view) == before


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
async def test_what_is_read_stays_where_it_is_when_lines_come_or_go_above(sample: Path, rows: int) -> None:
    write(sample)
    path = sample / ".idse/projects/customer-portal/sessions/auth-login/spec.md"
    async with running(sample, session="auth-login") as driver:
        await opened(driver)
        view = driver.main.query_one(ArtifactPanel).view
        await driver.press("pagedown", *(["down"] * rows))
        before, top = drawn(view), view.top_line
        insert(path, 4, 8)
        await driver.until(lambda: view.top_line == top + 8)
        await driver.at_rest()
        assert drawn(view) == before
        edited(path, "New 1.\nNew 2.\nNew 3.\nNew 4.\n", "")
        await driver.until(lambda: view.top_line == top + 4)
        await driver.at_rest()
        assert drawn(view) == before


async def test_at_the_top_what_is_written_there_is_seen(sample: Path) -> None:
    async with running(sample, session="auth-login") as driver:
        await driver.press("2", "home", "3", "home")
        await driver.until(lambda: "3 intent.md" in driver.text)
        await driver.at_rest()
        view = driver.main.query_one(ArtifactPanel).view
        insert(driver.artifact("auth-login", "intent.md"), 1, 8)
        await driver.until(lambda: "New 0." in driver.text)
        await driver.at_rest()
        assert view.scroll_offset.y == 0
