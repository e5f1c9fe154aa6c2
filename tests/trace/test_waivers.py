"""What waives a requirement, and what only sounds like it."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.validation.tracing import TraceStatus
from idse_core.validation.waivers import hollow_waiver, waiver_in
from tests.trace.documents import requirement, traced

WAIVED = {
    "in brackets": ("It flies. (Waived: no wings)", "no wings"),
    "small letters": ("It flies (deferred: next quarter).", "next quarter"),
    "brackets in brackets": ("It flies (Waived: seen by eye (see ADR-3)) once", "seen by eye (see ADR-3)"),
    "over two lines": ("It flies. (Waived: no\n  wings)", "no wings"),
    "a sentence": ("It flies. Deferred: next quarter.", "next quarter."),
    "behind a dash": ("It flies \u2013 Waived: no wings", "no wings"),
    "a line": ("It flies\n  Waived: no wings", "no wings"),
    "in bold": ("It flies. **Waived:** no wings", "no wings"),
    "all of it": ("Waived: no wings", "no wings"),
    "far behind": ("It flies " + "and flies " * 60 + "(Waived: no wings)", "no wings"),
    "the second one": ("It flies (Waived: ). (Waived: no wings)", "no wings"),
    "in Greek": ("It flies (Waived: αργότερα)", "αργότερα"),
}

BELOW = {
    "an item": "It flies.\n  - Waived: no wings",
    "an item in bold": "It flies.\n  - **Deferred**: no wings\n  - It lands.",
    "a paragraph": "It flies.\n\n  Waived: no wings",
}

OPEN = {
    "brackets below it": "It flies.\n  - It lands (Waived: no wheels)",
    "a sentence below it": "It flies.\n  - The fee is waived: no invoice",
    "no reason": "It flies. (Waived:)",
    "a space": "It flies. (Waived: )",
    "a hyphen": "It flies (waived: -).",
    "a sentence without a reason": "It flies. Waived:",
    "prose": "The late fee is waived: no invoice is sent for it.",
    "prose with a capital": "The fee is Waived: no invoice is sent for it.",
    "a line of prose": "The late fee is\n  waived: no invoice is sent for it.",
    "a word that ends so": "The fee (unwaived: as ever) is due.",
    "in code": "It flies `(Waived: no wings)`.",
    "not a word": "It flies (Waived: 3.14).",
}


@pytest.mark.parametrize(("text", "reason"), list(WAIVED.values()), ids=list(WAIVED))
def test_a_waiver_gives_its_reason(text: str, reason: str) -> None:
    item = traced(spec=requirement(text))["FR-1"]
    assert (item.status, item.reason) == (TraceStatus.WAIVED, reason)


@pytest.mark.parametrize("text", list(BELOW.values()), ids=list(BELOW))
def test_what_stands_below_a_requirement_waives_it(text: str) -> None:
    assert traced(spec=requirement(text))["FR-1"].reason == "no wings"


@pytest.mark.parametrize(
    "below", ["Waived: no wings", "It flies.\n\n**Deferred:** no wings", "- Waived: no wings\n- It lands."]
)
def test_what_stands_below_a_heading_waives_the_requirement_that_it_defines(below: str) -> None:
    found = traced(spec=f"# S\n\n### FR-1: flies\n\n{below}\n\n### FR-2: swims\n")
    assert (found["FR-1"].reason, found["FR-2"].reason) == ("no wings", "")


def test_what_stands_below_another_requirement_waives_that_one() -> None:
    found = traced(spec="# S\n\n- FR-1: flies\n  - FR-1.1: lands\n    - Waived: no wheels\n")
    assert (found["FR-1"].reason, found["FR-1.1"].reason) == ("", "no wheels")


@pytest.mark.parametrize("text", list(OPEN.values()), ids=list(OPEN))
def test_words_without_a_reason_or_in_a_sentence_waive_nothing(text: str) -> None:
    item = traced(spec=requirement(text))["FR-1"]
    assert (item.status, item.reason) == (TraceStatus.UNCOVERED, "")


def test_a_cell_of_a_table_waives_its_row() -> None:
    spec = "# S\n\n| id | says | note |\n|---|---|---|\n| FR-1 | flies | Waived: no wings |\n| FR-2 | swims | |\n"
    found = traced(spec=spec)
    assert (found["FR-1"].reason, found["FR-2"].reason) == ("no wings", "")


@given(
    st.lists(st.sampled_from(["(", ")", "Waived:", "deferred:", " ", "\n", "a", ". ", "|", "**", "- "]), max_size=60)
)
def test_a_reason_is_a_line_with_a_word(parts: List[str]) -> None:
    reason = waiver_in("".join(parts))
    assert reason == " ".join(reason.split())
    assert not reason or any(letter.isalpha() for letter in reason)


def test_many_openings_cost_no_more_than_they_are_long() -> None:
    assert waiver_in("(Waived: (" * 300) == ""


@pytest.mark.parametrize(
    ("text", "hollow"),
    [
        ("It flies. (Waived)", "(Waived)"),
        ("It flies (**Deferred**).", "(**Deferred**)"),
        ("It flies (Deferred to v2).", "(Deferred to v2)"),
        ("It flies (Deferred: ).", "(Deferred: )"),
        ("It flies. Waived:", "Waived:"),
        ("It flies \u2013 **Waived:**", "Waived:"),
        ("The fee is waived for members (see below).", ""),
        ("It flies (undeferred).", ""),
    ],
)
def test_what_looks_like_a_waiver_and_gives_no_reason(text: str, hollow: str) -> None:
    assert waiver_in(text) == ""
    assert hollow_waiver(text) == hollow
