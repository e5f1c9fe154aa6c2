"""A late pattern finds what the pattern itself finds, and is compiled when somebody asks for something."""

from __future__ import annotations

import re

import pytest

from idse_core.late_patterns import late


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.IGNORECASE | re.VERBOSE])
def test_it_is_used_like_a_pattern(flags: int) -> None:
    text = "(?P<word>[a-z]+) (?P<number> [0-9]+)"
    early, pattern = re.compile(text, flags), late(text, flags)

    for given in ("Task 12", "task12", "12"):
        for _ in range(2):
            found, expected = pattern.search(given, 1), early.search(given, 1)
            assert (found and found.groupdict()) == (expected and expected.groupdict())
        assert pattern.sub(r"\\g<number>", given) == early.sub(r"\\g<number>", given)
    assert (pattern.pattern, pattern.flags, pattern.groupindex) == (text, early.flags, early.groupindex)


def test_it_is_compiled_on_first_use() -> None:
    pattern = late("(")

    with pytest.raises(re.error):
        pattern.search("(")


def test_what_no_pattern_has_it_has_not() -> None:
    assert not hasattr(late("a"), "find")
