"""Records of the protocol: what is accepted, what is refused and with which error; hypothesis tests the round trip."""

from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.agency.protocol import PullItem, PullPage, PullRequest, PushRequest, ServerInfo, parsed, written
from idse_core.agency.wire import integer, record, text

ITEM: Dict[str, Any] = {"session_id": "a", "key": "spec_md", "seq": 1}
PAGE: Dict[str, Any] = {"items": [ITEM], "next": "n", "head": 1}

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
pages = st.builds(
    PullPage,
    items=st.lists(
        st.builds(
            PullItem,
            session_id=words,
            key=words,
            seq=st.integers(0, (1 << 63) - 1),
            revision=st.none() | words,
            content=st.none() | words,
            encoding=st.sampled_from([None, "base64"]),
            size=st.integers(0, 1 << 40),
        ),
        max_size=3,
    ),
    next=words,
    head=st.integers(0, 10),
    more=st.booleans(),
)


@given(pages)
def test_reading_a_written_record_gives_the_same_record(page: PullPage) -> None:
    assert parsed(PullPage, json.loads(written(page))) == page


def test_members_with_a_default_may_be_absent_and_unknown_ones_are_ignored() -> None:
    page = parsed(PullPage, {**PAGE, "more_of_a_newer_peer": 1})
    assert page == PullPage([PullItem("a", "spec_md", 1)], "n", 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items": None}, "items: must be a list"),
        ({"items": [{**ITEM, "seq": "1"}]}, "items.0.seq: must be a whole number"),
        ({"items": [{**ITEM, "seq": True}]}, "items.0.seq: must be a whole number"),
        ({"items": [{**ITEM, "seq": 1.0}]}, "items.0.seq: must be a whole number"),
        ({"items": [{**ITEM, "seq": 1 << 63}]}, "items.0.seq: is out of range"),
        ({"items": [{"key": "x", "seq": 1}]}, "items.0.session_id: is missing"),
        ({"items": [ITEM, 7]}, "items.1: must be an object"),
        ({"items": [{**ITEM, "encoding": "rot13"}]}, 'items.0.encoding: must be "base64"'),
        ({"next": "half \ud83d"}, "next: has half of a surrogate pair"),
        ({"more": 1}, "more: must be true or false"),
        ({"head": None}, "head: must be a whole number"),
    ],
)
def test_an_error_names_the_member(change: Dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace(".", "[.]") + "$"):
        parsed(PullPage, {**PAGE, **change})


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (ServerInfo, {"protocol": [2], "server_id": ""}),
        (ServerInfo, {"protocol": [2], "server_id": "x" * 65}),
        (ServerInfo, {"protocol": [2], "server_id": "../x"}),
        (ServerInfo, {"protocol": [2], "server_id": "x\n"}),
        (PullRequest, {"project_id": "p", "limit": 0}),
        (PullRequest, {"project_id": "p", "limit": 10_001}),
        (PullRequest, {"project_id": "p", "want": "all"}),
        (PullRequest, {"project_id": "p", "protocol": 1}),
        (PushRequest, {"project_id": "p", "session_id": "s", "artifacts": {"spec_md": None}}),
        (PushRequest, {"project_id": "p", "session_id": "s", "artifacts": {"\udc00": ""}}),
        (PushRequest, {"project_id": "p", "session_id": "s", "state_json": []}),
        (PushRequest, []),
    ],
)
def test_invalid_values_are_refused(make: Any, value: Any) -> None:
    with pytest.raises(ValueError):  # any refusal, whatever its message
        parsed(make, value)


def test_an_error_does_not_repeat_the_value() -> None:
    with pytest.raises(ValueError, match="next") as caught:
        parsed(PullPage, {**PAGE, "next": {"secret": 1}})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("metadata", [{"title": "\ud83d"}, {"n": float("nan")}])
def test_values_that_are_not_json_are_not_written(metadata: Dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # there are two kinds of them
        written(PushRequest(project_id="p", session_id="s", session_metadata=metadata))


class _Pair(NamedTuple):
    one: str
    other: int = 0


def test_every_member_has_exactly_one_kind() -> None:
    assert record(_Pair, one=text(), other=integer()).read({"one": "a"}) == _Pair("a")
    with pytest.raises(TypeError, match=r"_Pair differ: other$"):
        record(_Pair, one=text())
    with pytest.raises(TypeError, match=r"_Pair differ: others$"):
        record(_Pair, one=text(), other=integer(), others=integer())
