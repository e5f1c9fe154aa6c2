"""Pieces of Markdown that the pages share."""

from __future__ import annotations

from typing import Iterable, List, Sequence

__all__ = ["NOTE", "cell", "code", "fence", "table"]

NOTE = "<!-- Made by `python -m tools.reference`: change the code, not this page. -->"


def cell(text: str) -> str:
    """A text as one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """A text as inline code, even when it contains backticks."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def fence(text: str, language: str) -> List[str]:
    """A text as a fenced block that none of its lines closes."""
    marks = "`" * max([3, *(len(line) - len(line.lstrip("`")) + 1 for line in text.splitlines())])
    return [f"{marks}{language}", text.rstrip("\n"), marks]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> List[str]:
    """A table; the cells must be Markdown already."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines.extend(f"| {' | '.join(row)} |" for row in rows)
    return lines
