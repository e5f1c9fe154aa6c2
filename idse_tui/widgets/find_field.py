"""``FindField``: where the words are typed that are looked for in the artifact; its keys go from match to match."""

from __future__ import annotations

from typing import ClassVar, List

from textual.binding import Binding, BindingType
from textual.message import Message

from idse_tui.screen_actions import FIND_ACTIONS
from idse_tui.widgets.field import Field

__all__ = ["FindField"]


class FindField(Field):
    """A line at the bottom of the artifact's panel; hidden until somebody looks for something."""

    BINDINGS: ClassVar[List[BindingType]] = [
        Binding(",".join(action.keys), f"find('{action.id}')", action.label, show=False, id=action.id)
        for action in FIND_ACTIONS
    ]
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

    class Asked(Message):
        """One of the registry's actions for this field was asked for by its key."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__(id="find")

    def action_find(self, action_id: str) -> None:
        """Tell which action it is."""
        self.post_message(self.Asked(action_id))
