"""``Field``: an input that shows nothing harmful; ``ActionField``: one with keys of its own."""

from __future__ import annotations

from typing import List, Sequence

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from idse_core.printable import editable
from idse_tui.actions import Action

__all__ = ["ActionField", "Field", "field_keys"]


class Field(Input):
    """Textual's input, with two differences.

    What is typed has only its own line drawn: Textual lays out the whole screen for each letter. And nothing that stands
    in it can drive the terminal, wherever it came from: a file, or the clipboard.
    """

    virtual_size: reactive[Size] = reactive(Size(0, 0), layout=False)

    def validate_value(self, value: str) -> str:
        """What is shown, and given back, for a text that comes from anywhere."""
        return editable(value)

    def on_mount(self) -> None:
        self.cursor_blink = False


def field_keys(actions: Sequence[Action]) -> List[BindingType]:
    """The bindings of an ``ActionField``.

    Args:
        actions: of the registry.
    """
    return [
        Binding(",".join(action.keys), f"ask('{action.id}')", action.label, show=False, id=action.id)
        for action in actions
    ]


class ActionField(Field):
    """A field in which some keys stand for actions of the registry."""

    class Asked(Message):
        """One of them was asked for by its key."""

        def __init__(self, source: ActionField, action: str) -> None:
            super().__init__()
            self.source = source
            self.action = action

        @property
        def control(self) -> ActionField:
            """The field."""
            return self.source

    def action_ask(self, action_id: str) -> None:
        """Tell which action it is."""
        self.post_message(self.Asked(self, action_id))
