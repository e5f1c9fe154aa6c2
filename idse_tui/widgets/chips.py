"""The chips over the tree of sessions: what is filtered; hidden when nothing is."""

from __future__ import annotations

from typing import Sequence

from rich.text import Text
from textual.widget import Widget

from idse_tui.look import Look
from idse_tui.presentation.chips import chip_line

__all__ = ["Chips"]


class Chips(Widget):
    """One line, or more where there are many; a click takes a chip off."""

    DEFAULT_CSS = """
    Chips { height: auto; max-height: 3; padding: 0 1; display: none; }
    Chips.-shown { display: block; }
    """

    auto_links = False

    def __init__(self) -> None:
        super().__init__(id="chips")
        self.line = Text()
        self._drawn: object = None

    def update_view(self, query: str, chips: Sequence[str], look: Look) -> None:
        """Show these filters."""
        drawn = (query, tuple(chips), look)
        if drawn != self._drawn:
            self._drawn = drawn
            before = self._height()
            self.line = chip_line(query, chips, look)
            self.refresh(layout=self._height() != before)
            self.set_class(bool(self.line.plain), "-shown")

    def _height(self) -> int:
        """How many lines it takes: the whole screen is laid out anew only when it takes more, or less."""
        width = self.content_region.width
        return len(self.line.wrap(self.app.console, width)) if width else 0

    def render(self) -> Text:
        """The chips."""
        return self.line
