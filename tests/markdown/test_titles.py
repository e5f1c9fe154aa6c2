from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.markdown import is_called, plain_title, title_forms


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Success Criteria", "success criteria"),
        ("6. Agent Profile", "agent profile"),
        ("6) Agent Profile", "agent profile"),
        ("(6) Agent Profile", "agent profile"),
        ("6 - Agent Profile", "agent profile"),
        ("2.3 Scope", "scope"),
        ("2.3. Scope", "scope"),
        ("IV. Scope", "scope"),
        ("A. Scope", "scope"),
        ("b) Scope", "scope"),
        ("A.1 Scope", "scope"),
        ("§ 2 Scope", "scope"),
        ("**§2.1 Scope**", "scope"),
        ("Section 1: Scope", "scope"),
        ("Part II – Scope", "scope"),
        ("Section 1", "section 1"),
        ("Scope {#scope}", "scope"),
        ("**Scope** {#scope .wide}", "scope"),
        ("Scope of {{ name }}", "scope of {{ name"),
        ("**Scope:**", "scope"),
        ("## `Scope` ##", "scope"),
        ("Success Criteria (measurable)", "success criteria"),
        ("Success Criteria (measurable):", "success criteria"),
        ("Success (a (b)) (c)", "success"),
        ("Goals & Risks", "goals and risks"),
        ("Goals&Risks", "goals and risks"),
        ("  Goals\t AND\u00a0 Risks ", "goals and risks"),
        ("✅ Goals", "goals"),
        ("⚠️ Goals…", "goals"),
        ("GRÖSSE", "grösse"),
        ("Gro\u0308ße", "grösse"),
        ("Phase 1 – Core Behavior", "phase 1 – core behavior"),
        ("Phase 1", "phase 1"),
        ("3 Pillars", "3 pillars"),
        ("2024", "2024"),
        ("Ix: a", "ix: a"),
        ("C++", "c++"),
        ("(measurable)", "measurable"),
        ("What is it?", "what is it"),
        ("Constraints / Risks", "constraints / risks"),
        ("", ""),
        ("***", ""),
    ],
)
def test_plain_title(written: str, plain: str) -> None:
    assert plain_title(written) == plain


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("4 Acceptance Criteria", "Acceptance Criteria"),
        ("II Goal", "Goal"),
        ("A Goal", "1. Goal"),
        ("2 Factor Authentication", "2 Factor Authentication"),
        ("3. 2 Factor Authentication", "2 Factor Authentication"),
    ],
)
def test_what_may_be_numbering_is_left_to_who_knows_the_name(heading: str, name: str) -> None:
    assert is_called(heading, ["Something Else", name])


@pytest.mark.parametrize(
    ("heading", "name"),
    [("30 Day Plan", "90 Day Plan"), ("Factor Authentication", "2 Factor Authentication"), ("2", "")],
)
def test_a_number_in_a_name_is_part_of_it(heading: str, name: str) -> None:
    assert not is_called(heading, [name])


def test_a_year_and_a_word_are_no_numbering() -> None:
    assert title_forms("2024 Goals") == ("2024 goals",)
    assert title_forms("In Scope") == ("in scope",)


@given(st.one_of(st.text(max_size=30), st.text(st.sampled_from("1.iv)( &A–*:\u0301 ß§{}#"), max_size=20)))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert plain_title(plain_title(text)) == plain_title(text)


def test_a_hostile_title_is_cheap() -> None:
    started = time.process_time()
    for title in ("(" * 1_000_000, "(a)" * 300_000, "1. " * 300_000, "&" * 1_000_000, "{#" * 300_000):
        plain_title(title)
    # It takes some milliseconds; the quadratic way took minutes.
    assert time.process_time() - started < 5
