from __future__ import annotations

import re
from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.validation.requirement_text import text_digest

words = st.lists(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), min_size=1, max_size=12)
space = st.text("\t\n ", min_size=1, max_size=4)


def test_is_short_and_says_what_it_is() -> None:
    assert re.fullmatch(r"sha256:[0-9a-f]{16}", text_digest("FR-1: a"))


@given(words, st.lists(space, min_size=12, max_size=12))
def test_white_space_does_not_count(said: List[str], gaps: List[str]) -> None:
    spaced = "".join(word + gap for word, gap in zip(said, gaps))
    assert text_digest(f"FR-1: {spaced}") == text_digest(f"FR-1: {' '.join(said)}")


@given(words, words)
def test_words_do(said: List[str], others: List[str]) -> None:
    same = said == others
    assert (text_digest(f"FR-1: {' '.join(said)}") == text_digest(f"FR-1: {' '.join(others)}")) is same


@given(words, st.data())
def test_emphasis_does_not_count(said: List[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(said) - 1))
    mark = data.draw(st.sampled_from(["*", "**", "_", "__", "~~", "`"]))
    marked = [f"{mark}{word}{mark}" if number == index else word for number, word in enumerate(said)]
    assert text_digest(f"FR-1: {' '.join(marked)}") == text_digest(f"FR-1: {' '.join(said)}")


@pytest.mark.parametrize(
    "other",
    [
        "FR-1**: The list is sorted.",
        "FR-1 – The list is sorted",
        "FR-1 The list\n  is sorted.",
        "FR-1: The list is sorted .\r\n",
        "**FR-1: The list** is sorted.",
        "[**FR-1**] The _list_ is ~~sorted~~",
        "***FR-1*: The** list is sorted.",
        "`FR-1`: The `list` is `` sorted ``.",
        "FR-1: The list\n> is\n> - sorted.",
        "FR-1: The list\r\n\r\n---\r\nis\r\n=====\r\nsorted.",
        "FR-1\n\n| The | list |\n|:---|---:|\n| is | **sorted** |",
        "FR-1: The list\n```\nis\n```\nsorted.",
        "FR-1: The list\n- is\n* sorted.",
        "FR-1\n\nThe list is sorted.",
    ],
)
def test_layout_does_not_count(other: str) -> None:
    assert text_digest(other) == text_digest("FR-1: The list is sorted.")


@pytest.mark.parametrize(
    "row", ["FR-1 | The list | is sorted |", "**FR-1** | The list is sorted.", "FR-1|The list is sorted"]
)
def test_cells_do_not_count(row: str) -> None:
    assert text_digest(row, is_row=True) == text_digest("FR-1: The list is sorted.")


SIGNS = [
    "> 3", ">= 3", "= 3", "=> 3", "| 3", ": 3", "- 3", "– 3", "— 3", "* 3", "~ 3", "~3", "*.csv", ".csv", "**/a.csv", "/a.csv",
    "`*.txt`", "`__init__`", "`init`", "`_init`", "`a | b`", "`a b`", "`> 4`", "`*a*`", "\\*a\\*",
    "\n\n```\n> a\n```", "\n\n```\n- a\n```", "\n\n```\n__a__\n```", "\n\n```\n= a\n```",
]  # fmt: skip


@pytest.mark.parametrize("before", ["FR-1: ", "**FR-1**: ", "`FR-1` – ", "- FR-1: It is **bold** and "])
def test_signs_among_words_and_in_code_do(before: str) -> None:
    said = {text_digest(f"{before}{sign}"): sign for sign in ["3", *SIGNS]}
    assert list(said.values()) == ["3", *SIGNS]


def test_a_bar_in_a_cell_is_one_in_a_list() -> None:
    assert text_digest("FR-1 | a \\| b", is_row=True) == text_digest("FR-1: a | b")


def test_emphasis_ends_in_its_own_item() -> None:
    assert text_digest("FR-1: *.csv\n- a*") != text_digest("FR-1: .csv\n- a")


@pytest.mark.parametrize(
    "marks", ["*a ", "*a* ", "**a ", "`", "` `` ", "a** *", "*a _b ", "*a** ", "\\", "> ", "|", "```\n", "- [ ] "]
)
def test_many_marks_cost_no_more_than_they_are_long(marks: str) -> None:
    assert text_digest("FR-1: " + marks * 20_000)
    assert text_digest("FR-1\n" + marks * 20_000, is_row=True)


@pytest.mark.parametrize(
    "other",
    [
        "FR-1: The list is not sorted.",
        "FR-1: The list IS sorted.",
        "FR-1: is The list sorted.",
        "FR-1: The lists is sorted.",
        "FR-2: The list is sorted.",
        "FR-1: The list is sorted ≤ 5",
    ],
)
def test_words_order_case_and_symbols_do(other: str) -> None:
    assert text_digest(other) != text_digest("FR-1: The list is sorted.")


def test_the_same_letters_in_another_normal_form() -> None:
    assert text_digest("FR-1: caf\u00e9") == text_digest("FR-1: cafe\u0301")


def test_half_a_surrogate_pair_is_no_reason_to_fail() -> None:
    assert text_digest("FR-1: \ud800")
