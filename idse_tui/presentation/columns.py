"""Lines of a text broken to a width in cells, so that nothing of them is cut off."""

from __future__ import annotations

from typing import Iterator, List, Tuple

from rich.cells import cell_len, chop_cells

__all__ = ["pieces", "wrapped"]

_LOOKED_AT = 4
"""Characters for each cell that are looked at to fill a row: some take no cell, but hardly ever that many of them."""


def wrapped(line: str, width: int) -> List[str]:
    """One line as the lines that it takes in ``width`` cells; see ``pieces``."""
    return [piece for _, piece in pieces(line, width)]


def pieces(line: str, width: int) -> Iterator[Tuple[int, str]]:
    """One line as the lines that it takes in ``width`` cells, each with where it begins in it.

    At least one; broken at spaces where that is possible. Takes time that grows with the length of the line alone.

    Args:
        line: harmless text without control characters.
        width: at least 2, the width of the widest character.
    """
    start = 0
    while True:
        ahead = line[start : start + _LOOKED_AT * width]
        if start + len(ahead) >= len(line) and cell_len(ahead) <= width:
            break
        head = _filling(ahead, width)
        space = head.rfind(" ")
        is_inside_word = ahead[len(head) : len(head) + 1] not in {"", " "}
        if is_inside_word and head[: space + 1].strip():
            head = head[: space + 1]
        yield start, head
        start += len(head)
        start += line.startswith(" ", start)  # the space that the line was broken at
    if ahead or not start:
        yield start, ahead


def _filling(text: str, width: int) -> str:
    """As much of the beginning as fits; Rich leaves out what takes no cell and stands before everything else."""
    first = next(iter(chop_cells(text, width)), text)
    return text[: text.index(first) + len(first)]
