"""The tab Diff: what changed in the artifact, with nothing cut off; Enter goes to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from rich.text import Text
from textual.events import Resize
from textual.message import Message

from idse_tui.background import start_looking
from idse_tui.look import Look
from idse_tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from idse_tui.presentation.diffing import DiffLine, DiffRow

__all__ = ["DiffView"]

_MUCH = 20_000
"""Characters of a diff that takes too long to be broken into rows between two keys."""


class DiffView(RowList["DiffRow"]):
    """Lines that went and came, broken to the width there is."""

    class Broken(Message, bubble=False):
        """A long diff has been broken into rows of a width."""

        def __init__(self, lines: Sequence[DiffLine], width: int, rows: Sequence[DiffRow]) -> None:
            super().__init__()
            self.lines = lines
            self.width = width
            self.rows = rows

    def __init__(self) -> None:
        super().__init__(id="diff")
        self._subject = ""
        self._lines: Sequence[DiffLine] = ()
        self._width = 0  # that the lines are, or are being, broken to
        self._shown: Sequence[DiffLine] = ()  # the lines that the rows were made of
        self._wanted = ""

    def show_diff(self, lines: Sequence[DiffLine], look: Look, empty: str, *, subject: str, row: str = "") -> None:
        """Show a diff, or why there is none.

        Args:
            lines: of the diff.
            look: glyphs and styles.
            empty: what to say when there is no line.
            subject: what was compared; as long as it is the same, the cursor stays where it is in the text.
            row: the key of the row to put the cursor on; empty for where it is.
        """
        if subject != self._subject:
            self._subject, self._wanted = subject, ""
            self._show((), (), look, empty)
        self._wanted = row or self._wanted
        if lines is self._lines and self._width == self.scrollable_content_region.width:
            self._show(self.rows, self._shown, look, empty)
        else:
            self._lines, self._look, self.empty = lines, look, empty
            self._break()

    def _break(self) -> None:
        """Make the rows for the width there is: now, or in a thread."""
        from idse_tui.presentation.diffing import diff_rows  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        lines, self._width = self._lines, self.scrollable_content_region.width
        width = self._width
        if not width:
            return  # not to be seen
        if sum(len(line.text) for line in lines) <= _MUCH:
            self._show(diff_rows(lines, width), lines, self._look, self.empty)
        else:

            def job() -> None:
                self.post_message(self.Broken(lines, width, diff_rows(lines, width)))

            start_looking(self, job, group="diff-rows")

    def on_diff_view_broken(self, message: Broken) -> None:
        """Show the rows, unless others are wanted by now."""
        if message.lines is self._lines and message.width == self._width:
            self._show(message.rows, message.lines, self._look, self.empty)

    def _show(self, rows: Sequence[DiffRow], lines: Sequence[DiffLine], look: Look, empty: str) -> None:
        key = self._wanted or (None if lines is self._shown and rows is self.rows else self._key_in(lines))
        if lines:
            self._wanted = ""
        self._shown = lines
        self.show(rows, look, empty=empty, key=key)

    def _key_in(self, lines: Sequence[DiffLine]) -> str:
        """The key of the row that stands for the current one in other lines, or in the same ones broken anew."""
        row = self.current
        if row is None or not lines:
            return "0.0"
        place, _, start = row.key.partition(".")
        if lines is self._shown:
            return f"{place}.0"
        same = [
            at for at, line in enumerate(lines) if line.sign == row.sign and line.text.startswith(row.text, int(start))
        ]
        if same:
            return f"{min(same, key=lambda at: abs(lines[at].line - row.line))}.{start}"
        return f"{next((at for at, line in enumerate(lines) if line.line >= row.line), len(lines) - 1)}.0"

    def key_of(self, row: DiffRow) -> str:
        return row.key

    def line_of(self, row: DiffRow, look: Look, width: int) -> Text:
        from idse_tui.presentation.diffing import diff_row_line  # noqa: PLC0415  # as above

        del width
        return diff_row_line(row, look)

    def on_resize(self, event: Resize) -> None:
        """Other rows, before the list measures them."""
        del event
        if self.scrollable_content_region.width != self._width:
            self._break()
