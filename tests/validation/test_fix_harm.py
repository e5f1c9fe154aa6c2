"""What a fix leaves as it is, because the text would say something else afterwards, or something would be found anew."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Tuple

import pytest

from idse_core.events import Event, Warned
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.fix_choice import Change, Choice
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine
from tests.builders import reopened, write_artifact
from tests.validation.done_sessions import DONE, NAME, judge, of

SPEC = DONE[Stage.SPEC]
AFTER_FR5 = "with a message beside the field.\n"
assert AFTER_FR5 in SPEC


def mended(workspace: ProjectWorkspace, *select: str) -> Tuple[Dict[str, str], List[str]]:
    """Name of a file → its text as TRC009 would have it, and the warnings."""
    events: List[Event] = []
    engine = ValidationEngine(reopened(workspace), on_event=events.append)
    planned = engine.plan_fixes(NAME, Selection.of(engine.rules, select=select or ["TRC009"]))
    warned = [event.message for event in events if isinstance(event, Warned)]
    return {fix.place.name: fix.after for fix in planned}, warned


def spec_with(workspace: ProjectWorkspace, lines: str) -> str:
    """A specification with more below its functional requirements."""
    text = SPEC.replace(AFTER_FR5, f"{AFTER_FR5}{lines}\n")
    write_artifact(workspace, NAME, Stage.SPEC, text)
    return text


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("- FR1: The list is exported.", "it would become FR-1, and there is another FR-1"),
        ("\n### FR1: The list is exported.", "it would become FR-1, and there is another FR-1"),
        ("\n### FR9: one\n\nSee [it](#fr9-one).", "the link to '#fr9-one' leads to no heading"),
        ("  It is on the FR7 board.", "it would become FR-7, which the spec does not define"),
        ("  It uses the codec AC8.", "it would become AC-8, which the spec does not define"),
    ],
)
def test_what_would_say_something_else_stays_as_it_is_and_is_told(done: ProjectWorkspace, lines: str, why: str) -> None:
    spec_with(done, lines)

    fixes, warned = mended(done)

    assert fixes == {}
    assert len(warned) == 1
    assert why in warned[0]


def test_a_heading_that_another_artifact_links_to_stays_as_it_is(done: ProjectWorkspace) -> None:
    spec_with(done, "\n### FR9: one")
    assert "### FR-9: one" in mended(done)[0]["spec"]

    write_artifact(done, NAME, Stage.PLAN, DONE[Stage.PLAN] + "\nSee [it](spec.md#fr9-one).\n")
    fixes, warned = mended(done)

    assert fixes == {}
    assert "LNK001 would be found in line" in warned[0]


@pytest.mark.parametrize("stage", [Stage.INTENT, Stage.CONTEXT, Stage.PLAN, Stage.FEEDBACK])
def test_what_no_specification_defines_is_no_mention_of_it(done: ProjectWorkspace, stage: Stage) -> None:
    write_artifact(done, NAME, stage, DONE[stage] + "\nThe FR7 board serves FR1.\n")

    fixes, warned = mended(done)

    assert fixes[stage.value].endswith("The FR7 board serves FR-1.\n")
    assert [line for line in warned if "'FR7' is not followed as an id" in line] == warned != []


def test_what_is_harmless_is_mended_beside_what_is_not(done: ProjectWorkspace) -> None:
    spec_with(done, "- FR1: The list is exported.\n- FR 8: a\n- FR9: b")
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nIt is about FR8, FR_9 and AC1.\n")

    fixes, warned = mended(done)

    assert "- FR1: The list is exported.\n- FR-8: a\n- FR-9: b\n" in fixes["spec"]
    assert fixes["intent"].endswith("It is about FR-8, FR-9 and AC-1.\n")
    assert len(warned) == 1
    assert "'FR1'" in warned[0]


def test_of_many_each_that_is_harmless_is_mended_and_the_others_are_counted(done: ProjectWorkspace) -> None:
    taken = "".join(f"- FR-{number}: a\n" for number in range(100, 130))
    spec_with(done, taken + "".join(f"- FR{number}: b\n" for number in range(60, 160)))

    fixes, warned = mended(done)

    assert fixes["spec"].count(": a\n") == 30
    assert [number for number in range(60, 160) if f"- FR{number}: b" in fixes["spec"]] == list(range(100, 130))
    assert len(warned) == 11
    assert warned[-1].startswith("20 more are not mended")


def test_what_stands_in_a_line_with_harm_is_mended_all_the_same(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.PLAN, DONE[Stage.PLAN] + "\nFR1, FR 2 and FR3 on the FR77 board.\n")

    fixes, warned = mended(done)

    assert fixes["plan"].endswith("\nFR-1, FR-2 and FR-3 on the FR77 board.\n")
    assert len(warned) == 1


def test_gaps_that_a_fix_brings_to_light_do_not_stop_it(done: ProjectWorkspace) -> None:
    spec_with(done, "- FR9: a")

    fixes, warned = mended(done)
    write_artifact(done, NAME, Stage.SPEC, fixes["spec"])

    assert warned == []
    assert [item.message for item in of(judge(done), "TRC007")] == ["FR-9 is covered by no task"]


def test_sections_are_added_all_the_same(done: ProjectWorkspace) -> None:
    text = spec_with(done, "- FR1: The list is exported.")
    write_artifact(done, NAME, Stage.SPEC, text.replace("## Overview", "## At First"))

    fixes, warned = mended(done, "SPEC", "TRC")

    assert "## Overview" in fixes["spec"]
    assert "- FR1: The list is exported." in fixes["spec"]
    assert len(warned) == 1


def changes(count: int) -> List[Change]:
    return [Change("TRC009", str(number)) for number in range(count)]


def test_as_many_changes_as_possible_are_chosen() -> None:
    wanted = changes(40)

    def harm(made: FrozenSet[Change]) -> str:
        if wanted[7] in made:
            return "seven"
        return "three without thirty" if wanted[3] in made and wanted[30] not in made else ""

    choice = Choice(harm)

    assert choice.among(wanted) == frozenset(wanted) - {wanted[7]}
    assert choice.refused == {wanted[7]: "seven"}


def test_changes_of_which_none_is_harmless_are_not_all_tried() -> None:
    trials: List[FrozenSet[Change]] = []
    wanted = changes(1000)

    def harm(made: FrozenSet[Change]) -> str:
        trials.append(made)
        return "always"

    choice = Choice(harm)

    assert choice.among(wanted) == frozenset()
    assert set(choice.refused) == set(wanted)
    assert len(trials) < 100
