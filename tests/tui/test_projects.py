"""Several projects in one workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple

import pytest

from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_tui.app import IdseApp
from idse_tui.dialogs.picker import Picker
from idse_tui.projects import undecided
from idse_tui.screens.main import MainScreen
from idse_tui.settings import Settings
from tests.tui.driving import Driver, running


@pytest.fixture
def two(sample: Path) -> Path:
    """The sample with a second project beside it."""
    ProjectWorkspace.create(IdseConfig(sample), "warehouse")
    return sample


async def test_another_project_is_opened_and_becomes_the_default(two: Path) -> None:
    pointer = two / ".idse" / "CURRENT_PROJECT"
    async with running(two) as driver:
        await driver.press("O")
        assert isinstance(driver.app.screen, Picker)
        await driver.type("ware")
        await driver.press("enter")
        await driver.until(lambda: driver.main.workspace.project == "warehouse")
        await driver.settled()
        assert "warehouse ▸ __blueprint__" in driver.lines[0]
        assert pointer.read_text() == "warehouse\n"
        assert driver.state.command_log == ["idse project switch warehouse"]
        assert len([screen for screen in driver.app.screen_stack if isinstance(screen, MainScreen)]) == 1


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_what_the_keys_do_is_never_cut(two: Path, size: Tuple[int, int]) -> None:
    async with running(two, size=size) as driver:
        await driver.press("O")
        await driver.until(lambda: "Esc closes" in driver.text)
        assert "Enter makes it default" in driver.text
        assert ("2 of 2" in driver.text) is (size[0] > 60)


async def test_tab_only_looks_at_a_project(two: Path) -> None:
    async with running(two) as driver:
        await driver.press("O")
        await driver.type("ware")
        await driver.press("tab")
        await driver.until(lambda: driver.main.workspace.project == "warehouse")
        await driver.settled()
        assert (two / ".idse" / "CURRENT_PROJECT").read_text() == "customer-portal\n"


async def test_projects_are_those_of_the_store_that_is_configured(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, here = DesignStoreFilesystem(two / ".idse"), tmp_path / "here"
    (here / ".idse" / "projects" / "lies-about-here").mkdir(parents=True)
    monkeypatch.setattr("idse_core.project_workspace.open_store", lambda folder, address="": kept)
    monkeypatch.setattr("idse_tui.projects.open_store", lambda folder, address="": kept)
    assert list(undecided(IdseConfig(here))) == ["customer-portal", "warehouse"]

    (here / ".idse" / "CURRENT_PROJECT").write_text("customer-portal\n", encoding="utf-8")
    async with running(here) as driver:
        await driver.press("O")
        assert "lies-about-here" not in driver.text
        await driver.type("ware")
        await driver.press("tab")
        await driver.until(lambda: driver.main.workspace.project == "warehouse")
        assert driver.main.workspace.store is kept


async def test_with_one_project_there_is_nothing_to_choose(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("O")
        await driver.until(lambda: "only this project" in driver.text)


async def test_when_none_is_selected_it_asks_first(two: Path) -> None:
    (two / ".idse" / "CURRENT_PROJECT").unlink()
    async with running(two) as driver:
        assert isinstance(driver.app.screen, Picker)
        assert "Which project?" in driver.text
        assert "customer-portal" in driver.text
        await driver.press("down", "enter")
        await driver.until(lambda: any(isinstance(screen, MainScreen) for screen in driver.app.screen_stack))
        await driver.settled()
        assert driver.main.workspace.project == "warehouse"


async def test_a_project_that_does_not_exist_leads_to_those_that_do(sample: Path) -> None:
    app = IdseApp(IdseConfig(sample, project="zz[b]"), Settings())
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot, sample)
        await driver.until(lambda: isinstance(app.screen, Picker))
        assert "there is no project 'zz[b]': which one?" in driver.text
        await driver.press("enter")
        await driver.until(lambda: any(isinstance(screen, MainScreen) for screen in app.screen_stack))
        assert driver.main.workspace.project == "customer-portal"
        await driver.settled()
    assert [path.name for path in (sample / ".idse" / "projects").iterdir()] == ["customer-portal"]


async def test_escape_at_that_question_leaves(two: Path) -> None:
    (two / ".idse" / "CURRENT_PROJECT").unlink()
    async with running(two) as driver:
        await driver.press("escape")
        assert driver.app.return_code == 0
