"""``Form``: some fields, and below them what will come of what is typed, while it is typed."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, List, Optional, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from idse_tui.dialogs.dialog import Dialog
from idse_tui.host_app import host_of
from idse_tui.presentation.borders import CLOSES, ENTER, clickable, hint_line
from idse_tui.widgets.field import Field

__all__ = ["Form"]

_Result = TypeVar("_Result")


class Form(Dialog[Optional[_Result]]):
    """Asks for several things at once; gives what they make, or None.

    Args:
        title: of the box.
        does: what Enter does, in a word.
    """

    CSS_PATH = "form.tcss"
    ASKS = True
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("escape", "leave", "Close", id="form-close"),
        Binding("down", "app.focus_next", "Next field", show=False, id="form-next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="form-previous"),
    ]

    def __init__(self, title: str, does: str) -> None:
        super().__init__()
        self._title = title
        self._does = does

    @abstractmethod
    def fields(self) -> ComposeResult:
        """The fields, each below its label."""

    @abstractmethod
    def verdict(self) -> Text:
        """What will come of what is typed, or what is wrong with it."""

    @abstractmethod
    def result(self) -> Optional[_Result]:
        """What is typed; None as long as something is wrong with it."""

    def compose(self) -> ComposeResult:
        with Vertical(id="form") as box:
            box.border_title = self._title
            enter, tab = clickable(f"Enter {self._does}", ENTER), clickable("Tab next field", "app.focus_next")
            box.border_subtitle = hint_line(host_of(self).look.glyphs.dot, enter, tab, CLOSES)
            yield from self.fields()
            yield Static(id="verdict")

    def on_mount(self) -> None:
        self._judge()
        self.query(Field).first().focus()

    def typed(self, name: str) -> str:
        """What stands in a field, by the id of its widget."""
        return self.query_one(f"#{name}", Field).value

    @on(Input.Changed)
    def _judge(self) -> None:
        self.query_one("#verdict", Static).update(self.verdict())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        result = self.result()
        if result is not None:
            self.dismiss(result)

    def action_leave(self) -> None:
        """Close; nothing is done."""
        self.dismiss(None)
