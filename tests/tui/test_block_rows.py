"""Rows and lines of blocks one below the other: there and back."""

from __future__ import annotations

from typing import List, Set

from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from idse_tui.blocks import Block, Rendered
from idse_tui.rendering import split
from idse_tui.widgets.block_rows import BlockRows

PARAGRAPHS = st.lists(st.integers(1, 4), min_size=1, max_size=6)


def blocks_of(sizes: List[int]) -> List[Block]:
    text = "\n\n".join("\n".join(f"line {number}" for number in range(size)) for size in sizes)
    return list(split(text))


def strips(block: Block, each: int) -> Rendered:
    """Each line of the source on so many rows, below an empty one where the block has a gap above it."""
    lines = [block.first] * block.gap
    lines += [block.first + number for number in range(block.size) for _ in range(each)]
    return Rendered(tuple(Strip.blank(1) for _ in lines), tuple(lines))


@given(PARAGRAPHS, st.sets(st.integers(0, 5)), st.integers(1, 3), st.sampled_from([0, 2, 4]))
def test_the_row_of_a_line_shows_that_line(sizes: List[int], rendered: Set[int], each: int, above: int) -> None:
    blocks = blocks_of(sizes)
    rows = BlockRows(above)
    rows.put(blocks, {number: strips(blocks[number], each) for number in rendered if number < len(blocks)})
    for number, block in enumerate(blocks):
        for line in range(block.first, block.first + block.size):
            assert rows.block_of(line) == number
            row = rows.row_of(line)
            assert above <= row < rows.total
            spotted = rows.at(row)
            assert (spotted is not None) == (number in rendered)
            if spotted is not None:
                assert rows.line_at(row) == line
                assert (spotted.number, spotted.row) == (number, row - rows.start(number))


@given(PARAGRAPHS, st.integers(1, 3))
def test_lines_never_go_back_from_row_to_row(sizes: List[int], each: int) -> None:
    blocks = blocks_of(sizes)
    rows = BlockRows(2)
    rows.put(blocks, {number: strips(block, each) for number, block in enumerate(blocks)})
    lines = [rows.line_at(row) for row in range(rows.total + 5)]
    assert lines == sorted(lines)
    assert [rows.at(row) for row in (0, 1, rows.total)] == [None] * 3


def test_other_blocks_take_the_place_of_what_was_known() -> None:
    first, second = blocks_of([2, 2]), blocks_of([3])
    rows = BlockRows()
    rows.put(first, {0: strips(first[0], 3)})
    rows.put(first, {1: strips(first[1], 3)})
    assert set(rows.rendered) == {0, 1}
    rows.put(second, {})
    assert rows.rendered == {}
    assert rows.total == sum(block.size + block.gap for block in second)


def test_without_blocks_there_is_only_what_stands_above() -> None:
    rows = BlockRows(2)
    assert (rows.total, rows.row_of(7), rows.line_at(7), rows.at(0), rows.block_of(7)) == (2, 2, 1, None, 0)
