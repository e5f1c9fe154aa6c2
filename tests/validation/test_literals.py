"""The cheap check before a pattern is searched for must never hide a match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.constitution import core_constitution
from idse_core.validation.kinds.forbid_pattern import KIND
from idse_core.validation.kinds.literals import Glance, may_match, sought_by

_ATOMS = [
    "a",
    "b",
    "ab",
    "[ab]",
    "[^a]",
    ".",
    "a?",
    "b*",
    "(?:ab)+",
    "a{2}",
    "(?:a|bb)",
    "(?=ab)",
    "(?<!a)",
    "(?<=b)",
    "\\b",
    "^",
]
_ATOMS += ["(?:a|b?)", "(a)", "(?i:a)", "(?:ab|ba|c)", "(?!b)", "$", "\\w", "(?:)", "s", "k", "i"]

patterns = st.builds(
    lambda parts, choice: "|".join(["".join(parts), *choice]),
    st.lists(st.sampled_from(_ATOMS), max_size=6),
    st.lists(st.sampled_from(_ATOMS), max_size=2),
)
texts = st.text(alphabet="abcABskiSKI\u017f\u0131\u0130\u212a \n", max_size=12)


@given(patterns, texts, st.booleans())
def test_what_matches_may_match(pattern: str, text: str, ignore_case: bool) -> None:
    compiled = re.compile(pattern, re.MULTILINE | (re.IGNORECASE if ignore_case else 0))
    if compiled.search(text):
        assert may_match(compiled, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("TODO|TBD", "nothing is left to do"),
        (r"\{\{[^}]*\}\}", "{ x }"),
        (r"\[(?:Describe|List|Name)\b", "[describe it]"),
        ("(?i)fast", "slow"),
        (r"(?=.*needle)x", "x"),
        ("|".join(f"word{number}" for number in range(30)), "sword"),
    ],
)
def test_what_cannot_match_is_skipped(pattern: str, text: str) -> None:
    assert not may_match(re.compile(pattern), text)


def test_the_core_packs_patterns_are_skipped_in_a_plain_text() -> None:
    kinds = [KIND.build(rule.params) for rule in core_constitution().rules if rule.kind == KIND.name]
    assert kinds
    assert not [item for item in kinds if may_match(item.expression, "Every batch is read by 06:00.\n")]  # type: ignore[attr-defined]  # of that kind


def test_the_core_packs_patterns_are_not_compiled_for_a_plain_text() -> None:
    rules = [rule for rule in core_constitution().rules if rule.kind == KIND.name]
    plain = ArtifactFacts(Stage.INTENT, "# Intent\n\nEvery batch is read by 06:00.\n", PipelineArtifacts())
    marked = ArtifactFacts(Stage.INTENT, "# Intent\n\nTODO: what is read\n", PipelineArtifacts())

    made = {rule.id: KIND.build(rule.params, rule.derived) for rule in rules}

    assert not [rule for rule, params in made.items() if list(KIND.check(params, plain))]
    assert not [rule for rule, params in made.items() if "expression" in vars(params)]
    assert [rule for rule, params in made.items() if list(KIND.check(params, marked))] == ["ART007"]


@pytest.mark.parametrize(
    ("pattern", "solid"),
    [
        (r"\[REQUIRES INPUT\]", True),
        ("TODO|TBD", True),
        (" TODO", False),
        ("a  b", False),
        ("a\n", False),
        (r"\w+", False),
    ],
)
def test_only_what_blanking_cannot_make_is_looked_for_in_the_whole_text(pattern: str, solid: bool) -> None:
    assert Glance(*sought_by(re.compile(pattern))).is_solid == solid


@given(st.lists(st.sampled_from(["[REQUIRES", "INPUT]", " ", "[REQUIRES INPUT]", "x", "\n"]), max_size=9), st.data())
def test_a_solid_text_is_not_made_by_blanking_a_part(words: list[str], data: st.DataObject) -> None:
    text = "".join(words)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if end - start < len("`x`"):  # the shortest text that is ever blanked
        end = start
    pattern = re.compile(r"\[REQUIRES INPUT\]")
    if pattern.search(text[:start] + " " * (end - start) + text[end:]):
        assert may_match(pattern, text)
