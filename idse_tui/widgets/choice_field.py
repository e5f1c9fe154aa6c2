"""``ChoiceField``: where one of some words is typed; the rest of the first one that fits is suggested."""

from __future__ import annotations

from typing import ClassVar, Iterable, List, Sequence

from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList

from idse_core.printable import editable
from idse_tui.widgets.field import Field

__all__ = ["ChoiceField", "meant"]


def meant(text: str, words: Iterable[str]) -> str:
    """The one word that begins like the text; empty when there is none, or several.

    Args:
        text: as typed, perhaps not to its end.
        words: in lower case.
    """
    beginning = text.strip().casefold()
    begins = {word for word in words if beginning and word.startswith(beginning)}
    return begins.pop() if len(begins) == 1 else ""


class ChoiceField(Field):
    """A field whose suggestion Right takes, and Tab too, which then goes on to the next field.

    Args:
        value: what stands there at first.
        choices: the words, those that are meant more often first.
        id: of the widget.
    """

    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("tab", "take_and_go_on", "Take the suggestion", show=False, id="choice-take")
    ]

    def __init__(self, value: str, choices: Sequence[str], *, id: str) -> None:  # noqa: A002  # Textual's
        super().__init__(value, id=id, suggester=SuggestFromList(map(editable, choices), case_sensitive=False))

    def action_take_and_go_on(self) -> None:
        """Take what is suggested, and go to the next field."""
        if self.value and self.cursor_position >= len(self.value) and self.selection.is_empty:
            self.action_cursor_right()
        self.screen.focus_next()
