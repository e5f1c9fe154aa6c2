"""No workspace here, or no project selected: what to do about it, on the spot."""

from __future__ import annotations

import shlex
from typing import ClassVar, List, Optional

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from idse_core.config import IdseConfig
from idse_core.errors import IdseError, NotFoundError
from idse_core.printable import one_line
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.dialogs.submitting import submit
from idse_tui.look import Look
from idse_tui.presentation.borders import ENTER, clickable, hint_line
from idse_tui.widgets.field import Field

__all__ = ["Welcome"]


class Welcome(Screen[Optional[ProjectWorkspace]]):
    """Says what is missing and offers to create it; gives the new workspace, or None to leave.

    Args:
        config: where to look.
        problem: why nothing could be opened.
        look: glyphs and styles.
    """

    CSS_PATH = "welcome.tcss"
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("escape", "leave", "Leave", id="welcome-leave"),
        Binding("ctrl+q", "leave", "Leave", show=False, priority=True, id="welcome-quit"),
    ]

    def __init__(self, config: IdseConfig, problem: NotFoundError, look: Look) -> None:
        super().__init__()
        self._config = config
        self._problem = problem
        self._look = look

    def compose(self) -> ComposeResult:
        styles = self._look.styles
        with Vertical(id="welcome") as box:
            box.border_title = "idse"
            keys = (clickable("Enter creates it", ENTER), clickable("Esc leaves", "screen.leave"))
            box.border_subtitle = hint_line(self._look.glyphs.dot, *keys)
            body = Text(f"{one_line(str(self._problem))}.\n", styles["text"])
            body.append(f"{one_line(self._problem.hint)}\n\n" if self._problem.hint else "\n", styles["muted"])
            body.append(
                "A workspace is a folder of plain Markdown files: intent, context, spec, plan, tasks and so on.\n"
            )
            body.append(f"Create one in {one_line(str(self._config.workspace or self._config.start))}, called:")
            yield Static(body)
            yield Field(self._config.start.name, id="welcome-name")
            yield Static(id="welcome-line")

    def on_mount(self) -> None:
        self.query_one(Field).focus()
        self._show_line()

    @on(Input.Changed)
    def _show_line(self) -> None:
        line = Text("runs  ", self._look.styles["muted"])
        name = self.query_one(Field).value.strip() or "PROJECT"
        line.append(one_line(f"idse init {shlex.quote(name)}"), self._look.styles["info"])
        line.append("\nor look around first:  idse tui --demo", self._look.styles["muted"])
        self.query_one("#welcome-line", Static).update(line)

    @on(Input.Submitted)
    def _create(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            workspace, _ = ProjectWorkspace.create(self._config, event.value)
        except IdseError as error:
            self.query_one("#welcome-line", Static).update(
                Text(f"! {one_line(str(error))}\n{one_line(error.hint)}", self._look.styles["error"])
            )
            return
        self.dismiss(workspace)

    def action_enter(self) -> None:
        """What Enter does."""
        submit(self.focused)

    def action_leave(self) -> None:
        """Leave the app."""
        self.dismiss(None)
