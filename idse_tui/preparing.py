"""Rendering what of an artifact comes into sight first, in the thread that reads it: so it is there with the first drawing."""

from __future__ import annotations

from bisect import bisect_right
from typing import Dict, Iterable, Sequence

from idse_tui.blocks import PENDING, Block, Canvas, Prepared, Rendered
from idse_tui.rendering import Renderer

__all__ = ["prepare"]


def prepare(blocks: Sequence[Block], canvas: Canvas) -> Prepared:
    """Render as many blocks as fill the screen, around the line that has to be in sight.

    Args:
        blocks: all of an artifact; what is ``pending`` is left out.
        canvas: where they will be drawn.
    """
    renderer = Renderer(canvas.width, canvas.look, dark=canvas.dark)
    first = max(bisect_right([block.first for block in blocks], canvas.line) - 1, 0) if canvas.line else 0
    below = _rendered(renderer, blocks, range(first, len(blocks)), canvas.height)
    above = _rendered(renderer, blocks, range(first - 1, -1, -1), canvas.height)
    return Prepared(canvas, blocks, {**above, **below})


def _rendered(renderer: Renderer, blocks: Sequence[Block], order: Iterable[int], rows: int) -> Dict[int, Rendered]:
    found: Dict[int, Rendered] = {}
    for index in order:
        if rows <= 0:
            break
        if blocks[index].kind != PENDING:
            found[index] = renderer.render(blocks[index])
            rows -= len(found[index].strips)
    return found
