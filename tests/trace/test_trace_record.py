from __future__ import annotations

import json
from typing import Any, Dict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.errors import ConfigError, RefusedError
from idse_core.trace_record import Confirmation, TraceRecord, natural_key

PATH = "trace.json"
names = st.from_regex(r"(FR|NFR)-[0-9]{1,3}(\.[0-9])?[a-z]?", fullmatch=True)
confirmations = st.dictionaries(names, st.builds(Confirmation, st.text(), st.tuples(st.text())))


@given(confirmations)
def test_what_is_confirmed_is_read_again(given_: Dict[str, Any]) -> None:
    record = TraceRecord.empty().confirm("a", given_)
    again = TraceRecord.parse(record.serialize(), path=PATH)
    encodable = {name: item for name, item in given_.items() if "\\u" not in json.dumps(item)}
    assert {name: again.session("a")[name] for name in encodable} == encodable
    assert again.confirm("a", again.session("a")) is again


@given(confirmations, confirmations)
def test_the_bytes_do_not_depend_on_the_order(first: Dict[str, Any], second: Dict[str, Any]) -> None:
    second = {name: item for name, item in second.items() if name not in first}
    one = TraceRecord.empty().confirm("a", first).confirm("b", second).confirm("a", second)
    other = TraceRecord.empty().confirm("b", second).confirm("a", second).confirm("a", first)
    assert one.serialize() == other.serialize()


def test_the_file() -> None:
    record = TraceRecord.empty().confirm("b", {"FR-10": Confirmation("sha256:1", ("AC-1", "1.2"))})
    record = record.confirm("b", {"FR-2": Confirmation("sha256:2")}).confirm("a", {"FR-1": Confirmation("sha256:3")})
    assert json.loads(record.serialize()) == {
        "schema_version": 1,
        "sessions": {
            "a": {"FR-1": {"text": "sha256:3", "cover": []}},
            "b": {
                "FR-2": {"text": "sha256:2", "cover": []},
                "FR-10": {"text": "sha256:1", "cover": ["AC-1", "1.2"]},
            },
        },
    }
    assert list(json.loads(record.serialize())["sessions"]["b"]) == ["FR-2", "FR-10"]


def test_what_is_unknown_is_kept() -> None:
    data = {
        "note": "ours",
        "sessions": {"a": {"FR-1": {"text": "sha256:1", "by": "me"}, "FR-2": "later", "about": {"x": 1}}, "z": 3},
    }
    record = TraceRecord.parse(json.dumps(data).encode(), path=PATH)
    assert record.session("a") == {"FR-1": Confirmation("sha256:1")}
    assert record.session("z") == record.session("nowhere") == {}

    changed = json.loads(record.confirm("a", {"FR-1": Confirmation("sha256:2")}).serialize())

    assert changed["note"] == "ours"
    assert changed["sessions"]["a"]["FR-1"] == {"text": "sha256:2", "by": "me", "cover": []}
    assert changed["sessions"]["a"]["FR-2"] == "later"
    assert changed["sessions"]["a"]["about"] == {"x": 1}
    assert changed["sessions"]["z"] == 3


def test_only_words_change_it() -> None:
    record = TraceRecord.empty().confirm("a", {"FR-1": Confirmation("sha256:1", ("AC-1",))})
    assert record.confirm("a", {"FR-1": Confirmation("sha256:1", ("AC-9",))}) is record


@pytest.mark.parametrize("text", ["", "[]", "{", '{"sessions": []}', "<<<<<<< HEAD\n{}\n", "\xff"])
def test_a_broken_file_says_where(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TraceRecord.parse(text.encode("latin-1"), path=PATH)
    assert caught.value.path == PATH
    assert caught.value.line


def test_a_newer_file_is_read_and_not_changed() -> None:
    record = TraceRecord.parse(b'{"schema_version": 2, "sessions": {"a": {"FR-1": {"text": "x"}}}}', path=PATH)
    assert record.session("a") == {"FR-1": Confirmation("x")}
    with pytest.raises(RefusedError, match="newer version"):
        record.confirm("a", {"FR-1": Confirmation("y")})


def test_numbers_order_as_numbers() -> None:
    mixed = ["FR-10", "FR-2", "FR-2.10", "FR-2.9", "FR-2a", "NFR-1", "FR-²", "FR-" + "9" * 5000, "FR-1"]
    assert sorted(mixed, key=natural_key)[:5] == ["FR-1", "FR-2", "FR-2.9", "FR-2.10", "FR-2a"]
