"""``MainHost``: the main screen, as the controllers see it that it is made of."""

from __future__ import annotations

from abc import abstractmethod
from typing import Optional

from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.signal import Signal

from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.findings import Finding
from idse_tui.actions import Panel, Situation
from idse_tui.host_app import host_of
from idse_tui.look import Look
from idse_tui.main_state import MainState
from idse_tui.settings import Settings
from idse_tui.view import Spot

__all__ = ["MainHost"]


class MainHost(Screen[None]):
    """What a controller may read, change and ask for.

    A controller knows those that it builds on; whatever it needs of one that builds on it, is asked for here.

    Attributes:
        workspace: the project.
        settings: the user's.
        state: what is shown; after a change of it ``redraw``.
        drawn: says that the panels were drawn anew, to dialogs that show something of the state, too.
    """

    workspace: ProjectWorkspace
    settings: Settings
    state: MainState
    drawn: Signal[None]

    # What is on the screen

    @property
    def look(self) -> Look:
        """Glyphs and styles of the theme in force."""
        return host_of(self).look

    @property
    @abstractmethod
    def panel(self) -> Panel:
        """The panel that has, or had, the focus."""

    @property
    @abstractmethod
    def finding(self) -> Optional[Finding]:
        """The finding under the cursor."""

    @property
    @abstractmethod
    def situation(self) -> Situation:
        """What actions depend on."""

    # Drawing

    @abstractmethod
    def redraw(self) -> None:
        """Draw all panels anew, once, after everything that is waiting has been taken in."""

    @abstractmethod
    def draw(self) -> None:
        """Draw all panels anew, now: what is drawn later in the same turn misses the frame of the key that was pressed."""

    @abstractmethod
    def draw_titles(self) -> None:
        """Draw what stands in the panels' borders."""

    @abstractmethod
    def draw_keys(self) -> None:
        """Draw the line of keys: those that can be used here and now."""

    @abstractmethod
    def tell(
        self, words: str, *, title: str = "", severity: SeverityLevel = "information", seconds: float = 3.0
    ) -> None:
        """A toast.

        Args:
            words: made one line.
            title: above them.
            severity: how it is coloured.
            seconds: how long it stays.
        """

    # Doing

    @abstractmethod
    def action_run(self, action_id: str) -> None:
        """Run an action of the registry, or say why it can't be run now."""

    @abstractmethod
    def focus_panel(self, panel: Panel) -> None:
        """Give a panel the focus."""

    @abstractmethod
    def go(self, spot: Spot, *, line: int = 0, chosen: bool = True) -> None:
        """Look at a place.

        Args:
            spot: session and stage.
            line: where in the artifact; 0 for its top, or where it was.
            chosen: whether somebody chose that stage; else a new session opens at its next stage.
        """

    @abstractmethod
    def go_to_session(self, session: str) -> None:
        """Look at a session, at the stage that is next there."""
