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
        "FR-1 | The list | is sorted |",
        "FR-1: The list\n- is\n* sorted.",
        "FR-1\n\nThe list is sorted.",
    ],
)
def test_layout_does_not_count(other: str) -> None:
    assert text_digest(other) == text_digest("FR-1: The list is sorted.")


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
