"""Where in a widget somebody clicked."""

from __future__ import annotations

from typing import Optional

from textual.events import Click
from textual.geometry import Offset
from textual.widget import Widget

__all__ = ["place_in"]

_LEFT = 1


def place_in(widget: Widget, event: Click) -> Optional[Offset]:
    """The cell of a widget's content that was clicked; None for a border, and for another button than the left one."""
    return event.get_content_offset(widget) if event.button == _LEFT else None
