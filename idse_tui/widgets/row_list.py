"""``RowList``: a list of any length that renders only the rows that are visible."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Dict, Generic, List, Mapping, Optional, Sequence, TypeVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from idse_tui.look import Look, plain_look
from idse_tui.presentation.columns import wrapped
from idse_tui.presentation.texts import cursor_style, pointed, strip_of
from idse_tui.widgets.clicks import place_in
from idse_tui.widgets.line_view import LineView

__all__ = ["RowList"]

_Row = TypeVar("_Row")


class RowList(LineView, Generic[_Row], can_focus=True):
    """Rows of one line each, with a cursor that stays on its row when the rows change.

    Subclasses say what a row's key is (``key_of``) and how it looks (``line_of``).
    """

    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("down,j", "cursor_by(1)", "Down", show=False, id="row-down"),
        Binding("up,k", "cursor_by(-1)", "Up", show=False, id="row-up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="page-down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="page-up"),
        Binding("home,g", "cursor_to(0)", "First", show=False, id="first-row"),
        Binding("end,G", "cursor_to(-1)", "Last", show=False, id="last-row"),
        Binding("enter", "choose", "Open", show=False, id="open-row"),
    ]
    COMPONENT_CLASSES = {"row-list--cursor", "row-list--blurred"}
    DEFAULT_CSS = """
    RowList {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        overflow-x: hidden;
    }
    RowList > .row-list--cursor { background: $block-cursor-background; }
    RowList > .row-list--blurred { background: $block-cursor-blurred-background; }
    """

    cursor: reactive[int] = reactive(0, init=False, repaint=False)  # two lines are, see `watch_cursor`

    class Moved(Message):
        """The cursor is on another row now."""

        def __init__(self, source: RowList[Any], key: str) -> None:
            super().__init__()
            self.source = source
            self.key = key

        @property
        def control(self) -> RowList[Any]:
            """The list."""
            return self.source

    class Chosen(Moved):
        """Enter was pressed on a row, or it was clicked once more."""

    def __init__(self, *, id: Optional[str] = None, classes: Optional[str] = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[_Row] = ()
        self.empty = ""
        self._look = plain_look()
        self._strips: Dict[int, Strip] = {}
        self._strips_width = 0
        self._quiet = False

    # For subclasses

    @abstractmethod
    def key_of(self, row: _Row) -> str:
        """What identifies a row when rows come and go."""

    @abstractmethod
    def line_of(self, row: _Row, look: Look, width: int) -> Text:
        """How a row looks in ``width`` cells."""

    def skips(self, row: _Row) -> bool:
        """Whether the cursor passes over a row."""
        del row
        return False

    # For the screen

    @property
    def current(self) -> Optional[_Row]:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def current_key(self) -> str:
        """The key of the row under the cursor; empty when there is none."""
        return "" if self.current is None else self.key_of(self.current)

    def show(self, rows: Sequence[_Row], look: Look, *, empty: str = "", key: Optional[str] = None) -> None:
        """Show these rows. Only lines that look different are drawn.

        Args:
            rows: all of them.
            look: glyphs and styles.
            empty: what to say when there is none.
            key: the row to put the cursor on; by default the one it is on.
        """
        before = None if self.current is None else self.key_of(self.current)
        wanted = before if key is None else key
        offset = self.cursor - self.scroll_offset.y
        drawn = self._lines_drawn()
        self.rows, self._look, self.empty = rows, look, empty
        self._strips = {}
        self.has_lines(max(len(rows), 1))
        found = self._index_of(wanted) if wanted is not None else None
        place = min(self.cursor, len(rows) - 1) if found is None else found
        moved = found is not None and found != self.cursor and wanted == before
        self._quiet = found is not None or key is not None
        self.cursor = self._landing(max(place, 0), 1)
        self._quiet = False
        if moved:  # rows came or went above: the cursor's row stays where it is on the screen
            self.scroll_to(y=max(self.cursor - offset, 0), animate=False, force=True)
        self._refresh_changed(drawn)

    def _lines_drawn(self) -> Dict[int, Strip]:
        """The lines that are on the screen, by their places there; empty when that is not known."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        return {y: self._strips[top + y] for y in range(height) if top + y in self._strips}

    def _refresh_changed(self, drawn: Mapping[int, Strip]) -> None:
        """Have those lines drawn that are not what was drawn before.

        Args:
            drawn: see ``_lines_drawn``.
        """
        width, height = self.scrollable_content_region.size
        if not drawn or not width or not self.rows:
            self.refresh()
            return
        top = self.scroll_offset.y
        for y in range(height):
            if drawn.get(y) != (self._line(top + y, width) if top + y < len(self.rows) else None):
                self.refresh(Region(0, y, self.size.width, 1))

    def select(self, key: str) -> bool:
        """Put the cursor on a row; says whether it is there. No message is sent."""
        found = self._index_of(key)
        if found is not None:
            self._quiet = True
            self.cursor = found
            self._quiet = False
        return found is not None

    def _index_of(self, key: str) -> Optional[int]:
        if 0 <= self.cursor < len(self.rows) and self.key_of(self.rows[self.cursor]) == key:
            return self.cursor
        return next((index for index, row in enumerate(self.rows) if self.key_of(row) == key), None)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        words = [] if self.rows else wrapped(self.empty, max(width - 1, 8))
        if y < len(words):
            line = Text(f" {words[y]}", self._look.styles["muted"], no_wrap=True, end="")
            return self._strip(line, width).apply_style(self.ground)
        if index >= len(self.rows):
            return Strip.blank(width, self.ground)
        strip = self._line(index, width)
        if index == self.cursor:
            name = "row-list--cursor" if self.has_focus else "row-list--blurred"
            style, colours = self.get_component_rich_style(name), self.app.console.color_system
            focused = self.has_focus or not self.can_focus  # what can't have it has its keys from a field
            return pointed(strip, cursor_style(style, colours, focused=focused), self.ground)
        return strip.apply_style(self.ground)

    def _line(self, index: int, width: int) -> Strip:
        if width != self._strips_width:  # Textual draws before it tells of another size
            self._strips, self._strips_width = {}, width
        strip = self._strips.get(index)
        if strip is None:
            strip = self._strip(self.line_of(self.rows[index], self._look, width), width)
            self._strips[index] = strip
        return strip

    def _strip(self, line: Text, width: int) -> Strip:
        return strip_of(line, self.app.console).adjust_cell_length(width)

    def on_resize(self, event: Resize) -> None:
        del event
        self.has_lines(max(len(self.rows), 1))
        self.call_after_refresh(self._reveal)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # Moving

    def watch_cursor(self, before: int, now: int) -> None:
        self._reveal()
        self.refresh_line(before)
        self.refresh_line(now)
        row = self.current
        if row is not None and not self._quiet:
            self.post_message(self.Moved(self, self.key_of(row)))

    def _reveal(self) -> None:
        first = self.cursor
        while 0 < first <= len(self.rows) and self.skips(self.rows[first - 1]):
            first -= 1  # a heading that the cursor can't stand on is seen with the row below it
        region = Region(0, first, 1, self.cursor - first + 1)
        self.scroll_to_region(region, animate=False, force=True, x_axis=False, immediate=True)

    def _landing(self, index: int, direction: int) -> int:
        """The nearest row from ``index`` on that the cursor may stand on."""
        last = len(self.rows) - 1
        at = max(0, min(index, last))
        while 0 <= at <= last and self.skips(self.rows[at]):
            at += direction
        if 0 <= at <= last:
            return at
        return self.cursor if 0 <= self.cursor <= last else 0

    def action_cursor_by(self, steps: int) -> None:
        """Move by some rows."""
        if self.rows:
            self.cursor = self._landing(self.cursor + steps, 1 if steps > 0 else -1)

    def action_page(self, direction: int) -> None:
        """Move by a screenful."""
        self.action_cursor_by(direction * max(self.scrollable_content_region.height - 1, 1))

    def action_cursor_to(self, index: int) -> None:
        """Move to the first (0) or the last (-1) row."""
        if self.rows:
            self.cursor = self._landing(0, 1) if index == 0 else self._landing(len(self.rows) - 1, -1)

    def action_choose(self) -> None:
        """Tell that the row was chosen."""
        row = self.current
        if row is not None:
            self.post_message(self.Chosen(self, self.key_of(row)))

    def on_click(self, event: Click) -> None:
        place = place_in(self, event)
        index = self.scroll_offset.y + place.y if place is not None else -1
        if place is not None and 0 <= index < len(self.rows) and not self.skips(self.rows[index]):
            self.clicked(index, place.x)

    def clicked(self, index: int, column: int) -> None:
        """A row was clicked: the cursor goes there; where it is, the row is chosen.

        Args:
            index: of the row.
            column: within the row.
        """
        del column
        again = index == self.cursor
        self.cursor = index
        if again:
            self.action_choose()
