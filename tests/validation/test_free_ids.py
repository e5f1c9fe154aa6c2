"""What is added to a text takes no id that stands for something there."""

from __future__ import annotations

import pytest

from idse_core.validation.kinds.free_ids import with_free_ids


@pytest.mark.parametrize(
    ("text", "block", "expected"),
    [
        ("- FR-1: a\n", "- **FR-1**: b (FR-1)\n", "- **FR-2**: b (FR-1)\n"),
        ("### FR-2 – a\n\n| FR-7 | b |\n", "- FR-2: c\n- FR-7: d\n", "- FR-8: c\n- FR-9: d\n"),
        ("- [ ] **FR-1**: a\n", "- FR-1: b\n- FR-2: c\n", "- FR-2: b\n- FR-3: c\n"),
        ("- **AC-1** (FR-1): a\n", "- **FR-1**: b\n", "- **FR-1**: b\n"),
        ("It is as in FR-1.\n<!-- such as FR-1 -->\n", "- FR-1: b\n", "- FR-1: b\n"),
        ("- FR-12: a\n- FR-1-2: b\n", "- FR-1: b\n", "- FR-1: b\n"),
        ("", "- FR-1: b\n", "- FR-1: b\n"),
    ],
)
def test_an_id_that_something_begins_with_is_given_to_nothing_else(text: str, block: str, expected: str) -> None:
    assert with_free_ids(block, text) == expected
