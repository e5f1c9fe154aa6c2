"""``Field``: an input that a list follows, letter by letter."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import reactive
from textual.widgets import Input

__all__ = ["Field"]


class Field(Input):
    """Textual's, but what is typed into it only has its own line drawn: Textual's lays out the whole screen for each letter."""

    virtual_size: reactive[Size] = reactive(Size(0, 0), layout=False)

    def on_mount(self) -> None:
        self.cursor_blink = False
