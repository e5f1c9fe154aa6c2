"""Where lines are after a text was changed: what stayed is found again, and nothing leaves the text."""

from __future__ import annotations

from typing import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_tui.moved_lines import MovedLines

LINES = st.lists(st.sampled_from(["", "- a", "- b", "```", "# One", "# Two", "words"]), max_size=20)
UNIQUE = st.lists(st.integers(0, 60), unique=True, max_size=30).map(lambda items: [f"line {item}" for item in items])


def text(lines: Sequence[str]) -> str:
    return "\n".join(lines)


@given(LINES, LINES)
def test_a_line_becomes_one_of_the_text_that_is_there(before: Sequence[str], after: Sequence[str]) -> None:
    moved = MovedLines(text(before), text(after))
    assert all(1 <= moved(line) <= max(len(after), 1) for line in range(len(before) + 3))


@given(LINES)
def test_of_a_text_that_stayed_every_line_stays(lines: Sequence[str]) -> None:
    moved = MovedLines(text(lines), text(lines))
    assert all(moved(line) == line for line in range(1, len(lines) + 1))


@given(UNIQUE, UNIQUE)
def test_a_line_that_is_there_once_is_found_wherever_it_went(before: Sequence[str], after: Sequence[str]) -> None:
    moved = MovedLines(text(before), text(after))
    for line, words in enumerate(before, 1):
        if words in after:
            assert after[moved(line) - 1] == words


@given(LINES, LINES, LINES)
def test_what_is_above_and_below_an_insertion_moves_as_a_whole(
    above: Sequence[str], inserted: Sequence[str], below: Sequence[str]
) -> None:
    before, after = [*above, *below], [*above, *inserted, *below]
    moved = MovedLines(text(before), text(after))
    last = moved(len(before))
    assert not before or after[last - 1] == before[-1]
    assert not above or after[moved(1) - 1] == before[0]


@pytest.mark.parametrize(
    ("before", "after", "line", "expected"),
    [
        ("a\nb\nc", "new\nb\nold\nc", 2, 2),  # the line was not touched, though all around it was
        ("a\nb\nc\nd", "a\nB\nc\nd", 2, 2),  # it was written anew
        ("a\nb\nc\nd", "a\nc\nd", 2, 2),  # it was deleted: what came below it stands there
        ("x\n\nb\n\ny", "x\n1\n\n2\n\nb\n\n\nz\ny", 4, 7),  # an empty line is found by its neighbour
        ("# 1\n- a\n# 2\n- a\n# 3\n- a", "new\n# 1\n- a\n# 2\n- a\n- a\n# 3\n- a\nend", 4, 5),  # of the same heading
        ("# 1\n- a\n- a\nend", "# 1\nnew\n- a\n- a\nfin", 2, 3),  # one of those that are alike, and no other
        ("a", "", 1, 1),
        ("", "a\nb", 1, 1),
    ],
)
def test_where_a_line_is(before: str, after: str, line: int, expected: int) -> None:
    assert MovedLines(before, after)(line) == expected
