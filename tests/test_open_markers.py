from __future__ import annotations

import time

import pytest

from idse_core.open_markers import MARKER, MARKER_PATTERN, OPEN_MARKERS, awaits_input, is_open
from idse_core.validation.constitution import core_constitution


@pytest.mark.parametrize("rule", ["ART003", "AGT002"])
def test_the_rules_look_for_the_marker_that_all_others_look_for(rule: str) -> None:
    assert core_constitution().rules.get(rule).params["pattern"] == MARKER_PATTERN


@pytest.mark.parametrize(
    "text",
    [
        MARKER,
        "[REQUIRES  INPUT]",
        "[REQUIRES\u00a0INPUT]",
        "[ REQUIRES INPUT ]",
        "[REQUIRES\nINPUT]",
        "[REQUIRES\r\nINPUT]",
        "> > [REQUIRES\n> > INPUT]",
        "\\[REQUIRES INPUT\\]",
        "[REQUIRES INPUT: who decides?]",
        "[REQUIRES INPUT - see [plan](plan.md)]",
        f"[REQUIRES INPUT - {'x' * 400}]",
        "[**REQUIRES INPUT**] who?",
        "[_REQUIRES INPUT_]",
        "[REQUIRES INPUT",
    ],
)
def test_a_form_of_the_marker(text: str) -> None:
    assert is_open(f"before {text} after")


@pytest.mark.parametrize(
    "text",
    [
        "REQUIRES INPUT",
        "[requires input]",
        "[REQUIRES INPUTS]",
        "[REQUIRES INPUT_FIELD]",
        "[REQUIRESINPUT]",
        "[REQUIRES\n\nINPUT]",
        "> [REQUIRES\n>\n> INPUT]",
        "[REQUIRES\r\n\r\nINPUT]",
    ],
)
def test_what_only_looks_like_the_marker(text: str) -> None:
    assert not is_open(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[REQUIRES INPUT: who?] Name", "[REQUIRES INPUT: who?]"),
        ("[REQUIRES INPUT - see [plan](plan.md)]", "[REQUIRES INPUT"),
        ("[REQUIRES INPUT\n\nand] so on", "[REQUIRES INPUT"),
    ],
)
def test_it_is_shown_up_to_its_bracket_within_its_paragraph(text: str, shown: str) -> None:
    assert [found.group() for found in OPEN_MARKERS.finditer(text)] == [shown]


@pytest.mark.parametrize(
    "value",
    [MARKER, [["REQUIRES INPUT"]], {"a": ["b", MARKER]}, [{"REQUIRES INPUT": "who?"}], ["REQUIRES INPUT of", "many"]],
)
def test_a_value_of_yaml_waits_with_and_without_quotes(value: object) -> None:
    assert awaits_input(value)


@pytest.mark.parametrize("value", [None, 3, "a", [], {}, ["a"], [[]], {"REQUIRES INPUT": "a"}])
def test_another_value_does_not(value: object) -> None:
    assert not awaits_input(value)


def test_another_marker_is_looked_for_as_it_stands() -> None:
    assert awaits_input("x TBD", "TBD")
    assert not awaits_input(MARKER, "TBD")


@pytest.mark.parametrize(
    "text",
    [
        "[REQUIRES" + " " * 200_000,
        "[REQUIRES INPUT" * 50_000,
        "[REQUIRES\n" + "> " * 100_000,
        "[REQUIRES INPUT " + "a" * 1_000_000,
        "[REQUIRES INPUT" + "\n" + " " * 1_000_000,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    OPEN_MARKERS.findall(text)
    assert time.perf_counter() - began < 1
