"""``ConflictView``: the three versions of a document, hunk by hunk."""

from __future__ import annotations

from rich.text import Text

from idse_tui.look import Look
from idse_tui.presentation.conflicts import Cell, ConflictRow, Sides, column_width
from idse_tui.presentation.texts import fit
from idse_tui.widgets.row_list import RowList

__all__ = ["SIDE_BY_SIDE", "ConflictView", "column_titles"]

SIDE_BY_SIDE = 100
"""From this width on the versions stand side by side."""


class ConflictView(RowList[ConflictRow]):
    """Rows of one cell, or of three side by side."""

    def key_of(self, row: ConflictRow) -> str:
        return row.key

    def line_of(self, row: ConflictRow, look: Look, width: int) -> Text:
        if len(row.cells) == 1:
            return _text(row.cells[0], look, width)
        line = Text("  ", no_wrap=True, end="")
        column = column_width(width)
        for number, cell in enumerate(row.cells):
            if number:
                line.append(" │ " if look.glyphs.dash == "─" else " | ", look.styles["faint"])
            text = _text(cell, look, column)
            line.append_text(text)
            line.append(" " * (column - text.cell_len))
        return fit(line, width, look.glyphs.more)


def _text(cell: Cell, look: Look, width: int) -> Text:
    text = Text(cell.text, look.styles[cell.style], no_wrap=True, end="")
    for start, end in cell.marks:
        text.stylize(look.styles["accent"], start, end)
    return fit(text, width, look.glyphs.more)


def column_titles(sides: Sides, look: Look, width: int) -> Text:
    """The line above three columns."""
    line = Text("  ", no_wrap=True, end="")
    column = column_width(width)
    for number, name in enumerate(sides):
        line.append("   " if number else "")
        text = fit(Text(name, look.styles["accent"], no_wrap=True, end=""), column, look.glyphs.more)
        line.append_text(text)
        line.append(" " * (column - text.cell_len))
    return line
