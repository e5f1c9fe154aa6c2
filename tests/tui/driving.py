"""Helpers to drive the app and to read what it shows."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import AsyncIterator, Callable, List, Optional, Tuple

from textual.pilot import Pilot

from idse_core.config import IdseConfig
from idse_tui.agency import Agency
from idse_tui.app import IdseApp
from idse_tui.main_state import MainState
from idse_tui.screens.main import MainScreen
from idse_tui.settings import Settings

__all__ = ["SESSIONS", "Driver", "running"]

SESSIONS = Path(".idse/projects/customer-portal/sessions")


class Driver:
    """A running app.

    Args:
        pilot: Textual's.
        folder: the one that holds ``.idse``.
    """

    def __init__(self, pilot: Pilot[int], folder: Path) -> None:
        self.pilot = pilot
        self.folder = folder

    @property
    def app(self) -> IdseApp:
        assert isinstance(self.pilot.app, IdseApp)
        return self.pilot.app

    @property
    def main(self) -> MainScreen:
        """The main screen, also below a dialog."""
        found = [screen for screen in self.app.screen_stack if isinstance(screen, MainScreen)]
        assert found, self.app.screen_stack
        return found[0]

    @property
    def state(self) -> MainState:
        """What the main screen shows."""
        return self.main.state

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait for something that threads bring about."""
        end = time.monotonic() + seconds
        while not condition():
            if self.app._exception is not None:  # a worker has crashed: that is what to tell
                raise self.app._exception
            assert time.monotonic() < end, f"did not happen; the screen shows\n{self.text}"
            await self.pilot.pause(0.02)
        await self.pilot.pause()

    async def settled(self) -> None:
        """Everything is examined, watched and drawn."""
        await self.until(lambda: self.state.view.complete and self.state.live.watching and not self.state.live.checking)
        await self.until(lambda: self.state.artifact is not None or not self.state.view.sessions)
        await self.pilot.pause(0.05)

    async def at_rest(self) -> None:
        """No worker but the one that watches is at work any more, and everything is drawn."""

        def quiet() -> bool:
            return not any(item.group != "watch" and not item.is_finished for item in self.app.workers)

        await self.until(quiet)
        await self.pilot.pause()
        await self.until(quiet)

    @property
    def lines(self) -> List[str]:
        """What the screen shows, line by line."""
        screen = self.app.screen
        size = screen.size
        strips = screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip)[: size.width] for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def artifact(self, session: str, name: str) -> Path:
        return self.folder / SESSIONS / session / name


@asynccontextmanager
async def running(
    folder: Path,
    *,
    size: Tuple[int, int] = (120, 40),
    settings: Optional[Settings] = None,
    session: str = "",
    settle: bool = True,
    agency: Optional[Agency] = None,
) -> AsyncIterator[Driver]:
    """The app on the workspace in a folder, settled when it has one."""
    app = IdseApp(IdseConfig(folder), settings or Settings(), session=session, agency=agency)
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(pilot, folder)
        await pilot.pause()
        if settle and any(isinstance(screen, MainScreen) for screen in app.screen_stack):
            await driver.settled()
        yield driver
