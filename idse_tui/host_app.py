"""``HostApp``: what screens, widgets and controllers use of the app that they are part of."""

from __future__ import annotations

from abc import abstractmethod
from typing import Sequence

from textual.app import App
from textual.message_pump import MessagePump

from idse_core.project_workspace import ProjectWorkspace
from idse_tui.actions import Action
from idse_tui.agency import Agency
from idse_tui.look import Look
from idse_tui.precedence import Precedence

__all__ = ["HostApp", "host_of"]


class HostApp(App[int]):
    """The app, as those see it who stand below it.

    Attributes:
        precedence: what workers give way to.
        agency: where sync leads.
    """

    precedence: Precedence
    agency: Agency

    @property
    @abstractmethod
    def look(self) -> Look:
        """Glyphs and styles of the theme in force."""

    @abstractmethod
    def keys_of(self, action: Action) -> str:
        """The key that an action is shown with, in Textual's spelling."""

    @abstractmethod
    def open_project(self, workspace: ProjectWorkspace, log: Sequence[str] = ()) -> None:
        """Look at another project instead of the one that is looked at.

        Args:
            workspace: the project.
            log: what was done so far, as commands.
        """

    @abstractmethod
    def read_styles(self) -> None:
        """Read the styles of all dialogs, one after the other: Textual would do it when one opens, and stand still for it."""


def host_of(node: MessagePump) -> HostApp:
    """The app that a screen or widget is part of.

    Raises:
        TypeError: it is part of an app that is not ours.
    """
    app: object = node.app
    if not isinstance(app, HostApp):
        raise TypeError(f"{node} needs the app of idse, and is part of {app}")
    return app
