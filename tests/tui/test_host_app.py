"""The app as its parts see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from idse_tui.host_app import host_of
from tests.tui.driving import running


async def test_a_part_of_our_app_finds_it(sample: Path) -> None:
    async with running(sample) as driver:
        assert host_of(driver.main) is driver.app
        assert host_of(driver.main.query_one("#sessions")) is driver.app


async def test_a_part_of_another_app_is_told_so() -> None:
    app: App[None] = App()
    async with app.run_test():
        with pytest.raises(TypeError, match="needs the app of idse"):
            host_of(app.screen)
