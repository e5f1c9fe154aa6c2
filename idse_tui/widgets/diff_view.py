"""The tab Diff: what changed in the artifact, with nothing cut off; Enter goes to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from rich.text import Text
from textual.events import Resize

from idse_tui.look import Look
from idse_tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from idse_tui.presentation.diffing import DiffLine, DiffRow

__all__ = ["DiffView"]


class DiffView(RowList["DiffRow"]):
    """Lines that went and came, broken to the width there is."""

    def __init__(self) -> None:
        super().__init__(id="diff")
        self._lines: Sequence[DiffLine] = ()
        self._width = 0  # that the rows are made for

    def show_diff(self, lines: Sequence[DiffLine], look: Look, empty: str) -> None:
        """Show a diff, or why there is none."""
        is_same = lines == self._lines
        self._lines, self._look, self.empty = lines, look, empty
        self._break(None if is_same else 0)

    def _break(self, line: int | None) -> None:
        """Make the rows for the width there is.

        Args:
            line: the number of the diff's line to put the cursor on; None for the one that it is on.
        """
        from idse_tui.presentation.diffing import diff_rows  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        width = self.scrollable_content_region.width
        if not width:
            return
        if line is None:
            line = 0 if self.current is None else int(self.current.key.split(".")[0])
        self._width = width
        self.show(diff_rows(self._lines, width), self._look, empty=self.empty, key=f"{line}.0")

    def key_of(self, row: DiffRow) -> str:
        return row.key

    def line_of(self, row: DiffRow, look: Look, width: int) -> Text:
        from idse_tui.presentation.diffing import diff_row_line  # noqa: PLC0415  # as above

        del width
        return diff_row_line(row, look)

    def on_resize(self, event: Resize) -> None:
        """Other rows, before the list measures them."""
        del event
        if self._lines and self.scrollable_content_region.width != self._width:
            self._break(None)
