"""YAML that people write: safe, bounded, and every value with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple, Union

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import idse_core
from idse_core.yaml_text import YamlError, load

PACK = """\
pack: team
rules:
  - id: TEAM001
    with: {most: 3, words: [must, shall]}
  - extend: 'SPEC001'
    severity: |
      error
"""


@pytest.mark.parametrize(
    ("pointer", "place", "key_place"),
    [
        ((), (1, 1), (1, 1)),
        (("pack",), (1, 7), (1, 1)),
        (("rules",), (3, 3), (2, 1)),
        (("rules", 0), (3, 5), (3, 5)),
        (("rules", 0, "with", "most"), (4, 18), (4, 12)),
        (("rules", 0, "with", "words", 1), (4, 35), (4, 35)),
        (("rules", 1, "extend"), (5, 13), (5, 5)),
        (("rules", 1, "severity"), (6, 15), (6, 5)),
    ],
)
def test_every_value_and_key_has_its_place(
    pointer: Tuple[Union[str, int], ...], place: Tuple[int, int], key_place: Tuple[int, int]
) -> None:
    loaded = load(PACK)
    assert loaded.place(pointer) == place
    assert loaded.key_place(pointer) == key_place


def test_a_value_that_is_missing_is_placed_at_the_nearest_around_it() -> None:
    assert load(PACK).place(("rules", 1, "with", "most")) == load(PACK).place(("rules", 1))
    assert load(PACK).place(("nothing", 7)) == (1, 1)


def test_values_are_what_a_safe_loader_makes_them() -> None:
    assert load(PACK).value == yaml.safe_load(PACK)


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(value=plain, flow=st.sampled_from([True, False, None]))
def test_plain_data_is_read_as_the_safe_loader_reads_it(value: object, flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert load(text).value == yaml.safe_load(text)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=30), st.text("{}[]&*!|>%@`'\"#,:?-= \n\tab1<", max_size=30)))
def test_any_text_is_loaded_or_refused_with_a_place(text: str) -> None:
    error = refusal(text)
    if error is not None:
        assert 1 <= error.line <= len(text.splitlines()) + 1
        assert error.column >= 1
        assert error.message
        assert "\n" not in error.message


def refusal(text: str) -> Optional[YamlError]:
    try:
        load(text)
    except YamlError as error:
        return error
    return None


PACKS = sorted((Path(idse_core.__file__).parent / "constitution").glob("*.yaml"))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_our_own_packs_are_read_alike_by_libyaml(path: Path) -> None:
    text = path.read_text("utf-8")

    assert load(text, ours=True) == load(text)


def test_there_are_packs_of_our_own() -> None:
    assert len(PACKS) > 10


def test_what_is_broken_is_refused_whoever_reads() -> None:
    with pytest.raises(YamlError) as raised:
        load("a: 1\nb: [1\n", ours=True)

    assert raised.value.line >= 2


def test_an_empty_text_is_nothing() -> None:
    assert load("").value is None
    assert load("# only a comment\n").value is None


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands twice"),
        ("x:\n  - {k: 1, k: 2}\n", 2, 12, "'k' stands twice"),
        ("1: a\n'1': b\n", 2, 1, "'1' stands twice"),
        ("a: !foo 1\n", 1, 4, "!foo is not allowed"),
        ("a: !!python/name:os.system\n", 1, 4, "python/name:os.system is not allowed"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, 4, "python/object/apply:os.system is not allowed"),
        ("a: !!python/dict {b: 1}\n", 1, 4, "python/dict is not allowed"),
        ("a: !own {b: 1}\n", 1, 4, "!own is not allowed"),
        ("a: !own [1]\n", 1, 4, "!own is not allowed"),
        ("a: !!set {b}\n", 1, 4, "set is not allowed"),
        ("!own k: 1\n", 1, 1, "!own is not allowed"),
        ("base: &b {x: 1}\nmine:\n  <<: *b\n", 3, 3, "merge is not allowed"),
        ("ok: 1\nwhen: 2024-02-31\n", 2, 7, "'2024-02-31' is not what its tag says"),
        ("ok: 1\nn: !!int x\n", 2, 4, "'x' is not what its tag says"),
        ("n: !!int ''\n", 1, 4, "'' is not what its tag says"),
        ("n: !!bool maybe\n", 1, 4, "'maybe' is not what its tag says"),
        ("n: !!timestamp x\n", 1, 4, "'x' is not what its tag says"),
        ("? [a, b]\n: 1\n", 1, 3, "a key must be a plain text"),
        ("a: 1\n---\nb: 2\n", 2, 1, "expected a single document"),
        ("a: [1, 2\nb: 3\n", 2, 2, "expected"),
        ("a:\n\t- tab\n", 2, 1, "cannot start any token"),
        ("a: *nobody\n", 1, 4, "undefined alias"),
        ("ok: 1\nbad: \x07\n", 2, 6, r"the character U\+0007 is not allowed"),
        ("\0", 1, 1, r"the character U\+0000 is not allowed"),
        ("a: &x [*x]\n", 1, 4, "endless"),
        ("a: &x {b: *x}\n", 1, 4, "endless"),
    ],
)
def test_what_is_not_taken_is_named_with_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(YamlError, match=message) as caught:
        load(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_an_alias_bomb_is_refused_before_it_goes_off() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    with pytest.raises(YamlError, match="too many"):
        load("\n".join(["a0: &a0 [x, x]", *levels]))


def test_an_alias_used_twice_is_the_same_value_twice() -> None:
    assert load("a: &x {b: 1}\nc: *x\n").value == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize("depth", [62, 500, 1_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(YamlError, match="nested too deeply") as caught:
        load("[" * depth + "]" * depth)
    assert (caught.value.line, caught.value.column) == (1, 62)


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert load("yes: 1\n2: b\n1.5: c\nnull: d\n2024-01-01: e\n").value == {
        "yes": 1,
        "2": "b",
        "1.5": "c",
        "null": "d",
        "2024-01-01": "e",
    }
