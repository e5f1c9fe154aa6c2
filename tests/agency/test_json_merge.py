"""The merge of metadata and state entries: key by key."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.agency.json_merge import KeyPath, merge_json

Json = Dict[str, Any]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ({}, {}, {}, {}),
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}),
        ({"a": 1}, {"a": 1, "new": 0}, {"a": 1, "other": None}, {"a": 1, "new": 0, "other": None}),
        ({"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2}),
        ({"a": 1}, {}, {}, {}),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}),
        (
            {"stages": {"spec": "pending", "plan": "pending"}},
            {"stages": {"spec": "completed", "plan": "pending"}},
            {"stages": {"spec": "pending", "plan": "in_progress"}},
            {"stages": {"spec": "completed", "plan": "in_progress"}},
        ),
        ({}, {"links": {"a": "1"}}, {"links": {"b": "2"}}, {"links": {"a": "1", "b": "2"}}),
        ({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, {"tags": ["a", "b", "d"]}, {"tags": ["b", "c", "d"]}),
        ({}, {"tags": ["a"]}, {"tags": ["b", "a"]}, {"tags": ["a", "b"]}),
        ({"updated_at": "2026-01-01"}, {"updated_at": "2026-02-03"}, {"updated_at": "2026-03-01"}, {"updated_at": "2026-03-01"}),
        ({"updated_at": "2026-01-01"}, {"updated_at": "2026-03-01"}, {"updated_at": "2026-02-03"}, {"updated_at": "2026-03-01"}),
        ({"updated_at": "2026-09-01"}, {"updated_at": "2026-03-01"}, {"updated_at": "2026-09-01"}, {"updated_at": "2026-03-01"}),
    ],
)  # fmt: skip
def test_a_change_of_one_side_is_taken(base: Json, ours: Json, theirs: Json, merged: Json) -> None:
    found = merge_json(base, ours, theirs)
    assert found.clean
    assert found.value == merged
    assert list(found.value) == [*(key for key in ours if key in merged), *(key for key in theirs if key not in ours)][: len(merged)]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "where"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}, ("a",)),
        ({}, {"a": 2}, {"a": 3}, ("a",)),
        ({"a": 1}, {}, {"a": 3}, ("a",)),
        ({"a": 1}, {"a": 2}, {}, ("a",)),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, {"a": {"b": {"c": None}}}, ("a", "b", "c")),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": "text"}, ("a",)),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [3]}, ("a",)),
        ({"a": ["x", "x"]}, {"a": ["y"]}, {"a": ["z"]}, ("a",)),
        ({"a": 2}, {"a": 1}, {"a": True}, ("a",)),
        ({"updated_at": "2026-01-01"}, {}, {"updated_at": "2026-02-01"}, ("updated_at",)),
    ],
)
def test_different_changes_of_both_sides_are_conflicts_named_by_their_keys(
    base: Json, ours: Json, theirs: Json, where: KeyPath
) -> None:
    found = merge_json(base, ours, theirs)
    assert found.conflicts == (where,)
    assert not found.clean
    assert found.value == ours, "ours stands until somebody decides"


def test_derived_values_are_never_conflicts() -> None:
    base, ours, theirs = ({"stages": {"spec": {"state": state}}, "owner": state} for state in ("a", "b", "c"))
    assert merge_json(base, ours, theirs, ours_wins={"state"}).conflicts == (("owner",),)
    assert merge_json(base, ours, theirs).conflicts == (("stages", "spec", "state"), ("owner",))


scalars = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b"]))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["p", "q", "updated_at"]), inner, max_size=3)
    ),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from("abc"), values, max_size=3)


@given(base=objects, other=objects)
def test_changes_of_one_side_only_give_its_object(base: Json, other: Json) -> None:
    for found in (merge_json(base, base, other), merge_json(base, other, base), merge_json(base, other, other)):
        assert found.clean
        assert found.value == other


@settings(max_examples=300, deadline=None)
@given(base=objects, ours=objects, theirs=objects)
def test_swapping_the_sides_gives_the_same_merge(base: Json, ours: Json, theirs: Json) -> None:
    one, other = merge_json(base, ours, theirs), merge_json(base, theirs, ours)
    assert sorted(one.conflicts) == sorted(other.conflicts)
    if one.clean:
        assert _unordered(one.value) == _unordered(other.value)


@settings(max_examples=300, deadline=None)
@given(base=objects, ours=objects, theirs=objects)
def test_no_value_is_dropped_silently(base: Json, ours: Json, theirs: Json) -> None:
    found = merge_json(base, ours, theirs)
    before, after = dict(_leaves(base)), dict(_leaves(found.value))
    for side in (ours, theirs):
        for path, value in _leaves(side):
            if before.get(path, ()) != value and path[-1] != "updated_at":
                told = any(path[: len(conflict)] == conflict for conflict in found.conflicts)
                assert told or after.get(path) == value or isinstance(value, (list, dict)), path


def _leaves(value: Json, path: KeyPath = ()) -> Iterator[Any]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _leaves(inner, (*path, key))
        else:
            yield (*path, key), inner


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(inner) for key, inner in value.items()}
    return sorted(map(repr, value)) if isinstance(value, list) else value
