"""``FindField``: where the words are typed that are looked for in the artifact; its keys go from match to match."""

from __future__ import annotations

from typing import ClassVar, List

from textual.binding import BindingType

from idse_tui.screen_actions import FIND_ACTIONS
from idse_tui.widgets.field import ActionField, field_keys

__all__ = ["FindField"]


class FindField(ActionField):
    """A line at the bottom of the artifact's panel; hidden until somebody looks for something."""

    BINDINGS: ClassVar[List[BindingType]] = field_keys(FIND_ACTIONS)
    DEFAULT_CSS = """
    FindField {
        display: none;
        border: none;
        height: 1;
        padding: 0 1;
        background: $block-cursor-background;
    }
    FindField:focus { border: none; }
    FindField.-shown { display: block; }
    FindField > .input--placeholder { color: $foreground 62%; }
    """

    def __init__(self) -> None:
        super().__init__(id="find")
