"""JSON files: precise complaints, the place of every value, and bytes that can be read again."""

from __future__ import annotations

import json
import sys
from typing import Dict, Iterator, List, Tuple, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.errors import ConfigError
from idse_core.json_text import dump, locate, parse_object, quote

Pointer = Tuple[Union[str, int], ...]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(['"', "\\", "{", "}", "[", "]", ",", ":", "\n", "\u2028", "\ud800"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)
objects = st.dictionaries(st.text(max_size=5), values, max_size=4)
layouts = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 2, "\t"]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" ,\r\n", " :\t"), ("\n,\n", "\n:\n")]),
    }
)


def pointers(value: object, path: Pointer = ()) -> Iterator[Tuple[Pointer, object]]:
    """Every value inside a JSON value with the way to it."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pointers(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from pointers(inner, (*path, index))


def offset_of(text: str, line: int, column: int) -> int:
    return sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1


@settings(max_examples=120, deadline=None)
@given(value=objects, layout=layouts)
def test_a_located_value_is_the_one_that_the_parser_read(value: Dict[str, object], layout: Dict[str, object]) -> None:
    text = json.dumps(value, **layout)  # type: ignore[arg-type]  # keyword arguments by name
    data = text.encode("utf-8", "backslashreplace")
    text = data.decode("utf-8")
    for pointer, expected in pointers(json.loads(text)):
        line, column = locate(data, pointer)
        assert line is not None
        assert column is not None
        assert json.JSONDecoder().raw_decode(text, offset_of(text, line, column))[0] == expected


@settings(max_examples=60, deadline=None)
@given(value=objects, wanted=st.lists(st.one_of(st.text(max_size=3), st.integers(-1, 5)), max_size=3))
def test_a_pointer_to_nothing_is_located_nowhere(value: Dict[str, object], wanted: List[Union[str, int]]) -> None:
    data = dump(value)
    there = {pointer for pointer, _ in pointers(value)}
    assert (locate(data, wanted) == (None, None)) == (tuple(wanted) not in there)


@given(data=st.binary(max_size=30), wanted=st.lists(st.one_of(st.just("a"), st.integers(0, 2)), max_size=3))
def test_bytes_that_are_no_json_are_located_nowhere_or_somewhere_but_never_raise(
    data: bytes, wanted: List[Union[str, int]]
) -> None:
    locate(data, wanted)


def test_a_key_that_stands_twice_is_located_where_the_parser_took_it_from() -> None:
    data = b'{\n"a": 1,\n"a": [7, 8]\n}'
    assert parse_object(data, path="x.json") == {"a": [7, 8]}
    assert locate(data, ["a"]) == (3, 6)
    assert locate(data, ["a", 1]) == (3, 10)


def test_lines_and_columns_count_characters_after_a_byte_order_mark() -> None:
    data = '\ufeff{"\u00e9\u00e9": "\U0001f680", "b": 1}'.encode()
    assert parse_object(data, path="x.json") == {"\u00e9\u00e9": "\U0001f680", "b": 1}
    assert locate(data, ["b"]) == (1, 18)


@settings(max_examples=120, deadline=None)
@given(value=objects)
def test_what_is_written_reads_back_the_same_in_the_same_order(value: Dict[str, object]) -> None:
    data = dump(value)
    read = parse_object(data, path="x.json")
    assert read == value
    assert list(pointers(read)) == list(pointers(value))
    assert dump(read) == data
    assert data.endswith(b"\n")
    data.decode("utf-8")


def test_half_a_surrogate_pair_is_written_so_that_the_file_stays_utf8() -> None:
    value = parse_object(b'{"name": "\\ud83d", "\\udc00": 1}', path="x.json")
    assert parse_object(dump(value), path="x.json") == value


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"", 1, 1, "the file is empty"),
        (b" \n\n", 3, 1, "the file is empty"),
        (b'{\n  "a": 1,\n  b\n}', 3, 3, "not valid JSON"),
        (b'{"a": 1', 1, 8, "not valid JSON"),
        (b'{"a": "x\ny"}', 1, 9, "not valid JSON"),
        (b'{"a": 1} more', 1, 10, "not valid JSON"),
        (b"[1]", 1, 1, "expected a JSON object, found a list"),
        (b'"x"', 1, 1, "found a text"),
        (b"true", 1, 1, "found true or false"),
        (b"null", 1, 1, "found null"),
        (b"1.5", 1, 1, "found a number"),
        (b'{\n"a": "\xff"}', 2, None, "not UTF-8"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 1, 1, "nested too deeply"),
        (b'{"a": ' + b"[" * 150 + b"]" * 150 + b"}", 1, 1, "nested too deeply"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_broken_file_is_named_with_the_place(data: bytes, line: int, column: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        parse_object(data, path="dir/x.json")
    assert (caught.value.path, caught.value.line, caught.value.column) == ("dir/x.json", line, column)


@pytest.mark.skipif(not hasattr(sys, "get_int_max_str_digits"), reason="this Python reads numbers of any length")
def test_a_number_with_more_digits_than_python_reads_is_refused() -> None:
    with pytest.raises(ConfigError, match="not valid JSON") as caught:
        parse_object(b'{"a": ' + b"1" * 10_000 + b"}", path="x.json")
    assert caught.value.path == "x.json"


def test_brackets_in_texts_are_not_depth() -> None:
    data = json.dumps({"a": "[{" * 400, "b": '\\"[' * 400, "c": [[] for _ in range(400)]}).encode()
    assert parse_object(data, path="x.json")["a"] == "[{" * 400


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_git_conflict_markers_are_called_by_their_name(newline: str) -> None:
    lines = ['{"a": 1,', "<<<<<<< HEAD", '"b": 2', "=======", '"b": 3', ">>>>>>> theirs", "}", ""]
    with pytest.raises(ConfigError, match="git conflict markers") as caught:
        parse_object(newline.join(lines).encode(), path="state.json")
    assert (caught.value.line, caught.value.column) == (2, 1)
    assert caught.value.hint == "resolve state.json"


def test_a_text_with_markers_in_valid_json_is_no_conflict() -> None:
    assert parse_object(b'{"a": "<<<<<<< HEAD"}', path="x.json") == {"a": "<<<<<<< HEAD"}


@given(value=values)
def test_a_quoted_value_is_short_and_printable(value: object) -> None:
    text = quote(value)
    assert len(text) <= 60
    assert text.replace("\u2026", "").isascii()
    assert "\n" not in text


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b'{"title": "one\ntwo"}', "x.json:1:15: not valid JSON: invalid control character"),
        (b'{"title": "one', "x.json:1:11: not valid JSON: unterminated string"),
    ],
)
def test_a_complaint_is_a_whole_sentence(data: bytes, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_object(data, path="x.json")
    assert str(caught.value) == complaint
