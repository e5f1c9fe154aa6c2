"""Rows to pick one from: sessions, commands, keys, themes."""

from __future__ import annotations

from rich.text import Text

from idse_tui.look import Look
from idse_tui.presentation.matching import positions
from idse_tui.presentation.rows import PickItem
from idse_tui.presentation.texts import fit, shown, sides
from idse_tui.widgets.row_list import RowList

__all__ = ["PickList"]


class PickList(RowList[PickItem]):
    """The items that match, with the matching letters emphasised."""

    can_focus = False
    query_text = ""

    def key_of(self, row: PickItem) -> str:
        return row.key

    def clicked(self, index: int, column: int) -> None:
        """One click picks."""
        del column
        self.cursor = index
        self.action_choose()

    def line_of(self, row: PickItem, look: Look, width: int) -> Text:
        styles = look.styles
        line = Text(" ", no_wrap=True, end="")
        line.append(f"{row.lead} " if row.lead else "", styles["key" if len(row.lead) > 1 else "info"])
        title = shown(row.title, styles["muted" if row.faint else "text"])
        for at in positions(self.query_text, title.plain):
            title.stylize(styles["accent"], at, at + 1)
        line.append_text(title)
        right = Text(no_wrap=True, end="")
        for text, style in row.right:
            right.append_text(shown(text, styles[style]))
            right.append(" ")
        right = fit(right, max(width - title.cell_len - 6, 12), look.glyphs.more)
        if row.note:
            line.append("  ")
            line.append_text(shown(row.note, styles["muted"]))
        return sides(line, right, width, look.glyphs.more)
