from __future__ import annotations

from typing import Dict, List

import pytest

from idse_core.pipeline_artifacts import Stage
from tests.trace.documents import notes_of


def digests(text: str) -> Dict[str, str]:
    return {note.id: note.digest for note in notes_of(spec=text)[Stage.SPEC].ids if note.leads}


SHAPES = {
    "item": "# S\n\n- FR-1: {0}\n- FR-2: next\n",
    "numbered item": "# S\n\n1. **FR-1** {0}\n2. FR-2: next\n",
    "nested items": "# S\n\n- FR-1: a\n  - b\n    - {0}\n- FR-2: next\n",
    "behind a nested list": "# S\n\n- FR-1: a\n  - b\n\n  {0}\n- FR-2: next\n",
    "heading": "# S\n\n### FR-1: {0}\n\nbody\n\n### FR-2: next\n",
    "below a heading": "# S\n\n### FR-1: a\n\nbody\n\n- {0}\n\n### FR-2: next\n",
    "code below a heading": "# S\n\n### FR-1: a\n\n```\n{0}\n```\n\n### FR-2: next\n",
    "inline code": "# S\n\n- FR-1: a `{0}` b\n- FR-2: next\n",
    "row": "# S\n\n| id | says |\n|---|---|\n| FR-1 | {0} |\n| FR-2 | next |\n",
    "paragraph": "# S\n\nFR-1: a\ngoes on {0}\n\nFR-2: next\n",
    "lines of a paragraph": "# S\n\nFR-1: {0}\nFR-2: next\n",
    "far behind": "# S\n\n- FR-1: " + "word " * 400 + "{0}\n- FR-2: next\n",
}


@pytest.mark.parametrize("shape", list(SHAPES.values()), ids=list(SHAPES))
def test_a_fingerprint_is_of_the_whole_requirement_and_of_nothing_else(shape: str) -> None:
    before, after = digests(shape.format("before")), digests(shape.format("after"))
    assert before["FR-1"] != after["FR-1"]
    assert before["FR-2"] == after["FR-2"]


@pytest.mark.parametrize("shape", list(SHAPES.values()), ids=list(SHAPES))
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_and_place_do_not_count(shape: str, ends: str) -> None:
    text = shape.format("the same")
    moved = text.replace("# S\n", "# S\n\nAn introduction.\n\n")
    assert digests(text) == digests(moved) == digests(text.replace("\n", ends))


@pytest.mark.parametrize(
    "text",
    [
        "- FR-1: a b",
        "- **FR-1: a** b",
        "- [FR-1] a _b_",
        "| **FR-1** | a b |",
        "| 1 | FR-1 | a | b |",
        "### `FR-1` a b",
    ],
)
def test_the_same_words_in_another_layout(text: str) -> None:
    head = "| a | b | c | d |\n|---|---|---|---|\n" if text.startswith("|") else ""
    assert digests(f"{head}{text}\n") == digests("FR-1: a b\n")


def test_a_comment_is_no_part_of_it() -> None:
    assert digests("- FR-1: a <!-- idse-disable-line TRC005 -- why --> b\n") == digests("- FR-1: a b\n")


def test_a_requirement_within_another_is_its_own() -> None:
    before = digests("- FR-1: a\n  - FR-1.1: b\n")
    after = digests("- FR-1: a\n  - FR-1.1: c\n")
    assert before["FR-1"] == after["FR-1"]
    assert before["FR-1.1"] != after["FR-1.1"]


def test_only_what_leads_has_one() -> None:
    assert [bool(note.digest) for note in notes_of(spec="- FR-1: as FR-2\n")[Stage.SPEC].ids] == [True, False]


@pytest.mark.parametrize(
    ("text", "through"),
    [
        ("FR-1 to FR-9", "FR-9"),
        ("FR-1 through FR-9", "FR-9"),
        ("**FR-1** – **FR-9**", "FR-9"),
        ("FR-1-FR-9", "FR-9"),
        ("FR-1…FR-9", "FR-9"),
        ("FR-1..9", "FR-9"),
        ("FR-1–9", "FR-9"),
        ("FR-1 to 9", ""),
        ("FR-1 – 9 lines", ""),
        ("FR-1 to NFR-9", ""),
        ("FR-1 and FR-9", ""),
        ("FR-1, FR-9", ""),
        ("FR-1 into FR-9", ""),
        ("__FR-1__ to __FR-9__", "FR-9"),
        ("FR-1.1 to FR-1.9", "FR-1.9"),
        ("FR-1-1 to FR-1-9", "FR-1-9"),
        ("FR-1-1..9", "FR-1-9"),
        ("FR-AUTH-001 to FR-AUTH-009", "FR-AUTH-009"),
        ("FR-AUTH-001 to FR-9", ""),
        ("FR-1-3", ""),
    ],
)
def test_ranges(text: str, through: str) -> None:
    assert notes_of(plan=f"See {text}.\n")[Stage.PLAN].ids[0].through == through


@pytest.mark.parametrize("line", ["- FR-{0}: a\n", "| FR-{0} | a |\n", "FR-{0} a <!-- b -->\n", "FR-{0} "])
def test_many_of_them(line: str) -> None:
    head = "| a | b |\n|---|---|\n" if line.startswith("|") else ""
    notes = notes_of(spec=head + "".join(line.format(number) for number in range(5_000)))
    assert len({note.id for note in notes[Stage.SPEC].ids}) == 5_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FR-1-1 and FR-1-2", ["FR-1-1", "FR-1-2"]),
        ("FR-1.a, FR-1.2.b", ["FR-1.a", "FR-1.2.b"]),
        ("FR-1A FR-1b", ["FR-1A", "FR-1b"]),
        ("FR-AUTH-001", ["FR-AUTH-001"]),
        ("NFR-PERF-P95-2.1", ["NFR-PERF-P95-2.1"]),
        ("__FR-1__ _FR-2_ ___FR-3___", ["FR-1", "FR-2", "FR-3"]),
        ("FR-1-FR-9", ["FR-1", "FR-9"]),
        ("FR-1-related, FR-2-Work", ["FR-1", "FR-2"]),
        ("See FR-1. And FR-2.", ["FR-1", "FR-2"]),
        ("X-FR-1", ["X-FR-1"]),
        ("my_FR-1 FR-1_draft xFR-1 fr-1 FR-x", []),
        ("non-FR-1", []),
        ("US-01-AC-1, FR-1-AC-2", ["US-01", "FR-1"]),
        ("2026-10-01", []),
    ],
)
def test_an_id_is_found_whole_or_not_at_all(text: str, found: List[str]) -> None:
    assert [note.id for note in notes_of(plan=f"See {text}\n")[Stage.PLAN].ids] == found


@pytest.mark.parametrize(
    "text",
    [
        "https://jira.example.org/browse/FR-1",
        "https://jira.example.org/issues?key=FR-1&x=AC-1",
        "<https://jira.example.org/FR-1>",
        "www.example.org/FR-1",
        "docs/FR-1.md",
        "docs/FR-1",
        "FR-1.feature",
        "FR-1.MD",
        "FR-1/notes.md",
        "FR-1/notes/a.md",
        "docs/FR-1/AC-1",
        "https://jira.example.org/FR-1/FR-2.",
        "![a picture](FR-1.png)",
        "[that](FR-1)",
        "[that](FR-1 'a title')",
        "[that](plan.md#FR-1)",
        "[that](https://jira.example.org/spec.md#FR-1)",
        '<a href="docs/FR-1">that</a>',
        "that.\n\n[FR-1]: https://jira.example.org",
        "that.\n\n> [FR-1]: spec.md#a 'A title'",
        "that.\n\n[FR-1]: <spec.md>\nMore.",
    ],
)
def test_addresses_mention_nothing(text: str) -> None:
    assert notes_of(plan=f"See {text}\n")[Stage.PLAN].ids == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[FR-1](https://jira.example.org/browse/FR-1)", ["FR-1"]),
        ("[FR-1][] and [FR-2][that]", ["FR-1", "FR-2"]),
        ("[that](spec.md#FR-1)", ["FR-1"]),
        ("[that](../a/spec.md#FR-1)", ["FR-1"]),
        ("[that](#FR-1)", ["FR-1"]),
        ("[FR-1]: It is sorted.", ["FR-1"]),
        ("that.\n\n[FR-1]: It is in a/b", ["FR-1"]),
        ("[https://jira.example.org]: FR-1", ["FR-1"]),
        ("FR-1/FR-2, FR-3a/FR-3b", ["FR-1", "FR-2", "FR-3a", "FR-3b"]),
        ("FR-1/export", ["FR-1"]),
        ("import/export:FR-1", ["FR-1"]),
        ("import/export (FR-1)", ["FR-1"]),
        ("https://jira.example.org (FR-1), FR-2", ["FR-1", "FR-2"]),
        ("FR-1..FR-9", ["FR-1", "FR-9"]),
        ("~~FR-1~~ #FR-2 x=FR-3", ["FR-1", "FR-2", "FR-3"]),
        ("FR-1. It", ["FR-1"]),
        ("FR-1.\nIt", ["FR-1"]),
    ],
)
def test_what_stands_around_addresses_does(text: str, found: List[str]) -> None:
    assert [note.id for note in notes_of(plan=f"See {text}\n")[Stage.PLAN].ids] == found


@pytest.mark.parametrize("text", ["a/FR-1/", "FR-1/", "x=FR-1=", "a" * 400 + "#FR-1"])
def test_long_words_of_many_ids_take_no_longer(text: str) -> None:
    assert notes_of(plan=text * 3_000)[Stage.PLAN].ids is not None
