"""No workspace is there, or nobody said which project is meant: what to do about it, before there is a main screen."""

from __future__ import annotations

from typing import Callable, Optional

from rich.markup import escape

from idse_core.config import IdseConfig
from idse_core.errors import IdseError, NotFoundError
from idse_core.printable import one_line
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.dialogs.picker import Picked, Picker
from idse_tui.dialogs.welcome import Welcome
from idse_tui.host_app import HostApp
from idse_tui.presentation.projects import project_items
from idse_tui.projects import undecided

__all__ = ["NoWorkspace"]


class NoWorkspace:
    """Asks which project is meant, offers to create one, or leaves with what is wrong.

    Args:
        app: opens the dialogs.
        config: where to look.
        show: given the workspace that comes of it.
    """

    def __init__(self, app: HostApp, config: IdseConfig, show: Callable[[ProjectWorkspace], None]) -> None:
        self._app = app
        self._config = config
        self._show = show

    def ask(self, error: IdseError) -> None:
        """Do what helps against an error of opening the workspace."""
        app = self._app
        projects = undecided(self._config) if isinstance(error, NotFoundError) else ()
        if projects:
            items = project_items(projects, "", app.look)
            app.push_screen(Picker(self._question(error), items, app.look), self._chosen)
        elif isinstance(error, NotFoundError):
            app.push_screen(Welcome(self._config, error, app.look), self._welcomed)
        else:
            app.exit(error.exit_code, message=f"error: {error}\n  hint: {error.hint}")

    def _question(self, error: IdseError) -> str:
        """What is asked; when a project was named, why that is not it."""
        if not self._config.project:
            return "Which project?"
        return f"{escape(one_line(error.message))}: which one?"

    def _welcomed(self, workspace: Optional[ProjectWorkspace]) -> None:
        if workspace is None:
            self._app.exit(0)
        else:
            self._show(workspace)

    def _chosen(self, picked: Optional[Picked]) -> None:
        if picked is None:
            self._app.exit(0)
            return
        self._config = self._config._replace(project=picked.key)
        try:
            workspace = ProjectWorkspace.open(self._config)
        except IdseError as error:
            self.ask(error)
        else:
            self._show(workspace)
