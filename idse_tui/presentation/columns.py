"""Lines of a text broken to a width in cells, so that nothing of them is cut off."""

from __future__ import annotations

from typing import List

from rich.cells import cell_len, chop_cells

__all__ = ["wrapped"]


def wrapped(line: str, width: int) -> List[str]:
    """One line as the lines that it takes in ``width`` cells; at least one, broken at spaces where that is possible.

    Args:
        line: harmless text without control characters.
        width: at least 2, the width of the widest character.
    """
    pieces: List[str] = []
    rest = line
    while cell_len(rest) > width:
        head = chop_cells(rest, width)[0]
        space = head.rfind(" ")
        is_inside_word = rest[len(head) : len(head) + 1] not in {"", " "}
        if is_inside_word and head[: space + 1].strip():
            head = head[: space + 1]
        pieces.append(head)
        rest = rest[len(head) :]
        rest = rest[1:] if rest.startswith(" ") else rest  # the space that the line was broken at
    return [*pieces, rest] if rest or not pieces else pieces
