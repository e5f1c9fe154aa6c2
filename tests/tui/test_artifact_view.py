"""Where the artifact's view stands: a line that was gone to stays in sight, whatever changes around it."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence, Tuple

import pytest

from idse_tui.widgets.artifact_panel import ArtifactPanel
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
