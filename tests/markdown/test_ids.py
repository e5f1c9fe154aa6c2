from __future__ import annotations

from typing import List

import pytest

from idse_core.markdown import identifiers, read


def _ids(text: str) -> List[str]:
    return [identifier.id for identifier in identifiers(read(text))]


def test_identifiers_come_in_order_with_their_place() -> None:
    text = "- T-2: é FR-1\n- **AC-1.2**, [NFR-10](x) and AC-3b.\n"
    found = identifiers(read(text))
    assert [identifier.id for identifier in found] == ["T-2", "FR-1", "AC-1.2", "NFR-10", "AC-3b"]
    assert all(text[identifier.start : identifier.end] == identifier.id for identifier in found)


@pytest.mark.parametrize("text", ["XFR-1", "X-FR-1", "_FR-1", "éFR-1", "FR-", "FR-a", "FR-1ab", "FR-1_", "fr-1", "FR1"])
def test_what_is_not_an_identifier(text: str) -> None:
    assert _ids(text) == []


def test_only_prose_is_looked_at() -> None:
    assert _ids("---\na: FR-1\n---\n`FR-2` <!-- FR-3 -->\n\n    FR-4\n\n```\nFR-5\n```\n\nFR-6") == ["FR-6"]


def test_prefixes_are_literal_and_may_repeat() -> None:
    document = read("A.B-1 AxB-2 FR-3")
    assert [identifier.id for identifier in identifiers(document, ["A.B", "A.B"])] == ["A.B-1"]
