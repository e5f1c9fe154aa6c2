"""``IdseApp``: themes, keymap, the first screen, and an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Dict, List, Optional, Sequence, Type

from textual import events, on
from textual.app import ScreenStackError
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from idse_core.config import IdseConfig
from idse_core.errors import IdseError
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.actions import Action
from idse_tui.agency import Agency, ConfiguredAgency
from idse_tui.dialogs.dialog import Dialog
from idse_tui.glyphs import frame_of
from idse_tui.host_app import HostApp
from idse_tui.key_names import first_key, key_names
from idse_tui.look import Look, look_of
from idse_tui.messages import HungUp
from idse_tui.precedence import Precedence
from idse_tui.screens.main import MainScreen
from idse_tui.settings import Settings
from idse_tui.styling import COLUMNS, ROWS, SparingStylesheet, classes_at
from idse_tui.themes import DEFAULT_THEME, THEMES
from idse_tui.typing_ahead import Passed, TypedAhead

__all__ = ["TERMINATED", "IdseApp"]

_STYLES = Path(__file__).resolve().parent / "dialogs"
_PAUSE = 0.03
"""Seconds between two files of styles."""

TERMINATED = 143
"""The exit code after SIGTERM, as a shell gives it."""


class IdseApp(HostApp):
    """The full-screen app.

    Args:
        config: where to look and for which project.
        settings: the user's.
        session: what to look at first; empty for what was looked at last.
        agency: where sync leads; by default what the environment and the user's file say.
        greeting: told once, when the workspace is shown.
    """

    TITLE = "idse"
    DEFAULT_MODE = "looking"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = list(COLUMNS)
    VERTICAL_BREAKPOINTS = list(ROWS)
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="suspend"),
        Binding("ctrl+c", "quit", "Leave", show=False, id="interrupt"),
    ]

    def __init__(
        self,
        config: IdseConfig,
        settings: Settings,
        *,
        session: str = "",
        agency: Optional[Agency] = None,
        greeting: str = "",
    ) -> None:
        self._settings = settings  # first: the styles depend on it
        super().__init__()
        self.precedence = Precedence()
        self.agency = agency or ConfiguredAgency(os.environ, Path.home(), config.start)
        self._config = config
        self._session = session
        self._greeting = greeting
        self._look: Optional[Look] = None
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.set_reactive(IdseApp.theme, DEFAULT_THEME)  # it is applied when the app starts anyway
        self.stylesheet = SparingStylesheet(variables=self.get_css_variables())
        self.set_keymap(dict(settings.keys))
        self._typed_ahead = TypedAhead(self, self._can_be_typed_into)
        self._key_names = key_names(settings.keys, settings.glyphs)
        self._obstacle: Optional[IdseError] = None
        self._opened = 0  # projects, after the first one
        self.add_mode(self.DEFAULT_MODE, self._first_screen)

    @property
    def look(self) -> Look:
        if self._look is None:
            self._look = look_of(self.current_theme, self._settings.glyphs, self._key_names)
        return self._look

    def get_theme_variable_defaults(self) -> Dict[str, str]:
        """What boxes are drawn with, beside the colours."""
        return {**super().get_theme_variable_defaults(), "frame": frame_of(self._settings.glyphs)}

    def get_driver_class(self) -> Type[Driver]:
        """Textual's choice, but one that sleeps until a key comes."""
        found = super().get_driver_class()
        if found.__name__ != "LinuxDriver":
            return found
        from idse_tui.driver import PatientDriver  # noqa: PLC0415  # there is no such driver on Windows

        return PatientDriver

    def clear_selection(self) -> None:
        """Also while the first screen is still on its way: its fields may be mounted before it is there."""
        with suppress(ScreenStackError):
            super().clear_selection()

    def keys_of(self, action: Action) -> str:
        return first_key(action, self._settings.keys)

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.app_resume_signal.subscribe(self, self._resumed)
        self._handle_signals()
        if self._obstacle is not None:
            from idse_tui.no_workspace import NoWorkspace  # noqa: PLC0415  # most often there is one

            NoWorkspace(self, self._config, self._show).ask(self._obstacle)

    def on_ready(self) -> None:
        """The first frame at once: Textual would wait for the next tick of its clock."""
        screen = self.screen
        if isinstance(screen, MainScreen):
            screen.call_later(screen.paint)

    def _first_screen(self) -> Screen[None]:
        """The main screen, as the first one, so that no other is drawn before; an empty one when there is no workspace."""
        try:
            return self._main(ProjectWorkspace.open(self._config))
        except IdseError as error:
            self._obstacle = error
            return Screen()

    def open_project(self, workspace: ProjectWorkspace, log: Sequence[str] = ()) -> None:
        before = self.screen
        if isinstance(before, MainScreen):
            before.keep_state()
        self._session = ""
        main = self._main(workspace)
        main.state.command_log.extend(log)
        mode, self._opened = self.current_mode, self._opened + 1
        self.add_mode(f"{self.DEFAULT_MODE} {self._opened}", lambda: main)
        self.switch_mode(f"{self.DEFAULT_MODE} {self._opened}")
        self.remove_mode(mode)

    def _show(self, workspace: ProjectWorkspace) -> None:
        self.push_screen(self._main(workspace))

    def _main(self, workspace: ProjectWorkspace) -> MainScreen:
        main = MainScreen(workspace, self._settings, self._session)
        main.add_class(*classes_at(self.size), update=False)
        main.greeting, self._greeting = self._greeting, ""
        name = self._settings.theme or main.remembered.theme
        if name in self.available_themes:
            self.theme = name
        elif name:
            main.notices.append(f"there is no theme '{name}'; T lists them")
        return main

    def _theme_changed(self, theme: object) -> None:
        del theme
        self._look = None
        for screen in self.screen_stack:
            if isinstance(screen, MainScreen):
                screen.redraw()

    def _resumed(self, app: object) -> None:
        """Draw everything: after Ctrl+Z and ``fg`` the terminal has nothing of ours any more, and its size is no news."""
        del app
        self.refresh(layout=True)

    # Typing

    async def on_event(self, event: events.Event) -> None:
        """As Textual, but one key after the other."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif not self._typed_ahead.hold(event):
            await super().on_event(event)
            with suppress(ScreenStackError):
                self._typed_ahead.sent()

    @on(Passed)
    def _key_passed(self, message: Passed) -> None:
        self._typed_ahead.passed(message)

    def _can_be_typed_into(self) -> bool:
        screen = self.screen
        return screen.takes_keys if isinstance(screen, (Dialog, MainScreen)) else True

    def read_styles(self) -> None:
        unread = [path for path in sorted(_STYLES.glob("*.tcss")) if not self.stylesheet.has_source(str(path))]
        if unread:
            self.stylesheet.read(unread[0])
            self.stylesheet.parse()
            self.set_timer(_PAUSE, self.read_styles)

    # Leaving

    async def action_quit(self) -> None:
        """Remember where we are, and leave."""
        self.exit()

    def exit(self, *args: object, **kwargs: object) -> None:
        """Remember where we are, and leave."""
        for screen in self.screen_stack if self._running else ():
            if isinstance(screen, MainScreen):
                screen.following.stop()
                screen.keep_state()
        super().exit(*args, **kwargs)  # type: ignore[arg-type]  # as they came

    def _handle_signals(self) -> None:
        """SIGTERM and SIGHUP end the app as `q` does, so that the terminal is given back in order."""
        if sys.platform == "win32":
            return
        for name in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread
                asyncio.get_running_loop().add_signal_handler(name, lambda: self.exit(TERMINATED))

    @on(HungUp)
    def _hung_up(self) -> None:
        """A terminal that does not control us sends no SIGHUP when it is closed."""
        self.exit(TERMINATED)
