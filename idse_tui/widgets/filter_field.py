"""``FilterField``: where it is typed what the sessions, or the findings, are filtered by."""

from __future__ import annotations

from typing import ClassVar, List

from textual.binding import BindingType

from idse_tui.screen_actions import FILTER_ACTIONS
from idse_tui.widgets.field import ActionField, field_keys

__all__ = ["FilterField"]


class FilterField(ActionField):
    """A line above the keys; hidden until somebody filters."""

    BINDINGS: ClassVar[List[BindingType]] = field_keys(FILTER_ACTIONS)

    def __init__(self) -> None:
        super().__init__(id="filter")
