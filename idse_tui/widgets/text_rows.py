"""Plain lines with a style each: a diff, a trace, a log."""

from __future__ import annotations

from rich.text import Text

from idse_core.printable import printable
from idse_tui.look import Look
from idse_tui.presentation.rows import TextRow
from idse_tui.presentation.texts import fit
from idse_tui.widgets.row_list import RowList

__all__ = ["TextRows"]


class TextRows(RowList[TextRow]):
    """Any number of plain lines."""

    def key_of(self, row: TextRow) -> str:
        return row.key

    def line_of(self, row: TextRow, look: Look, width: int) -> Text:
        line = Text(" ", no_wrap=True, end="")
        line.append(printable(row.text).replace("\n", " "), look.styles[row.style])
        return fit(line, width, look.glyphs.more)
