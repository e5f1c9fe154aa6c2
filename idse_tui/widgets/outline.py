"""The artifact's headings; Enter goes there."""

from __future__ import annotations

from typing import NamedTuple, Tuple

from rich.text import Text

from idse_tui.artifact import Artifact
from idse_tui.look import Look
from idse_tui.presentation.texts import shown, sides
from idse_tui.widgets.row_list import RowList

__all__ = ["HeadingRow", "Outline", "heading_rows"]


class HeadingRow(NamedTuple):
    """A heading. ``key`` is its line, 1-based, as text."""

    key: str
    level: int
    title: str


def heading_rows(artifact: Artifact) -> Tuple[HeadingRow, ...]:
    """The headings of an artifact, in order."""
    return tuple(
        HeadingRow(str(block.first), int(block.kind[7:]), block.text.split("\n", 1)[0].strip("# "))
        for block in artifact.blocks
        if block.kind.startswith("heading")
    )


class Outline(RowList[HeadingRow]):
    """The headings of the artifact that is looked at."""

    def __init__(self) -> None:
        super().__init__(id="outline")

    def key_of(self, row: HeadingRow) -> str:
        return row.key

    def line_of(self, row: HeadingRow, look: Look, width: int) -> Text:
        line = Text("  " * row.level, no_wrap=True, end="")
        style = look.styles["primary"] if row.level <= 2 else look.styles["text"]
        line.append_text(shown(row.title, style))
        return sides(line, Text(f"{row.key} ", look.styles["muted"]), width, look.glyphs.more)
