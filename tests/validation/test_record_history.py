"""Which sessions' records changed since which version of the project's records."""

from __future__ import annotations

from typing import Dict, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.validation.record_history import RecordHistory

NAMES = ["a", "b", "c"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(NAMES), max_size=2), max_size=70))
def test_a_record_holds_exactly_since_its_last_change(steps: List[List[str]]) -> None:
    history = RecordHistory.from_json(None, "0")
    records: List[Dict[str, int]] = [dict.fromkeys(NAMES, 0)]
    for number, changed in enumerate(steps, start=1):
        history = RecordHistory.from_json(history.then(str(number), changed).to_json(), str(number))
        records.append({**records[-1], **dict.fromkeys(changed, number)})
    for place, version in enumerate(history.versions):
        for name in NAMES:
            same = records[int(version)][name] == records[-1][name]
            assert history.holds_since(place, name) is same
    assert len(history.versions) == min(len(steps) + 1, 32)
    assert history.versions[-1] == str(len(steps))
    assert not history.holds_since(None, "a")


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "[1, 2]", "[[], {}]", '[["x"], {}]', '[["1", 3, "v"], {}]', '["v", 3]']
)
def test_what_is_not_a_history_of_this_version_is_ignored(text: str) -> None:
    assert RecordHistory.from_json(text, "v") == RecordHistory(["v"], {})
