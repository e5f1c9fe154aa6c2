"""Packs that make no sense: refused when they are loaded, with the place and what to do, so that no run meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Tuple

import pytest

from idse_core.errors import PackError
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.validation import packs
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.kind_registry import kind
from idse_core.validation.packs import PackSource, compile_packs

SPEC = Path(packs.__file__).parents[1] / "constitution" / "spec.yaml"

RULE = """\
pack: team
rules:
  - id: TEAM001
    name: no-fast
    kind: {kind}
    {stage}
    with: {given}
    message: "x"
    fix: "y"
"""
ARTIFACT = "stage: spec"
SESSION = "docs: one"
FAST = "{literals: [fast]}"
NESTED = "{clause: {kind: not, with: " * 300 + "{}" + "}}" * 300


def rule(name: str, given: str, stage: str = ARTIFACT) -> str:
    return RULE.format(kind=name, given=given, stage=stage)


def broken(text: str) -> PackError:
    sources = [PackSource("spec.yaml", SPEC.read_bytes(), core=True), PackSource("team.yaml", text.encode())]
    with pytest.raises(PackError) as caught:
        compile_packs(sources)
    assert caught.value.hint
    assert "pydantic" not in caught.value.message
    return caught.value


def place(error: PackError) -> Tuple[object, object]:
    return error.line, error.column


@pytest.mark.parametrize(
    ("name", "given", "at", "message", "hint"),
    [
        ("require-pattern", "{pattern: x, min: -3}", "-3", "min: input should be greater", "at least 1"),
        ("require-pattern", "{pattern: x, min: 99999999999999999999999}", "9999", "min: ", "up to 1000000"),
        ("require-pattern", "{pattern: x, min: 0}", "0}", "min: ", "at least 1"),
        ("require-pattern", "{pattern: x, each: 'yes'}", "'yes'", "each: ", "true or false"),
        ("require-pattern", "{pattern: 'a{99999999999}'}", "'a", "the pattern is not valid", "regular expression"),
        ("require-section", "{heading: A, level: 0}", "0}", "level: ", "at least 1"),
        ("require-section", "{heading: A, level: 7}", "7}", "level: ", "up to 6"),
        ("require-section", "{heading: A, min_words: -1}", "-1", "min_words: ", "at least 0"),
        ("require-section", "{heading: A, min_words: '3'}", "'3'", "min_words: ", "without quotes"),
        ("require-section", "{heading: A, min_words: 3.0}", "3.0", "min_words: ", "whole number"),
        ("require-section", "{heading: A, min_words: true}", "true", "min_words: ", "whole number"),
        ("require-section", "{heading: A, non_empty: 'yes'}", "'yes'", "non_empty: ", "true or false"),
        ("section-content", "{need: list, min_items: -1}", "-1", "min_items: ", "at least 1"),
        ("section-content", "{need: list, item_pattern: '('}", "'('", "'item_pattern' is not valid", "expression"),
        ("table-shape", "{under: [A], columns: {N: []}, min_rows: -1}", "-1", "min_rows: ", "at least 0"),
        (
            "table-shape",
            "{under: [A], columns: {N: []}, vocabulary: {B: [x]}}",
            "[x]",
            "'B' is not one",
            "columns are N",
        ),
        ("table-shape", "{under: [A], columns: {N: []}, non_empty: [B]}", "[B]", "'B' is not one", "columns are N"),
        ("section-order", "{order: {}}", "{}", "'order' is empty", "in order"),
        ("all", "{clauses: []}", "[]", "'clauses' is empty", "at least one"),
        ("any", "{clauses: []}", "[]", "'clauses' is empty", "at least one"),
        ("not", "{clause: {with: {}}}", "{with", "the key 'kind' is missing", "kind"),
        ("forbid-pattern", r"{pattern: x, replace: '\g<9>'}", r"'\g", "invalid group reference", "groups"),
        ("forbid-pattern", r"{pattern: x, replace: '\g<no>'}", r"'\g", "unknown group name 'no'", "groups"),
        ("forbid-pattern", r"{pattern: x, replace: '\q'}", r"'\q", "bad escape", "twice"),
        ("forbid-pattern", "{pattern: x, unless_pattern: '('}", "'('", "'unless_pattern' is not valid", "expression"),
        ("forbid-pattern", "{pattern: x, scope: headings}", "headings", "scope: ", "did you mean 'heading'?"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_at_its_place(
    name: str, given: str, at: str, message: str, hint: str
) -> None:
    error = broken(rule(name, given))

    assert message in error.message
    assert hint in error.hint
    assert place(error) == (7, len("    with: ") + given.index(at) + 1)


@pytest.mark.parametrize("prefix", ["fr", "FR-", "F.R", "''", "ABCDEFGHIJK"])
@pytest.mark.parametrize("name", ["ids-define", "ids-resolve", "ids-covered-by"])
def test_a_prefix_that_no_id_has_is_refused(name: str, prefix: str) -> None:
    others = {"ids-define": "", "ids-resolve": ", stages: [plan]", "ids-covered-by": ", by: plan"}[name]

    error = broken(rule(name, f"{{prefix: {prefix}, stage: spec{others}}}", SESSION))

    assert "is not a prefix of ids" in error.message
    assert "FR for FR-1" in error.hint


def test_what_a_change_says_must_fit_what_the_rule_says() -> None:
    error = broken('pack: team\nrules:\n  - {extend: SPEC005, with: {replace: "\\\\g<9>"}}\n')

    assert "'replace' is not valid" in error.message
    assert place(error) == (3, 39)


@pytest.mark.parametrize("replace", ["", "y", r"\g<match>", r"\g<0>", r"\1\\"])
def test_a_replacement_with_groups_that_there_are_is_taken(replace: str) -> None:
    text = rule("forbid-pattern", f"{{pattern: '(?P<match>x)', replace: '{replace}'}}")

    assert len(compile_packs([PackSource("team.yaml", text.encode())])) == 1


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (ARTIFACT, "stages: [spek]", "stages.0: input should be 'intent'", "did you mean 'spec'?"),
        (ARTIFACT, "stages: spec", "input should be 'all' or a list of stages", "did you mean '[spec]'?"),
        (ARTIFACT, "stages: al", "input should be 'all' or a list of stages", "did you mean 'all'?"),
        (ARTIFACT, "stages: 3", "input should be 'all' or a list of stages", "intent, context, spec"),
        ("TEAM001", "T001", "id: 'T001' is not an id", "two to six capital letters and three digits, such as TEAM001"),
        ("no-fast", "No fast", "name: 'No fast' is not a name", "small letter"),
        ("pack: team", "pack: core", "no other pack can be called 'core'", "pack: team"),
        ("pack: team", "pack: team\nrequires_idse: soon", "must look like '>=0.1'", "requires_idse: '>="),
        (ARTIFACT, f"{ARTIFACT}\n    severity: eror", "severity: ", "did you mean 'error'?"),
        (ARTIFACT, f"{ARTIFACT}\n    scope: sesion", "scope: ", "did you mean 'session'?"),
        (ARTIFACT, f"{ARTIFACT}\n    locked: 'yes'", "locked: ", "true or false"),
        (ARTIFACT, f"{ARTIFACT}\n    examples: {{invalid: [[1]]}}", "examples.invalid.0: input should be a text", "|"),
        (ARTIFACT, f"{ARTIFACT}\n    examples: {{valid: 3}}", "examples.valid: input should be a", "|"),
        (FAST, "3", "with: input should be a mapping", "key: value"),
        ("[fast]", "[fa\0st]", "the character U+0000 is not allowed", "rules test"),
    ],
)
def test_a_mistake_is_called_what_it_is_with_what_to_do(old: str, new: str, message: str, hint: str) -> None:
    error = broken(rule("forbid-pattern", FAST).replace(old, new, 1))

    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "input should be a mapping", "a pack begins with `pack: NAME`"),
        ("- a\n", "input should be a mapping", "a pack begins with `pack: NAME`"),
        ("pack: x\nrules: {}\n", "rules: input should be a valid list", "each rule begins with `- `"),
        ("pack: x\nrules: [y]\n", "rules.0: input should be a mapping", "- id: TEAM001"),
        (rule("link-resolves", "{foo: 1}", SESSION), "unknown key 'foo'", "takes no parameters"),
    ],
)
def test_a_malformed_pack_is_answered_with_the_right_form(text: str, message: str, hint: str) -> None:
    error = broken(text)

    assert message in error.message
    assert hint in error.hint


def test_what_is_nested_too_deeply_has_its_place() -> None:
    error = broken(rule("not", NESTED))

    assert "nested too deeply" in error.message
    assert error.line == 7
    assert error.column is not None
    assert error.column > 100


def test_a_character_that_yaml_does_not_take_has_its_place() -> None:
    text = rule("forbid-pattern", FAST).replace("fast]", "fa\0st]")

    assert place(broken(text)) == (7, text.splitlines()[6].index("\0") + 1)


@pytest.mark.parametrize(
    ("given", "text", "values"),
    [
        (
            {"min": 2},
            "One x.\n",
            {"which": "in the artifact", "count": "1", "min": "2", "place": "the artifact", "label": "match"},
        ),
        (
            {"under": ("A",)},
            "# A\n\nOne.\n",
            {"which": "in section 'A'", "count": "0", "min": "1", "place": "section 'A'", "label": "match"},
        ),
        (
            {"each": True, "scope": "task", "min": 3},
            "- [ ] one x\n- [ ] two\n",
            {"which": "here", "count": "0", "min": "1", "place": "the artifact", "label": "match"},
        ),
        (
            {"each": True, "scope": "task"},
            "- [ ] one\n- [ ] two\n",
            {"which": "in any of the 2", "count": "0", "min": "1", "place": "the artifact", "label": "match"},
        ),
    ],
)
def test_every_placeholder_of_require_pattern_has_a_value(given: Any, text: str, values: Any) -> None:
    found = kind("require-pattern")

    params = found.params(**{**vars_of(found.params), "pattern": "x", **given})
    (hit,) = found.check(params, ArtifactFacts(Stage.SPEC, text, PipelineArtifacts()))

    assert dict(hit.values) == values
    assert set(found.placeholders) == set(values)


def vars_of(params: Any) -> Any:
    """The defaults."""
    return {name: getattr(params, name) for name in params.__dataclass_fields__ if hasattr(params, name)}


PATTERN = "{kind: forbid-pattern, with: {literals: [x]}}"
SECTION = "{kind: require-section, with: {heading: Goal}}"


@pytest.mark.parametrize(
    ("name", "given", "placeholder"),
    [
        ("not", f"{{clause: {PATTERN}}}", "match"),
        ("when", f"{{condition: {PATTERN}, then: {SECTION}}}", "match"),
        ("any", f"{{clauses: [{SECTION}, {PATTERN}]}}", "match"),
        ("all", f"{{clauses: [{SECTION}, {PATTERN}]}}", "match"),
        ("all", f"{{clauses: [{{kind: not, with: {{clause: {PATTERN}}}}}]}}", "match"),
    ],
)
def test_a_composition_knows_the_placeholders_that_all_its_hits_fill(name: str, given: str, placeholder: str) -> None:
    error = broken(rule(name, given).replace('message: "', f'message: "{{{placeholder}}} '))

    assert error.message == f"there is no placeholder '{{{placeholder}}}'"


@pytest.mark.parametrize(
    ("name", "given", "placeholder"),
    [
        ("when", f"{{condition: {PATTERN}, then: {SECTION}}}", "problem"),
        ("any", f"{{clauses: [{PATTERN}, {SECTION}]}}", "match"),
        ("all", f"{{clauses: [{SECTION}, {SECTION}]}}", "heading"),
    ],
)
def test_a_composition_hands_placeholders_on(name: str, given: str, placeholder: str) -> None:
    text = rule(name, given).replace('message: "', f'message: "{{{placeholder}}} ')
    sources = [PackSource("spec.yaml", SPEC.read_bytes(), core=True), PackSource("team.yaml", text.encode())]

    assert compile_packs(sources).get("TEAM001").message.startswith(f"{{{placeholder}}}")
