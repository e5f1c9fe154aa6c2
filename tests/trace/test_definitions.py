"""What defines a requirement or a criterion, and what only speaks of one that is defined elsewhere."""

from __future__ import annotations

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.validation.definitions import Homes, definitions, homes_of
from idse_core.validation.tracing import TraceStatus
from tests.trace.documents import notes_of, traced

REQUIREMENTS = "# S\n\n## Functional Requirements\n\n- **FR-1**: a\n- **FR-2**: b\n"
CRITERIA = "\n## Acceptance Criteria\n\n- **AC-1** (FR-1): a\n- **AC-2** (FR-2): b\n"
WHOLE = REQUIREMENTS + CRITERIA

ONCE = {
    "a traceability table": WHOLE + "\n## Traceability\n\n| AC | FR |\n|---|---|\n| AC-1 | FR-1 |\n| FR-2 | AC-2 |\n",
    "a table below the criteria": WHOLE + "\n### Traceability\n\n| AC | FR |\n|---|---|\n| AC-1 | FR-1 |\n",
    "a traceability list": WHOLE + "\n### Traceability\n\n- AC-1: tested by hand\n",
    "a changelog": WHOLE + "\n## Changelog\n\n- AC-2: reworded\n- FR-2: reworded\n",
    "a changelog among the requirements": REQUIREMENTS + "\n### Changelog\n\n- FR-2: reworded\n" + CRITERIA,
    "priorities": REQUIREMENTS + "\n### Priorities\n\n| id | how |\n|---|---|\n| FR-1 | high |\n" + CRITERIA,
    "priorities first": "# S\n\n## Requirements\n\n| id | how |\n|---|---|\n| FR-1 | high |\n\n- FR-1: a\n- FR-2: b\n"
    + CRITERIA,
    "a nested item": REQUIREMENTS + "  - FR-1 is what the clerk asked for\n" + CRITERIA,
    "a paragraph": REQUIREMENTS + "\nFR-1 is what the clerk asked for.\n" + CRITERIA,
    "a wrapped paragraph": REQUIREMENTS + "\nWhat happens without rows is in\nFR-1 above.\n" + CRITERIA,
    "an item of its own heading": "# S\n\n## Requirements\n\n### FR-1: a\n\n- FR-1 is easy\n\n### FR-2: b\n" + CRITERIA,
    "a list before the headings": "# S\n\n## Requirements\n\n- FR-1\n- FR-2\n\n### FR-1: a\n\n### FR-2: b\n" + CRITERIA,
    "a range in a heading": "# S\n\n## Requirements\n\n### FR-1 to FR-2: a\n\n- FR-1: a\n- FR-2: b\n" + CRITERIA,
    "a range in an item": REQUIREMENTS + "- FR-1 to FR-2 are of the first phase\n" + CRITERIA,
    "a definition of done": WHOLE + "\n## Definition of Done\n\n- AC-1 and AC-2 pass\n",
    "criteria by requirement": REQUIREMENTS
    + "\n## Acceptance Criteria\n\n### FR-1\n\n- AC-1: a\n\n### FR-2\n\n- AC-2: b\n",
}


@pytest.mark.parametrize("text", list(ONCE.values()), ids=list(ONCE))
def test_mentions_define_nothing_again(text: str) -> None:
    notes = notes_of(spec=text)[Stage.SPEC].ids
    for prefix in ("FR", "AC"):
        found = definitions(notes, prefix, homes_of(prefix))
        assert {name: len(places) for name, places in found.items()} == {f"{prefix}-1": 1, f"{prefix}-2": 1}
    for item in traced(spec=text).values():
        assert item.status is not TraceStatus.DUPLICATE
        assert item.text


@pytest.mark.parametrize(
    "text",
    [
        "## Requirements\n\n- FR-1: a\n- FR-1: b\n",
        "## Requirements\n\n### Export\n\n- FR-1: a\n\n### Import\n\n- FR-1: b\n",
        "## Requirements\n\n- Export\n  - FR-1: a\n- Import\n  - FR-1: b\n",
        "## Requirements\n\n| id | a |\n|---|---|\n| FR-1 | a |\n| FR-1 | b |\n",
        "## Requirements\n\n### FR-1: a\n\n### FR-1: b\n",
        "## Requirements\n\n**FR-1**: a\n**FR-1**: b\n",
        "## Requirements\n\nFR-1 is a.\n\nFR-1 is b.\n",
        "## Functional Requirements by Module\n\n- FR-1: a\n- FR-1: b\n",
    ],
)
def test_the_same_form_twice_is_a_definition_each(text: str) -> None:
    assert len(traced(spec=text)["FR-1"].definitions) == 2


def test_a_waiver_counts_wherever_the_requirement_is_spoken_of_among_its_like() -> None:
    spec = "## Requirements\n\n- FR-1: a (Waived: no wings)\n\n### FR-1: a\n\nDetails.\n"
    assert traced(spec=spec)["FR-1"].reason == "no wings"


def test_a_hierarchical_id_is_a_requirement_of_its_own() -> None:
    spec = "## Requirements\n\n- FR-1: a\n  - FR-1-1: b\n  - FR-1.a: c\n- FR-AUTH-001: d\n- NFR-1: e\n"
    assert list(traced(spec=spec)) == ["FR-1", "FR-1-1", "FR-1.a", "FR-AUTH-001", "NFR-1"]


@pytest.mark.parametrize("text", ["## A\n\n- DEC-1: a\n\n## B\n\n- DEC-1: b\n", "- DEC-1: a\n- DEC-1: b\n"])
def test_without_headings_an_id_is_defined_again_anywhere(text: str) -> None:
    found = definitions(notes_of(plan=text)[Stage.PLAN].ids, "DEC", Homes(()))
    assert len(found["DEC-1"]) == 2
