"""What is wrong with a profile is said with the line and column of the artifact, the field, and what was expected."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple

import pytest

from idse_core.errors import ProfileError
from tests.compiler.profiles import PROFILE, compiled, spec_of

START = 4  # the block's first line, in `spec_of`


def failing(folder: Path, spec: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        compiled(folder, spec)
    assert caught.value.path == ".idse/projects/customer-portal/sessions/tours/spec.md"
    return caught.value


def test_a_spec_without_the_section(tmp_path: Path) -> None:
    error = failing(tmp_path, "# Spec\n\n```yaml\nid: x\n```\n\n    ## Agent Profile\n")
    assert error.message == "there is no section 'Agent Profile'"
    assert "AGT001" in error.hint


def test_a_section_without_a_yaml_block(tmp_path: Path) -> None:
    error = failing(tmp_path, "# Spec\n\n## Agent Profile\n\n```json\n{}\n```\n\n## Next\n\n```yaml\nid: x\n```\n")
    assert (error.line, error.column) == (3, 1)
    assert "```yaml" in error.message


CHANGES = [
    ("goals:", "goal:", (7, 1), "'goal' is not a field of an agent profile: did you mean 'goals'?"),
    ("tools: []", "zzz: []", (12, 1), "'zzz' is not a field of an agent profile: the fields are id, name,"),
    ("id: tour-watch\n", "", (4, 1), "'id' is missing: it must be a text"),
    ("name: Tour watch", "name:", (4, 1), "'name' is missing: it must be a text"),
    ("name: Tour watch", "name: ''", (5, 7), "'name' is empty: it must be a text"),
    ("name: Tour watch", "name: ' '", (5, 7), "'name' is empty: it must be a text"),
    ("name: Tour watch", "name: {a: b}", (5, 7), "'name' must be a text, not a mapping"),
    ('version: "1.2"', "version: 1.2", (18, 10), "'version' must be a text, not the number 1.2: write \"1.2\" with"),
    ("name: Tour watch", "name: yes", (5, 7), "'name' must be a text, not true or false: put it in quotes"),
    (
        "  - Late tours are seen before the customer calls",
        "  []",
        (8, 3),
        "'goals' is empty: it must be a list of texts",
    ),
    ("  - Late tours are seen before the customer calls", "  - a\n  - ' '", (9, 5), "'goals[1]' is empty"),
    (
        '"Never: guess a position"',
        "Never: guess",
        (14, 5),
        "'constraints[0]' must be a text, not a mapping: put a text",
    ),
    ("outputs: [A list of late tours]", "outputs: a list", (11, 10), "'outputs' must be a list of texts, not a text"),
    ("runtime_hints: {}", "runtime_hints: []", (17, 16), "'runtime_hints' must be a mapping, not a list"),
    ("runtime_hints: {}", "runtime_hints: {x: .inf}", (17, 20), "'runtime_hints.x' is an infinite number or NaN"),
    ("runtime_hints: {}", "runtime_hints: {x: !!binary aGk=}", (17, 20), "'runtime_hints.x' is binary data"),
    ("runtime_hints: {}", "runtime_hints: {x: !!python/name:os.system }", (17, 20), "the tag"),
    ("name: Tour watch", "id: again", (5, 1), "the profile is not valid YAML: the key 'id' stands twice"),
    ("name: Tour watch", "name: [Tour", (6, 12), "the profile is not valid YAML"),
    ("name: Tour watch", "name: &a [*a]", (5, 7), "endless"),
    (
        "name: Tour watch",
        "name: [REQUIRES INPUT]",
        (5, 7),
        "[REQUIRES INPUT] is still open in 'name': write the answer",
    ),
    ("name: Tour watch", "name: [REQUIRES INPUT] Say it", (5, 7), "[REQUIRES INPUT] is still open in 'name'"),
    ("name: Tour watch", "name: '[REQUIRES INPUT: whose?]'", (5, 8), "[REQUIRES INPUT] is still open in 'name'"),
    ("name: Tour watch", "name: [REQUIRES  INPUT]", (5, 7), "[REQUIRES INPUT] is still open in 'name'"),
    ("name: Tour watch", 'name: "[REQUIRES\n  INPUT]"', (5, 8), "[REQUIRES INPUT] is still open in 'name'"),
    ("  - Positions of vehicles", "  - '[REQUIRES INPUT] What?'", (10, 6), "is still open in 'inputs'"),
    ("tools: []", "tools: [] # [REQUIRES INPUT]", (12, 13), "is still open in 'tools'"),
]


@pytest.mark.parametrize(("before", "after", "place", "message"), CHANGES)
def test_a_mistake_has_a_place_and_an_explanation(
    tmp_path: Path, before: str, after: str, place: Tuple[int, int], message: str
) -> None:
    assert before in PROFILE
    error = failing(tmp_path, spec_of(PROFILE.replace(before, after)))
    assert message in error.message
    assert (error.line, error.column) == place


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_places_are_those_of_the_artifact_inside_of_a_list_item_too(tmp_path: Path, newline: str) -> None:
    lines = ["## Agent Profile", "", "- The profile:", "", "  ```yaml", "  id: x", "  names: y", "  ```", ""]
    error = failing(tmp_path, newline.join(lines))
    assert "7:3 'names' is not a field" in error.hint
    assert (error.line, error.column) == (6, 3)


def test_what_only_yaml_takes_for_a_line_end_does_not_shift_places(tmp_path: Path) -> None:
    error = failing(tmp_path, spec_of(PROFILE.replace("Tour watch", '"a\u2028b"').replace("goals:", "goal:")))
    assert (error.line, error.column) == (7, 1)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    error = failing(tmp_path, spec_of("nam: x\nversion: 1\ngoals: []\n"))
    assert error.hint.startswith("also: ")
    for part in ("'description' is missing", "'id' is missing", "5:10 'version' must be", "6:8 'goals' is empty"):
        assert part in f"{error.message} {error.hint}"


def test_a_block_that_is_no_mapping(tmp_path: Path) -> None:
    assert "must be a mapping" in failing(tmp_path / "list", spec_of("- id: x\n")).message
    assert "must be a mapping" in failing(tmp_path / "empty", spec_of("")).message


def test_aliases_that_explode_are_refused(tmp_path: Path) -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    error = failing(tmp_path, spec_of(f"a0: &a0 [x]\n{levels}\n"))
    assert "too many" in error.message
