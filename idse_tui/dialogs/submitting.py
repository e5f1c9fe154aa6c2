"""Enter, at the click of a mouse."""

from __future__ import annotations

from typing import Optional

from textual.widget import Widget
from textual.widgets import Input

__all__ = ["submit"]


def submit(field: Optional[Widget]) -> None:
    """Submit what is typed in a field, if it is one.

    Args:
        field: who has the focus. It does it itself: Textual hands no message to who had it sent, and the box that was clicked
            stands between the field and the screen.
    """
    if isinstance(field, Input):
        field.call_later(field.action_submit)
