"""Panel 4: the findings."""

from __future__ import annotations

from rich.text import Text

from idse_tui.look import Look
from idse_tui.presentation.findings import FindingRow, Scope, finding_line
from idse_tui.widgets.row_list import RowList

__all__ = ["FindingsList"]


class FindingsList(RowList[FindingRow]):
    """The findings of the stage, the session or the project."""

    def __init__(self) -> None:
        super().__init__(id="findings", classes="panel")
        self.scope = Scope.SESSION
        self.found = 0

    def key_of(self, row: FindingRow) -> str:
        return row.key

    def line_of(self, row: FindingRow, look: Look, width: int) -> Text:
        return finding_line(row, look, width, self.scope)

    def skips(self, row: FindingRow) -> bool:
        return row.finding is None
