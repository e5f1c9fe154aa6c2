"""Pick one of many by a few letters: the switcher, the palette, the keys and the themes are all this screen."""

from __future__ import annotations

from typing import Callable, ClassVar, List, NamedTuple, Optional, Sequence, Tuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.signal import Signal
from textual.widgets import Input

from idse_tui.dialogs.dialog import Dialog
from idse_tui.lazy_sequence import LazySequence
from idse_tui.look import Look
from idse_tui.presentation.borders import CLOSES, ENTER, clickable, fitting, hint_line
from idse_tui.presentation.matching import rank
from idse_tui.presentation.rows import PickItem
from idse_tui.widgets.field import Field
from idse_tui.widgets.pick_list import PickList
from idse_tui.widgets.row_list import RowList

__all__ = ["Picked", "Picker"]


_Renewed = Callable[[], Optional[Tuple[Sequence[PickItem], Sequence[str]]]]

_CORNERS = 6
"""Cells of a border that no words go into."""


class Picked(NamedTuple):
    """What was picked; ``peek`` when it is only to be looked at."""

    key: str
    peek: bool = False


class Picker(Dialog[Optional[Picked]]):
    """A field to type into and the items that match; every word must match, better matches first.

    Args:
        title: what is picked.
        items: all of them, in the order that stands when nothing is typed.
        look: glyphs and styles.
        texts: what each item is searched by, folded; by default its title and note.
        hint: what Enter does, for the lower border.
        peeking: whether Tab picks too, in its own way.
        start: the key of the item that the cursor begins on.
    """

    CSS_PATH = "picker.tcss"
    ASKS = True
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("escape", "leave", "Close", id="picker-close"),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True, id="picker-down"),
        Binding("up", "move(-1)", "Up", show=False, priority=True, id="picker-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True, id="picker-page-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True, id="picker-page-up"),
        Binding("home", "move_to(0)", "First", show=False, priority=True, id="picker-first"),
        Binding("end", "move_to(-1)", "Last", show=False, priority=True, id="picker-last"),
        Binding("tab", "peek", "Look", show=False, priority=True, id="picker-look"),
    ]

    def __init__(
        self,
        title: str,
        items: Sequence[PickItem],
        look: Look,
        *,
        texts: Optional[Sequence[str]] = None,
        hint: str = "",
        peeking: bool = False,
        start: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._items = items
        told = [f"{item.title} {item.note}".casefold() for item in items] if texts is None else texts
        self._texts: Sequence[str] = told
        self._matched = ("", rank("", self._texts))
        self._look = look
        self._hint = clickable(hint or "Enter picks", ENTER)
        self._peeking = peeking
        self._start = start
        self._followed: Optional[Tuple[Signal[None], _Renewed]] = None

    def follow(self, signal: Signal[None], renewed: _Renewed) -> None:
        """Renew the items while the screen is open; what is typed stays, and the cursor on its item.

        Args:
            signal: says that they may be others.
            renewed: gives them and what each is searched by, or None when they are the same.
        """
        self._followed = (signal, renewed)

    def compose(self) -> ComposeResult:
        with Vertical(id="picker") as box:
            box.border_title = self._title
            yield Field(placeholder="type a few letters", id="picker-input")
            yield PickList(id="picker-list")

    def on_mount(self) -> None:
        self._match("", self._start or None)
        self.query_one(Input).focus()
        # Not by its message, which comes when the letter is drawn already: what matches is drawn together with the letter.
        self.watch(self.query_one(Input), "value", self._typed, init=False)
        if self._followed is not None:
            self._followed[0].subscribe(self, self._renew)

    def _renew(self, nothing: None) -> None:
        del nothing
        found = self._followed[1]() if self._followed else None
        if found is None:
            return
        self._items, texts = found
        if texts != self._texts:
            self._texts, self._matched = texts, ("", rank("", texts))
        current = self.query_one(PickList).current
        self._match(self.query_one(Input).value, current.key if current else None)

    def _typed(self, query: str) -> None:
        self._match(query)

    @on(Input.Changed)
    def _told(self, event: Input.Changed) -> None:
        event.stop()

    def _match(self, query: str, start: Optional[str] = None) -> None:
        rows = self.query_one(PickList)
        rows.query_text = query
        before, among = self._matched
        found = rank(query, self._texts, among if query.startswith(before) else None)
        self._matched = (query, found)
        items = LazySequence(found, self._items.__getitem__)
        rows.show(items, self._look, empty="nothing matches", key=start or (items[0].key if items else None))
        self._say_hint()

    def on_resize(self) -> None:
        self.call_after_refresh(self._say_hint)

    def _say_hint(self) -> None:
        """Say how many items match and what the keys do, as far as there is room."""
        box = self.query_one("#picker")
        number = f"{len(self._matched[1])} of {len(self._items)}"
        room = (box.size.width or self.app.size.width) - _CORNERS
        dot, looks = self._look.glyphs.dot, [clickable("Tab only looks", "screen.peek")] if self._peeking else []
        keys = hint_line(dot, self._hint, *looks, CLOSES)
        lines = (hint_line(dot, number, keys), keys, hint_line(dot, self._hint, *looks))
        box.border_subtitle = fitting(room, dot, *lines)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._pick(peek=False)

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self._pick(peek=False)

    def action_move(self, steps: int) -> None:
        """Move the cursor."""
        self.query_one(PickList).action_cursor_by(steps)

    def action_page(self, direction: int) -> None:
        """Move the cursor by as many rows as are seen."""
        self.query_one(PickList).action_page(direction)

    def action_move_to(self, index: int) -> None:
        """Move the cursor to the first (0) or the last (-1) row."""
        self.query_one(PickList).action_cursor_to(index)

    def action_peek(self) -> None:
        """Pick for a look only."""
        if self._peeking:
            self._pick(peek=True)

    def clicked_aside(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        """Close; nothing is picked."""
        self.dismiss(None)

    def _pick(self, *, peek: bool) -> None:
        row = self.query_one(PickList).current
        if row is not None:
            self.dismiss(Picked(row.key, peek))
