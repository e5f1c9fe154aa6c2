from __future__ import annotations

from itertools import product
from typing import Dict, List, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.pipeline_artifacts import Stage
from idse_core.trace_record import Confirmation
from idse_core.validation.tracing import REQUIREMENTS, TraceStatus, changed_since, trace, unconfirmed
from tests.trace.documents import notes_of, requirement, traced

CRITERION = "- **AC-1** (FR-1): Given a, when b, then c.\n"


@pytest.mark.parametrize(
    ("defined", "waived", "accepted", "tasks", "remembered"),
    list(product([1, 2], [False, True], [False, True], [None, "", " ", "x", " x", "xx"], [None, "same", "other"])),
)
def test_truth_table(
    defined: int, waived: bool, accepted: bool, tasks: Optional[str], remembered: Optional[str]
) -> None:
    spec = requirement("a (Waived: by hand)" if waived else "a", criteria=CRITERION if accepted else "")
    spec = spec.replace("\n\n## Acceptance", "\n- FR-1: again" * (defined - 1) + "\n\n## Acceptance")
    texts = {"spec": spec}
    if tasks is not None:
        texts["tasks"] = "# Tasks\n\n" + "".join(f"- [{box}] {n} – t (Covers: FR-1)\n" for n, box in enumerate(tasks))
    digest = traced({}, **texts)["FR-1"].digest
    confirmed = {"FR-1": Confirmation(digest if remembered == "same" else "sha256:other")} if remembered else {}

    item = traced(confirmed, **texts)["FR-1"]

    if defined > 1:
        expected = TraceStatus.DUPLICATE
    elif waived:
        expected = TraceStatus.WAIVED
    elif not (accepted and tasks):
        expected = TraceStatus.UNCOVERED
    elif remembered == "other":
        expected = TraceStatus.SUSPECT
    else:
        expected = TraceStatus.DONE if set(tasks) == {"x"} else TraceStatus.COVERED
    assert item.status is expected
    assert item.reason == ("by hand" if waived else "")
    assert item.missing == (() if accepted else ("criteria",)) + (() if tasks else ("tasks",))
    assert item.done_tasks == ((tasks or "").count("x"), len(tasks or ""))
    assert item.confirmed is (remembered == "same")


ids = st.builds("{}-{}".format, st.sampled_from(["FR", "NFR", "AC"]), st.integers(1, 6))
spec_lines = st.lists(st.builds("- {}: as {}\n".format, ids, ids), max_size=8).map("".join)
criteria = st.lists(st.builds("- {} ({}): x\n".format, ids, ids), max_size=6).map("".join)
prose = st.lists(st.builds("Serves {} to {}.\n\n".format, ids, ids), max_size=4).map("".join)
tasks = st.lists(st.builds("- [{}] 1.{} – t (Covers: {})\n".format, st.sampled_from(" x"), st.integers(0, 9), ids)).map(
    "".join
)


@given(spec_lines, criteria, prose, tasks, st.dictionaries(ids, st.builds(Confirmation, st.text(max_size=4))))
def test_every_id_has_exactly_one_row(
    defining: str, accepting: str, planning: str, tasking: str, confirmed: Dict[str, Confirmation]
) -> None:
    spec = f"## Functional Requirements\n\n{defining}\n## Acceptance Criteria\n\n{accepting}"
    notes = notes_of(spec=spec, plan=planning, tasks=tasking)

    found = trace(notes, confirmed)

    rows = [item.id for item in found]
    assert len(rows) == len(set(rows))
    named = {note.id for each in notes.values() for note in each.ids if note.id.split("-")[0] in REQUIREMENTS}
    assert set(rows) <= named
    for item in found:
        assert (item.status is TraceStatus.ORPHANED) == (not item.definitions) == bool(item.references)
        assert (item.status is TraceStatus.DUPLICATE) == (len(item.definitions) > 1)
    leading = {note.id for note in notes[Stage.SPEC].ids if note.leads and note.id in named}
    assert leading <= set(rows)
    suspects = [item for item in found if item.status is TraceStatus.SUSPECT]
    assert list(changed_since(notes, confirmed, REQUIREMENTS)) == suspects
    new = unconfirmed(notes, confirmed, REQUIREMENTS)
    assert not set(new) & set(confirmed)
    assert not [item for item in trace(notes, {**confirmed, **new}) if item.id in new and not item.confirmed]
    assert unconfirmed(notes, {**confirmed, **new}, REQUIREMENTS) == {}


def test_everything_that_is_said_of_a_requirement() -> None:
    item = traced(
        spec=requirement(criteria="- AC-7: else\n- **AC-1** (FR-1): Given a.\n- FR-1 is shown.\n"),
        plan="# Plan\n\nThe list (FR-1).\n\n| FR-1 | x |\n",
        tasks="# Tasks\n\n## FR-1\n\n- [x] Task 1.1 – a (Covers: FR-1)\n- [ ] Task 1.2\n  - b\n    - for FR-1 and FR-1\n- [ ] 2\n\nFR-1\n",
        implementation="# Report\n\nServes FR-1.\n",
        feedback="FR-1 was hard.\n",
    )["FR-1"]

    assert [(place.label, place.line) for place in item.criteria] == [("AC-1", 10), ("", 11)]
    assert [place.line for place in item.plan] == [3, 5]
    assert [(place.label, place.done, place.line) for place in item.tasks] == [
        ("", None, 3),
        ("1.1", True, 5),
        ("1.2", False, 6),
        ("", None, 11),
    ]
    assert [place.line for place in item.implementation] == [3]
    assert item.text == "The list is sorted"
    assert item.cover == ("AC-1", "1.1", "1.2")
    assert item.done_tasks == (1, 2)
    assert item.status is TraceStatus.COVERED


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The system works (see section 2)", "The system works (see section 2)"),
        ("It lists [a](b).", "It lists [a](b)"),
        ("It is fast –", "It is fast"),
    ],
)
def test_the_text_of_a_requirement_keeps_its_brackets(text: str, shown: str) -> None:
    assert traced(spec=requirement(text))["FR-1"].text == shown


def test_a_range_names_what_lies_in_it_and_is_defined() -> None:
    spec = "## Requirements\n\n- FR-1: a\n- FR-2: b\n- FR-2.1: c\n- FR-4: d\n- FR-4.1: e\n"
    found = traced(spec=spec, plan="FR-1 to FR-4.\n", implementation="FR-2…9\n")
    assert {name: bool(item.plan) for name, item in found.items()} == {
        "FR-1": True, "FR-2": True, "FR-2.1": True, "FR-4": True, "FR-4.1": False,
    }  # fmt: skip
    assert [name for name, item in found.items() if item.implementation] == ["FR-2", "FR-2.1", "FR-4", "FR-4.1"]


def test_rows_stand_in_the_order_of_their_numbers_and_strangers_behind() -> None:
    spec = "## Requirements\n\n- FR-10: a\n- FR-2: b\n- NFR-1: c\n"
    assert list(traced(spec=spec, tasks="- [ ] 1 FR-9\n")) == ["FR-2", "FR-10", "FR-9", "NFR-1"]


def test_an_orphan_says_where_it_is_named() -> None:
    item = traced(spec=requirement("as FR-3"), tasks="- [ ] Task 4 – x (Covers: FR-3)\n")["FR-3"]
    assert item.status is TraceStatus.ORPHANED
    assert [(place.stage, place.line, place.label) for place in item.references] == [
        (Stage.SPEC, 5, ""),
        (Stage.TASKS, 1, "4"),
    ]
    assert item.missing == ()


@pytest.mark.parametrize(
    "texts",
    [
        {"spec": "# Spec\n\nAs FR-1 of the blueprint.\n", "tasks": "- [ ] 1 FR-1\n"},
        {"tasks": "- [ ] 1 FR-1\n"},
        {"spec": requirement(), "intent": "FR-8\n", "context": "FR-9\n"},
        {"spec": requirement("NFR-1 `FR-5` <!-- FR-6 -->\n\n```\nFR-7\n```\n")},
    ],
)
def test_what_belongs_to_others_is_no_orphan(texts: Dict[str, str]) -> None:
    assert [item.id for item in traced({}, **texts).values() if item.status is TraceStatus.ORPHANED] == []


def test_ids_between_backticks_are_defined_and_covered_like_others() -> None:
    item = traced(
        spec="## Requirements\n\n- `FR-1`: The list.\n\n## Acceptance Criteria\n\n- `AC-1` (`FR-1`): a\n",
        plan="Serves `FR-1`.\n",
        tasks="- [ ] Task 1 – x (Covers: `FR-1`)\n",
    )["FR-1"]
    assert item.status is TraceStatus.COVERED
    assert item.text == "The list"
    assert item.cover == ("AC-1", "1")
    assert [place.line for place in item.plan] == [1]


INSIDE = {
    "items": "- FR-1: a\n  - AC-1: Given a.\n- FR-2: b\n  1. c\n     - **AC-2**: Given b.\n",
    "headings": "### FR-1: a\n\n- AC-1: Given a.\n\n### FR-2: b\n\n#### Criteria\n\nAC-2: Given b.\n",
    "headings of criteria": "### FR-1: a\n\n#### AC-1: Given a.\n\n### FR-2: b\n\n#### AC-2: Given b.\n\n### Others\n\n- AC-3\n",
    "rows below headings": "### FR-1: a\n\n| # | id |\n|---|---|\n| 1 | AC-1 |\n\n### FR-2: b\n\n| id |\n|---|\n| AC-2 |\n",
    "other line ends": "- FR-1: a\r\n  - AC-1: Given a.\r\n- FR-2: b\r\n\r\n  - AC-2: Given b.",
}


@pytest.mark.parametrize("text", list(INSIDE.values()), ids=list(INSIDE))
def test_a_criterion_accepts_the_requirement_that_it_stands_in(text: str) -> None:
    found = traced(spec=f"# S\n\n## Functional Requirements\n\n{text}", tasks="- [ ] Task 1 – FR-1, FR-2\n")
    assert {name: item.cover for name, item in found.items()} == {"FR-1": ("AC-1", "1"), "FR-2": ("AC-2", "1")}
    assert {item.status for item in found.values()} == {TraceStatus.COVERED}


def test_a_criterion_that_names_its_requirement_as_well_is_told_once() -> None:
    spec = "## Functional Requirements\n\n### FR-1: a\n\n#### Acceptance Criteria\n\n- AC-1 (FR-1): b\n- AC-2: c\n"
    item = traced(spec=spec)["FR-1"]
    assert [(place.label, place.line) for place in item.criteria] == [("AC-1", 7), ("AC-2", 8)]


@pytest.mark.parametrize(
    "text",
    [
        "- FR-1: a, as AC-1\n",
        "- FR-1: a\n  - as AC-1\n",
        "- FR-1: a\n- AC-1: b\n",
        "- FR-1: a\n  - T-1: b\n",
        "- FR-1: a\n  - FR-1.1: b\n    - AC-1: c\n",
        "- FR-1: a\n\n### Others\n\n- AC-1: b\n",
        "- FR-1: a\n\n### Changelog\n\n- FR-1: reworded\n  - AC-1: added\n",
    ],
)
def test_any_other_does_not(text: str) -> None:
    assert traced(spec=f"## Functional Requirements\n\n{text}")["FR-1"].criteria == ()


def test_rows_that_are_counted_are_requirements() -> None:
    head = "## Requirements\n\n| # | ID | Requirement |\n|---|---|---|\n"
    found = traced(spec=head + "| 1 | FR-1 | a |\n| 2 | FR-2 | b |\n| 3 | FR-2 | c |\n")
    assert [(name, item.status) for name, item in found.items()] == [
        ("FR-1", TraceStatus.UNCOVERED),
        ("FR-2", TraceStatus.DUPLICATE),
    ]


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ("## Requirements\n- FR-1: a\n\n## Mapping\n\n| id | test |\n|---|---|\n| FR-1 | t |\n", [2]),
        ("## Mapping\n- FR-1 t\n\n## 3. Functional Requirements (MUST)\n- FR-1: a\n", [5]),
        ("## Requirements\n- FR-1: a\n\n### Acceptance Criteria\n- FR-1: given\n", [2]),
        ("## Acceptance Criteria\n- FR-1: given\n", [2]),
        ("## Scope\n- FR-1: a\n- FR-1: b\n", [2, 3]),
        ("## Scope\n- FR-1: a\n\n## Export\n- FR-1: b\n", [2]),
        ("## Requirements\n- FR-1: a\n- FR-1: b\n", [2, 3]),
        ("## Requirements\n### FR-1: a\nb\n### FR-2: c\n", [2]),
    ],
)
def test_where_a_requirement_is_defined(spec: str, lines: List[int]) -> None:
    assert [place.line for place in traced(spec=spec)["FR-1"].definitions] == lines


def test_other_prefixes() -> None:
    notes = notes_of(spec="## Requirements\n- REQ-1: a\n- FR-1: b\n")
    assert [item.id for item in trace(notes, {}, ["REQ"])] == ["REQ-1"]
    assert [item.id for item in trace(notes, {}, ["FR", "REQ", "FR"])] == ["FR-1", "REQ-1"]
    assert [item.id for item in trace(notes, {}, ["R", "Q"])] == []


def test_what_is_to_be_remembered() -> None:
    texts = {"spec": requirement(criteria=CRITERION), "tasks": "- [ ] Task 1.1 – x (Covers: FR-1)\n"}
    notes = notes_of(**texts)
    digest = traced({}, **texts)["FR-1"].digest
    assert unconfirmed(notes, {}, REQUIREMENTS) == {"FR-1": Confirmation(digest, ("AC-1", "1.1"))}
    assert unconfirmed(notes, {"FR-1": Confirmation("sha256:other")}, REQUIREMENTS) == {}
    assert unconfirmed(notes, {}, ()) == {}
