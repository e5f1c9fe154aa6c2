"""Members of a large JSON text changed through a small one: the same bytes as by parsing all of it."""

from __future__ import annotations

import json
from typing import Dict, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.json_excerpt import excerpt
from idse_core.json_text import dump, parse_object

texts = st.one_of(
    st.text(max_size=4),
    st.sampled_from(["sessions", '"sessions": {', '\n    "a": {', "a", "b", "\n  }", "\ud800", "}", "\u2028"]),
)
values = st.recursive(
    st.one_of(st.none(), st.integers(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
members = st.dictionaries(texts, values, max_size=5)
around = st.dictionaries(texts.filter(lambda key: key != "sessions"), values, max_size=3)


@settings(max_examples=500, deadline=None)
@given(before=around, found=members, after=around, change=members, top=around)
def test_the_whole_text_is_what_changing_all_of_it_gives(
    before: Dict[str, object],
    found: Dict[str, object],
    after: Dict[str, object],
    change: Dict[str, object],
    top: Dict[str, object],
) -> None:
    document = {**before, "sessions": found, **after}
    data = dump(document)
    expected = dump({**document, "sessions": {**found, **change}, **top})
    taken = excerpt(data.decode("utf-8"), "sessions", change)
    if taken is None:
        assert not found
        return
    small = parse_object(taken.text.encode("utf-8"), path="x")
    inside = small["sessions"]
    assert isinstance(inside, dict)
    assert list(inside) == [key for key in found if key in change]
    changed = taken.around(dump({**small, "sessions": {**inside, **change}, **top}).decode("utf-8"))
    if changed is None:
        assert not inside
        assert not change
    else:
        assert changed.encode("utf-8") == expected


@pytest.mark.parametrize(
    "text",
    ["{}", '{"sessions": {}}', '{"sessions": {"a": {}}}', '{\n  "sessions": {}\n}', '{\n  "sessions": 3\n}\n', ""],
)
def test_where_there_is_nothing_to_take(text: str) -> None:
    assert excerpt(text, "sessions", ["a"]) is None


def test_a_member_that_is_gone_can_not_be_put_back() -> None:
    text = dump({"sessions": {"a": 1, "b": 2}}).decode()
    taken = excerpt(text, "sessions", ["a"])
    assert taken is not None
    assert taken.around(dump({"sessions": {"c": 1}}).decode()) is None


def test_the_small_text_is_small() -> None:
    many: Dict[str, List[int]] = {f"s{number}": [number] * 20 for number in range(1000)}
    taken = excerpt(dump({"sessions": many}).decode(), "sessions", ["s7", "s999"])
    assert taken is not None
    assert json.loads(taken.text) == {"sessions": {"s7": many["s7"], "s999": many["s999"]}}
