"""Something to read: help, a rule, a plan, a preview. Enter may go on with what it is about."""

from __future__ import annotations

from typing import Callable, ClassVar, List, Optional

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from idse_tui.dialogs.dialog import Dialog
from idse_tui.host_app import host_of
from idse_tui.presentation.borders import CLOSES, clickable, hint_line

__all__ = ["Notice"]


class Notice(Dialog[bool]):
    """A text in a box; gives True when Enter was pressed and there is something to go on with.

    Args:
        title: of the box.
        body: the text, or what makes one of it in the width there is.
        proceed: what Enter does, in a few words; empty when it only closes.
        edit: what ``e`` does when the box is closed; None when there is nothing to edit.
        wide: whether the box is as wide as a file's lines.
    """

    CSS_PATH = "notice.tcss"
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("escape,q", "leave", "Close", id="notice-close"),
        Binding("enter", "proceed", "Go on", id="notice-proceed"),
        Binding("e", "edit", "Edit", show=False, id="notice-edit"),
        Binding("j", "scroll_text(1)", "Down", show=False, id="notice-down"),
        Binding("k", "scroll_text(-1)", "Up", show=False, id="notice-up"),
    ]

    def __init__(
        self,
        title: str,
        body: RenderableType,
        *,
        proceed: str = "",
        edit: Optional[Callable[[], None]] = None,
        wide: bool = False,
    ) -> None:
        super().__init__()
        self.set_class(wide, "-file", update=False)
        self._title = title
        self._body = body
        self._proceed = proceed
        self._edit = edit

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="notice") as box:
            box.border_title = self._title
            keys = [clickable(f"Enter {self._proceed}", "screen.proceed")] if self._proceed else []
            keys += [clickable("e edits", "screen.edit")] if self._edit else []
            box.border_subtitle = hint_line(host_of(self).look.glyphs.dot, *keys, CLOSES)
            yield Static(self._body)

    def on_mount(self) -> None:
        self.query_one("#notice").focus()

    def clicked_aside(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(result=False)

    def action_proceed(self) -> None:
        """Go on with what the text is about, or close."""
        self.dismiss(bool(self._proceed))

    def action_edit(self) -> None:
        """Close, and edit what the text is about."""
        if self._edit is not None:
            self.app.call_later(self._edit)
            self.dismiss(result=False)

    def action_scroll_text(self, lines: int) -> None:
        """Scroll."""
        self.query_one("#notice").scroll_relative(y=lines, animate=False)
