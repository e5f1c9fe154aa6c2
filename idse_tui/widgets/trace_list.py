"""The requirements of the session and what covers them; Enter goes to the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from idse_tui.look import Look
from idse_tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from idse_tui.presentation.tracing import TraceRow

__all__ = ["TraceList"]


class TraceList(RowList["TraceRow"]):
    """Requirement, criteria, plan, tasks, report."""

    def __init__(self) -> None:
        super().__init__(id="trace")

    def key_of(self, row: TraceRow) -> str:
        return row.key

    def line_of(self, row: TraceRow, look: Look, width: int) -> Text:
        from idse_tui.presentation.tracing import trace_line  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return trace_line(row, look, width)

    def skips(self, row: TraceRow) -> bool:
        return row.place is None
