from __future__ import annotations

import pytest

from idse_core.validation.task_keys import is_key, key_named, key_of


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Task 1.1 – a", "1.1"),
        ("Task 1 a", "1"),
        ("task 3b: a", "3b"),
        ("**Task 2**: a", "2"),
        ("Task #9 – a", "9"),
        ("TASK-5: a", "5"),
        ("Task T8 a", "T8"),
        ("T8 a", "T8"),
        ("T-1 a", "T-1"),
        ("[T8] a", "T8"),
        ("(T8) a", "T8"),
        ("1.1 a", "1.1"),
        ("1.2.3a a", "1.2.3a"),
        ("1", "1"),
        ("1. a", "1"),
        ("1) a", "1"),
        ("1: a", "1"),
        ("**1**: a", "1"),
        ("[1] a", "1"),
        ("1 – a", "1"),
        ("1 - a", "1"),
        ("1— a", "1"),
        ("1 (Deps: none)", "1"),
        ("~~3. a~~", "3"),
        ("2 reviewers have approved", ""),
        ("2 (two) reviewers have approved", ""),
        ("2-factor login", ""),
        ("2–3 reviewers have approved", ""),
        ("10:30 is when we begin", ""),
        ("1st of all", ""),
        ("T-shirts", ""),
        ("Tasks are listed", ""),
        ("a Task 1", ""),
        ("", ""),
    ],
)
def test_the_number_of_a_task(text: str, key: str) -> None:
    assert key_of(text) == key


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("5", "5"),
        ("1.1", "1.1"),
        ("TASK-5", "5"),
        ("#9", "9"),
        ("[T8]", "T8"),
        ("T-1", "T-1"),
        ("auth-login", "auth-login"),
    ],
)
def test_the_task_that_is_named(word: str, key: str) -> None:
    assert key_named(word) == key


@pytest.mark.parametrize(
    ("name", "found"), [("7", True), ("1.7", True), ("T7", True), ("T-7", True), ("auth", False), ("T", False)]
)
def test_what_can_only_be_a_task(name: str, found: bool) -> None:
    assert is_key(name) is found
