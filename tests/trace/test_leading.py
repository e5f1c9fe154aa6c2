"""Which ids come first in what they stand in, and which only happen to begin a line."""

from __future__ import annotations

from typing import List

import pytest

from idse_core.pipeline_artifacts import Stage
from tests.trace.documents import notes_of

DEFINING = {
    "an item": "- FR-1: a\n",
    "a bold item": "- **FR-1**: a\n",
    "underscores": "- __FR-1__: a\n",
    "one underscore": "- _FR-1_ a\n",
    "underscores around bold": "- **_FR-1_**: a\n",
    "a task": "- [ ] FR-1: a\n",
    "a ticked task": "- [x] **FR-1**: a\n",
    "a number": "1. FR-1: a\n",
    "a numbered heading": "### 2.1 FR-1: a\n",
    "brackets": "- [FR-1](#fr-1): a\n",
    "an emoji": "- ✅ **FR-1**: a\n",
    "an emoji of two parts": "- ⚠️ FR-1: a\n",
    "a keycap": "- 1️⃣ FR-1: a\n",
    "a circle": "- 🟢 FR-1: a\n",
    "the name of an emoji": "- :white_check_mark: FR-1: a\n",
    "a tag": "- [P1] **FR-1**: a\n",
    "two tags": "- [P1] [must-have] FR-1: a\n",
    "an anchor": '- <a id="fr-1"></a>**FR-1**: a\n',
    "an anchor of the same name": '- <a id="FR-1"></a>**FR-1**: a\n',
    "an empty anchor": '- <a name="x"/> FR-1: a\n',
    "bold in HTML": "- <b>FR-1</b>: a\n",
    "a bullet that was typed": "• FR-1 a\n",
    "a quotation": "> FR-1: a\n",
    "a heading": "### FR-1 a\n",
    "a row": "| id | says |\n|---|---|\n| **FR-1** | a |\n",
    "a row with a number": "| # | id | says |\n|---|---|---|\n| 1 | FR-1 | a |\n",
    "a row with a bold number and a dot": "| # | id |\n|---|---|\n| **1.2.** | **FR-1** |\n",
    "a row with a letter": "| # | id |\n|---|---|\n| a) | FR-1 |\n",
    "a row with a priority": "| # | id |\n|---|---|\n| P1 | FR-1 |\n",
    "a row without borders": "# | id\n--|--\n1 | FR-1\n",
    "code": "- `FR-1`: a\n",
    "code with spaces": "- `` FR-1 ``: a\n",
    "bold code": "- **`FR-1`** a\n",
    "a row with code": "| # | id |\n|---|---|\n| 1 | `FR-1` |\n",
    "a paragraph that begins with code": "`FR-1` is a\n",
    "a paragraph": "FR-1 is a\n",
    "a paragraph behind a heading": "## A\nFR-1 is a\n",
    "a paragraph behind another": "a\n\nFR-1 is a\n",
    "a paragraph in a quotation": "> a\n>\n> FR-1 is a\n",
    "a paragraph behind a comment": "<!-- a -->\nFR-1 is a\n",
    "a paragraph behind a tag": "<details>\nFR-1 is a\n",
    "a line with a colon": "a\nFR-1: a\n",
    "a bold line": "a\n**FR-1** a\n",
    "a requirement that begins with another": "- FR-1 \u2013 FR-2 with pages\n",
    "a line with a dash": "a\nFR-1 \u2013 a\n",
    "a line with brackets": "a\nFR-1 (must): a\n",
    "a line behind a hard break": "a  \nFR-1 is a\n",
    "a line behind a backslash": "a\\\nFR-1 is a\n",
}

NAMING = {
    "a wrapped paragraph": "What happens is in\nFR-1 below.\n",
    "a wrapped paragraph with another line end": "What happens is in\r\nFR-1 below.\r\n",
    "a wrapped item": "- What happens is in\n  FR-1 below.\n",
    "a wrapped quotation": "> What happens is in\n> FR-1 below.\n",
    "a wrapped list of ids": "See FR-9,\nFR-1, FR-2.\n",
    "a long line before it": "word " * 200 + "\nFR-1 below.\n",
    "a row with a word": "| test | id |\n|---|---|\n| login | FR-1 |\n",
    "a row with another id": "| test | id |\n|---|---|\n| AC-1 | FR-1 |\n",
    "a row with a figure": "| rows | id |\n|---|---|\n| 9 rows | FR-1 |\n",
    "code that says more": "- `FR-1: a`\n",
    "a block of code": "- a:\n\n      FR-1: a\n",
    "a long line that ends like a heading": "word " * 60 + "# " + "x" * 298 + "\nFR-1 below.\n",
    "a long line that ends like a rule": "word " + "-" * 400 + "\nFR-1 below.\n",
    "an arrow": "- \u2192 FR-1\n",
    "a word": "- see FR-1\n",
    "a longer word": "- FR-1-related work\n",
    "another one before it": "- FR-9, FR-1: a\n",
    "a long tag": "- [this is no tag any more] FR-1\n",
}


def leading(text: str) -> List[str]:
    return [note.id for note in notes_of(spec=text)[Stage.SPEC].ids if note.leads]


@pytest.mark.parametrize("text", list(DEFINING.values()), ids=list(DEFINING))
@pytest.mark.parametrize("before", ["", "# S\n\nAn introduction.\n\n"], ids=["at the top", "below"])
def test_what_comes_first_can_define(before: str, text: str) -> None:
    assert leading(before + text) == ["FR-1"]


@pytest.mark.parametrize("text", list(NAMING.values()), ids=list(NAMING))
def test_what_only_begins_a_line_or_goes_on_does_not(text: str) -> None:
    assert "FR-1" not in leading(f"# S\n\n{text}")


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("- FR-1: a\n  - FR-2: b\n    - FR-3: c\n- FR-4: d\n", ["item1", "item2", "item3", "item1"]),
        ("### FR-1 a\n\nFR-2 is b\n", ["heading", "line"]),
    ],
)
def test_what_it_comes_first_in(text: str, forms: List[str]) -> None:
    assert [note.form for note in notes_of(spec=text)[Stage.SPEC].ids] == forms


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_rows_know_their_table(ends: str) -> None:
    table = "| id | says |\n|---|---|\n| FR-1 | a |\n| FR-2 | b |\n"
    notes = notes_of(spec=f"{table}\nBetween.\n\n{table}".replace("\n", ends))[Stage.SPEC].ids
    forms = [note.form for note in notes]
    assert forms[0] == forms[1] != forms[2] == forms[3]


@pytest.mark.parametrize("marks", ["*", "[", "[P1] ", "<a>", "1. ", "| ", "1 | ", "✅ "])
def test_many_marks_cost_no_more_than_they_are_long(marks: str) -> None:
    notes = notes_of(spec=marks * 20_000 + "FR-1 " * 5_000)[Stage.SPEC].ids
    assert len(notes) == 5_000
