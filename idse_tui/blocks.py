"""An artifact in pieces: as text, and as lines on the screen. How one becomes the other stands in ``rendering``."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Sequence, Tuple

from textual.strip import Strip

from idse_tui.look import Look

__all__ = ["PENDING", "Block", "Canvas", "Prepared", "Rendered"]

PENDING = "pending"
"""The kind of what has not been looked at yet."""


class Block(NamedTuple):
    """A stretch of the file that is rendered at once.

    Attributes:
        first: its first line in the file, 1-based.
        size: how many lines it has.
        gap: whether an empty line stands before it.
        kind: the type of its Markdown token; ``heading`` with its level for a heading.
    """

    text: str
    first: int
    size: int
    gap: bool
    kind: str


class Rendered(NamedTuple):
    """A block on the screen: its strips, and for each the line of the file that it shows."""

    strips: Tuple[Strip, ...]
    lines: Tuple[int, ...]


class Canvas(NamedTuple):
    """What blocks are rendered for.

    Attributes:
        width: cells in a line.
        height: lines on the screen.
        line: the line of the file that has to be in sight, 1-based; 0 for the top.
        dark: whether the theme is a dark one, for highlighted code.
    """

    width: int
    height: int
    line: int
    look: Look
    dark: bool


class Prepared(NamedTuple):
    """Those blocks of an artifact that come into sight first, rendered: index → strips."""

    canvas: Canvas
    blocks: Sequence[Block]
    rendered: Mapping[int, Rendered]
