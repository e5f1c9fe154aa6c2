"""Several projects in one workspace."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Sequence, Tuple

import pytest

from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_tui.app import IdseApp
from idse_tui.dialogs.new_session import NewSessionScreen
from idse_tui.dialogs.picker import Picker
from idse_tui.presentation.absence import project_gone
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


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((120, 40), "2 of 2  ·  Enter makes it the default  ·  Tab only looks  ·  Esc closes"),
        ((80, 24), "2 of 2 · Enter makes it the default · Tab only looks · Esc closes"),
        ((60, 20), "Enter makes it the default  ·  Tab only looks"),
    ],
)
async def test_what_the_keys_do_is_never_cut(two: Path, size: Tuple[int, int], said: str) -> None:
    async with running(two, size=size) as driver:
        await driver.press("O")
        await driver.until(lambda: f"─ {said} ─" in driver.text)


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


PROJECTS = Path(".idse/projects")


def gone(driver: Driver) -> bool:
    return "not live: the project is gone" in driver.lines[0]


async def test_a_project_that_is_renamed_is_gone_and_the_one_that_is_there_can_be_opened(sample: Path) -> None:
    async with running(sample) as driver:
        (sample / PROJECTS / "customer-portal").rename(sample / PROJECTS / "other")
        (sample / ".idse" / "CURRENT_PROJECT").write_text("other\n")
        await driver.until(lambda: gone(driver))
        assert "project customer-portal is not there any more; O opens another: other" in driver.text
        assert not driver.state.view.sessions
        await driver.press("ctrl+r")
        await driver.at_rest()
        assert [item.message for item in driver.app._notifications] == ["reading everything anew"]
        await driver.press("n")
        assert not isinstance(driver.app.screen, NewSessionScreen)
        await driver.press("O")
        assert isinstance(driver.app.screen, Picker)
        await driver.press("enter")
        await driver.until(lambda: driver.main.workspace.project == "other")
        await driver.settled()
        assert "other ▸ auth-login" in driver.lines[0]
        assert "● live" in driver.lines[0]


async def test_a_project_that_comes_back_is_live_again_where_it_was(sample: Path, tmp_path: Path) -> None:
    project = sample / PROJECTS / "customer-portal"
    async with running(sample, session="export-csv") as driver:
        driver.main.go(driver.state.spot._replace(stage=Stage.PLAN))
        await driver.until(lambda: "3 plan.md" in driver.text)
        shutil.move(str(project), str(tmp_path / "elsewhere"))
        await driver.until(lambda: gone(driver))
        assert "`idse init customer-portal` creates it anew" in driver.text
        await driver.press("O")
        await driver.until(lambda: "this workspace has no project" in driver.text)
        shutil.move(str(tmp_path / "elsewhere"), str(project))
        await driver.until(lambda: "● live" in driver.lines[0])
        await driver.until(lambda: len(driver.state.view.reports) == len(driver.state.view.sessions) > 1)
        await driver.until(lambda: "3 plan.md" in driver.text)
        assert driver.state.spot[:2] == ("export-csv", Stage.PLAN)
        assert not driver.state.view.problems


async def test_a_project_that_is_deleted_file_by_file_is_gone_without_complaints(sample: Path) -> None:
    async with running(sample) as driver:
        shutil.rmtree(sample / PROJECTS / "customer-portal")
        await driver.until(lambda: gone(driver))
        await driver.at_rest()
        assert not [item.message for item in driver.app._notifications if item.severity == "error"]


async def test_a_workspace_that_comes_back_without_the_project_says_so(two: Path, tmp_path: Path) -> None:
    async with running(two) as driver:
        shutil.move(str(two / ".idse"), str(tmp_path / "elsewhere"))
        await driver.until(lambda: "not live: the workspace is gone" in driver.lines[0])
        shutil.rmtree(tmp_path / "elsewhere" / "projects" / "customer-portal")
        shutil.move(str(tmp_path / "elsewhere"), str(two / ".idse"))
        await driver.until(lambda: gone(driver))
        assert "O opens another: warehouse" in driver.text
        assert "there is no session" not in driver.text


async def test_a_project_that_is_created_meanwhile_can_be_opened(sample: Path) -> None:
    async with running(sample) as driver:
        ProjectWorkspace.create(IdseConfig(sample), "beta")
        await driver.until(lambda: driver.state.view.projects == ("beta", "customer-portal"))
        await driver.press("O")
        assert isinstance(driver.app.screen, Picker)
        assert "beta" in driver.text
        await driver.press("escape")
        shutil.rmtree(sample / PROJECTS / "beta")
        await driver.until(lambda: driver.state.view.projects == ("customer-portal",))


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ((), "nor is any other; `idse init 'my shop'` creates it anew"),
        (("a",), "O opens another: a"),
        (("a", "b", "c", "d", "e"), "O opens another: a, b, c and 2 more"),
    ],
)
def test_what_is_said_of_a_project_that_is_gone(others: Sequence[str], words: str) -> None:
    assert project_gone("my shop", others, "O").endswith(words)
