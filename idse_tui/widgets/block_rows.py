"""Which row of a view shows which line of a file, when blocks of it stand one below the other."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_tui.blocks import Block, Rendered

__all__ = ["BlockRows", "Spotted"]


class Spotted(NamedTuple):
    """What is on a row.

    Attributes:
        number: of the block.
        rendered: its strips.
        row: which of them.
    """

    number: int
    rendered: Rendered
    row: int


class BlockRows:
    """Blocks and their strips. One that is not rendered yet takes as many rows as its source has lines.

    Args:
        above: rows before the first block.

    Attributes:
        blocks: the source, in order.
        rendered: number of a block → its strips.
    """

    def __init__(self, above: int = 0) -> None:
        self.above = above
        self.blocks: Sequence[Block] = ()
        self.rendered: Dict[int, Rendered] = {}
        self._starts: List[int] = [0]
        self._first_lines: Tuple[Sequence[Block], List[int]] = ((), [])

    def put(self, blocks: Sequence[Block], rendered: Mapping[int, Rendered]) -> None:
        """Take in what is rendered by now; other blocks than before take the place of all that was known."""
        if blocks is not self.blocks:
            self.blocks, self.rendered = blocks, {}
        self.rendered.update(rendered)
        self.measure()

    def measure(self) -> None:
        """Find out where each block begins."""
        self._starts = [0, *accumulate(self._height(index) for index in range(len(self.blocks)))]

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.above + self._starts[-1]

    def _height(self, index: int) -> int:
        rendered = self.rendered.get(index)
        return self.blocks[index].size + self.blocks[index].gap if rendered is None else len(rendered.strips)

    def start(self, index: int) -> int:
        """The first row of a block."""
        return self.above + self._starts[index]

    def block_of(self, line: int, blocks: Optional[Sequence[Block]] = None) -> int:
        """The number of the block that a line of the file is in.

        Args:
            line: 1-based; 0 means the first block.
            blocks: others than those that are here.
        """
        looked_in = self.blocks if blocks is None else blocks
        if looked_in is not self._first_lines[0]:  # asked for every mark: thousands of times for the same blocks
            self._first_lines = (looked_in, [block.first for block in looked_in])
        return max(bisect_right(self._first_lines[1], line) - 1, 0) if line else 0

    def row_of(self, line: int) -> int:
        """The row that shows a line of the file."""
        if not self.blocks:
            return self.above
        index = self.block_of(line)
        block, rendered = self.blocks[index], self.rendered.get(index)
        if rendered is None:
            return self.start(index) + min(line - block.first, block.size)
        gap = 1 if block.gap else 0
        inside = next(
            (row for row, at in enumerate(rendered.lines) if at >= line and row >= gap), len(rendered.lines) - 1
        )
        return self.start(index) + max(inside, 0)

    def within(self, line: int, below: int) -> int:
        """The row so far below the first one of a line, as far as it shows that line; or above it.

        Args:
            line: of the file, 1-based.
            below: rows; negative above.
        """
        first = self.row_of(line)
        return next(
            (row for row in range(first + below, first, -1) if self.line_at(row) == line), first + min(below, 0)
        )

    def line_at(self, row: int) -> int:
        """The line of the file that a row shows."""
        if not self.blocks:
            return 1
        index, inside = self._place(max(row - self.above, 0))
        block, rendered = self.blocks[index], self.rendered.get(index)
        if rendered is None or not rendered.lines:
            return block.first + max(0, min(inside, block.size - 1))
        return rendered.lines[min(inside, len(rendered.lines) - 1)]

    def at(self, row: int) -> Optional[Spotted]:
        """What is on a row; None above the blocks, below them, and where nothing is rendered yet."""
        at = row - self.above
        if not 0 <= at < self._starts[-1]:
            return None
        index, inside = self._place(at)
        rendered = self.rendered.get(index)
        return None if rendered is None else Spotted(index, rendered, inside)

    def _place(self, at: int) -> Tuple[int, int]:
        """Block and row in it."""
        index = max(0, min(bisect_right(self._starts, at) - 1, len(self.blocks) - 1))
        return index, at - self._starts[index]
