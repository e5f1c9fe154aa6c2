"""How plans and conflicts look, as SVG; see ``test_snapshots``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Callable, Sequence, Tuple

import pytest
import textual
from textual.pilot import Pilot

from idse_core.config import IdseConfig
from idse_tui.app import IdseApp
from idse_tui.dialogs.conflict import ConflictScreen
from idse_tui.glyphs import ASCII
from idse_tui.settings import Settings
from tests.agency.memory_core import MemoryCore
from tests.tui.driving import SESSIONS, Driver
from tests.tui.syncing import PROJECT, MemoryAgency, make_conflict

pytestmark = pytest.mark.skipif(
    textual.__version__ != "8.2.8", reason="snapshots are taken and compared with Textual 8.2.8 only"
)

SIZES = [(80, 24), (120, 40), (200, 60)]
Compare = Callable[..., bool]
Wait = Callable[[Driver], object]


@pytest.fixture
def agency() -> MemoryAgency:
    return MemoryAgency(MemoryCore())


@pytest.fixture
def torn(sample: Path, agency: MemoryAgency) -> Path:
    """A workspace with a conflict, something to send and something to take."""
    make_conflict(agency, sample)
    tasks = sample / SESSIONS / "billing" / "tasks.md"
    tasks.write_text("# Tasks: billing\n\n- [ ] T1: choose a currency\n", encoding="utf-8")
    agency.core.put(PROJECT, "billing", "intent_md", b"# Intent: billing\n\nInvoices, without paper.\n")
    return sample


class Comparing:
    """Takes and compares a snapshot of the app on a workspace, after some keys.

    Args:
        compare: the plug-in's.
        folder: the workspace.
        agency: where sync leads.
    """

    def __init__(self, compare: Compare, folder: Path, agency: MemoryAgency) -> None:
        self._compare = compare
        self._folder = folder
        self._agency = agency

    def __call__(
        self, steps: Sequence[Tuple[str, Wait]], *, size: Tuple[int, int] = (120, 40), **settings: object
    ) -> bool:
        chosen = Settings(**settings)  # type: ignore[arg-type]  # fields of Settings
        app = IdseApp(IdseConfig(self._folder), chosen, session="billing", agency=self._agency)

        async def drive(pilot: Pilot[int]) -> None:
            driver = Driver(pilot, self._folder)
            await driver.settled()
            await driver.until(lambda: driver.state.conflicts)
            await driver.at_rest()
            for key, wait in steps:
                await driver.press(key)
                await driver.until(partial(wait, driver))
            await driver.at_rest()
            await pilot.pause(0.3)

        return self._compare(app, terminal_size=size, run_before=drive)


@pytest.fixture
def compared(snap_compare: Compare, torn: Path, agency: MemoryAgency) -> Comparing:
    return Comparing(snap_compare, torn, agency)


def shows(words: str) -> Wait:
    return lambda driver: words in driver.text


def opened(driver: Driver) -> bool:
    return isinstance(driver.app.screen, ConflictScreen)


by_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@by_size
def test_conflict(compared: Comparing, size: Tuple[int, int]) -> None:
    assert compared([("C", opened), ("t", shows("theirs"))], size=size)


@by_size
def test_plan(compared: Comparing, size: Tuple[int, int]) -> None:
    assert compared([("P", shows("Would come"))], size=size)


def test_result(compared: Comparing) -> None:
    assert compared([("P", shows("Would come")), ("enter", shows("1 pulled"))])


def test_decided(compared: Comparing) -> None:
    assert compared([("C", opened), ("t", shows("1 of 2 hunks")), ("b", shows("decided"))])


def test_conflict_light(compared: Comparing) -> None:
    assert compared([("C", opened)], theme="idse-light")


def test_conflict_ascii(compared: Comparing) -> None:
    assert compared([("C", opened)], glyphs=ASCII)


def test_without_agency(snap_compare: Compare, torn: Path) -> None:
    app = IdseApp(IdseConfig(torn), Settings(), session="billing")

    async def drive(pilot: Pilot[int]) -> None:
        driver = Driver(pilot, torn)
        await driver.settled()
        await driver.until(lambda: driver.state.conflicts)
        await driver.press("p")
        await driver.until(lambda: "Next:" in driver.text)
        await pilot.pause(0.3)

    assert snap_compare(app, terminal_size=(120, 40), run_before=drive)
