from __future__ import annotations

import re
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage, TemplateValues
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.constitution import core_constitution
from idse_core.validation.findings import Hit
from idse_core.validation.kind_registry import kind

MARKER = "[REQUIRES INPUT]"
MARKERS: Dict[str, Any] = {"literals": [MARKER]}
TEMPLATES = PipelineArtifacts()
CORE = core_constitution().rules


def hits(name: str, text: str, stage: Stage = Stage.SPEC, **params: object) -> List[Hit]:
    found = kind(name)
    return list(found.check(TypeAdapter(found.params).validate_python(params), ArtifactFacts(stage, text, TEMPLATES)))


def places(found: List[Hit]) -> List[Tuple[int, int, int]]:
    return [(hit.line, hit.column, hit.end_line) for hit in found]


def value(hit: Hit, name: str) -> str:
    return dict(hit.values)[name]


# forbid-pattern


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"# A\n\n{MARKER} x\n", (3, 1, 3)),
        (f"# A\r\n\r\n- b\r\n- {MARKER}\r\n", (4, 3, 4)),
        (f"# A\r\r{MARKER}\r", (3, 1, 3)),
        (f"# A\n\r\n{MARKER}", (3, 1, 3)),
        (f"größer – \N{GRINNING FACE} {MARKER}", (1, 12, 1)),
        (f"\N{CJK UNIFIED IDEOGRAPH-8A9E}\N{CJK UNIFIED IDEOGRAPH-8A9E}{MARKER}", (1, 3, 1)),
        (f"e\N{COMBINING ACUTE ACCENT}{MARKER}", (1, 3, 1)),
        (f"\t{MARKER}"[1:] + "\n", (1, 1, 1)),
        (f"- a\n  - b\n\n    {MARKER}\n", (4, 5, 4)),
        (f"> quoted\n> {MARKER}\n", (2, 3, 2)),
        (f"| a | b |\n|---|---|\n| x | {MARKER} |\n", (3, 7, 3)),
        (f"Title {MARKER}\n=====\n", (1, 7, 1)),
        (f"line\u2028separator {MARKER}\n", (1, 16, 1)),
        (f"form\x0cfeed {MARKER}\n", (1, 11, 1)),
    ],
)
def test_a_marker_has_its_line_and_its_column_in_characters(text: str, place: Tuple[int, int, int]) -> None:
    assert places(hits("forbid-pattern", text, **MARKERS)) == [place]


@pytest.mark.parametrize(
    "text",
    [
        f"`{MARKER}`\n",
        f"``a ` {MARKER}``\n",
        f"```\n{MARKER}\n```\n",
        f"~~~ yaml\n{MARKER}\n",
        f"    {MARKER}\n",
        f"- item\n\n      {MARKER}\n",
        f"<!-- {MARKER} -->\n",
        f"text <!-- a\n{MARKER}\n--> text\n",
        f"> ```\n> {MARKER}\n> ```\n",
        f"---\ntitle: {MARKER}\n---\n",
        "[REQUIRES\nINPUT]",
        "[requires input]",
    ],
)
def test_a_marker_in_code_or_a_comment_is_talk_about_markers(text: str) -> None:
    assert hits("forbid-pattern", text, **MARKERS) == []


def test_every_marker_of_a_line_is_a_hit_of_its_own() -> None:
    found = hits("forbid-pattern", f"a {MARKER} b {MARKER}\n", **MARKERS)

    assert places(found) == [(1, 3, 1), (1, 22, 1)]
    assert {hit.excerpt for hit in found} == {f"a {MARKER} b {MARKER}"}


def test_a_hit_knows_the_headings_above_it() -> None:
    text = f"Spec\n====\n\n## A\n\n### B\n\n{MARKER}\n\n## C\n\n{MARKER}\n"

    assert [hit.heading for hit in hits("forbid-pattern", text, **MARKERS)] == [("Spec", "A", "B"), ("Spec", "C")]


def test_a_pattern_sees_lines_and_the_group_match_narrows_it() -> None:
    text = "- x: TODO\n- TODO\nTODOS\n"

    found = hits("forbid-pattern", text, pattern=r"(?:^- |: )(?P<match>TODO)$")

    assert places(found) == [(1, 6, 1), (2, 3, 2)]
    assert [value(hit, "match") for hit in found] == ["TODO", "TODO"]


def test_a_match_over_lines_ends_on_its_last_line() -> None:
    (found,) = hits("forbid-pattern", "x\nbegin\r\n\r\nend\r\ny", pattern=r"begin\s+end")

    assert (found.line, found.column, found.end_line) == (2, 1, 4)


@pytest.mark.parametrize(
    ("scope", "lines"),
    [
        ("text", [1, 3, 4, 6, 8, 14]),
        ("raw", [1, 3, 4, 6, 8, 10, 12, 13, 14]),
        ("heading", [1]),
        ("list-item", [3, 4]),
        ("task", [4]),
        ("table-cell", [6, 8]),
        ("code", [10, 13]),
        ("comment", [12]),
        ("link", [14]),
    ],
)
def test_a_scope_is_that_part_of_the_text(scope: str, lines: List[int]) -> None:
    text = (
        "# vague\n\n- vague\n- [ ] vague\n\n| vague |\n|---|\n| vague |\n\n    vague\n\n<!-- vague -->\n`vague`\n"
        "[vague](x)\n"
    )

    assert [hit.line for hit in hits("forbid-pattern", text, literals=["vague"], scope=scope)] == lines


def test_under_a_heading_means_its_subsections_too() -> None:
    text = "x\n## A\nx\n### B\nx\n## C\nx\n"

    assert [hit.line for hit in hits("forbid-pattern", text, literals=["x"], under=["a"])] == [3, 5]


def test_case_and_exceptions() -> None:
    text = "Fast, fast, FAST"

    assert len(hits("forbid-pattern", text, literals=["fast"])) == 1
    assert len(hits("forbid-pattern", text, literals=["fast"], ignore_case=True)) == 3
    assert len(hits("forbid-pattern", text, literals=["fast"], ignore_case=True, exceptions=["FAST"])) == 2


FIGURES: Dict[str, Any] = {"literals": ["fast"], "unless_pattern": r"(?<![-\w.])\d"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("- FR-1: fast,\n  within 4 s\n- FR-2: fast\n", [3]),
        ("- in 4 s or so\n  it is fast\n", []),
        ("1. fast\n2. fast\n", [1, 2]),
        ("1. [ ] fast,\n\n   in 4 s\n", []),
        ("- fast\n  - in 4 s\n  - fast\n", [3]),
        ("- fast\n  1. a\n  2. b\n- in 4 s\n", [1]),
        ("### fast\n\nin 4 s\n\n### fast\n\n1. a\n\n### 4\n", [5]),
        ("### 2.1 fast\n\n### 2. fast\n\na\n", [1, 3]),
        ("- a\n  - b\n\n  fast\n\n  4 s\n", [4]),
        ("| a | b |\n|---|---|\n| fast | 4 s |\n| fast | x |\n", [4]),
        ("## 4 fast\n\nfast\n", [3]),
        ("## 4\nfast\n- 4\n", [2]),
        ("It is\nfast\nin 4 s.\n\nfast\n\n4 s\n", [5]),
        ("a\r\nfast\r\n4 s\r\n\r\nfast\r\n", [5]),
        ("> fast\n>\n> 4 s\n", [1]),
        ("> fast\n> 4 s", []),
        ("fast", [1]),
        ("fast `4 s`\n", [1]),
    ],
)
def test_what_makes_a_match_harmless_counts_in_the_same_passage(text: str, lines: List[int]) -> None:
    assert [hit.line for hit in hits("forbid-pattern", text, **FIGURES)] == lines


@pytest.mark.parametrize("line", ["- fast\n", "fast\n\n", "fast\n", "# fast\n", "> fast\n>\n"])
def test_thousands_of_matches_take_no_longer_than_their_number(line: str) -> None:
    assert len(hits("forbid-pattern", line * 20_000, **FIGURES)) == 20_000


def test_an_invalid_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="'unless_pattern' is not valid"):
        hits("forbid-pattern", "x", literals=["x"], unless_pattern="(")


def test_a_long_match_is_cut_for_the_message_only() -> None:
    (found,) = hits("forbid-pattern", "a" * 500, pattern="a+")

    assert len(value(found, "match")) == 60
    assert len(found.excerpt) == 200


# require-section


@pytest.mark.parametrize(
    "heading",
    [
        "## Acceptance Criteria",
        "## 5. Acceptance criteria:",
        "# ACCEPTANCE CRITERIA (all of them)",
        "Acceptance Criteria\n---",
        "#### **Acceptance** *Criteria* ####",
        "## AC",
    ],
)
def test_a_section_is_found_however_its_heading_is_written(heading: str) -> None:
    text = f"# Spec\r\n\r\n{heading}\r\n\r\n- AC-1: x\r\n"

    assert hits("require-section", text, heading="Acceptance Criteria", aliases=["AC"], non_empty=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Spec\n",
        "`## Goal`\n",
        "```\n## Goal\nx\n```\n",
        "<!--\n## Goal\n-->\n",
        "- ## Goal\n  x\n",
        "## Goals\nx\n",
    ],
)
def test_a_section_that_is_not_there_is_missing_on_the_first_line(text: str) -> None:
    (found,) = hits("require-section", text, heading="Goal")

    assert (found.line, found.column, found.end_line) == (1, 1, 1)
    assert value(found, "problem") == "missing"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# A\n\n## Goal\n\n## B\n\nx\n", (3, 1, 3)),
        ("## Goal", (1, 1, 1)),
        ("# A\r\n\r\nGoal\r\n----\r\n\r\n<!-- say it -->\r\n", (3, 1, 4)),
        ("## Goal\n\n### Detail\n\n<!-- x -->\n", (1, 1, 1)),
        ("## Goal\n\nDetail\n------\n", (1, 1, 1)),
    ],
)
def test_an_empty_section_is_found_at_its_heading(text: str, place: Tuple[int, int, int]) -> None:
    (found,) = hits("require-section", text, heading="Goal", non_empty=True)

    assert (found.line, found.column, found.end_line) == place
    assert value(found, "problem") == "empty"


@pytest.mark.parametrize(
    "body",
    [
        "x",
        "1",
        "1. one",
        "- [ ] one",
        "\N{THUMBS UP SIGN}",
        "...",
        "a | b\n---|---\n1 | 2\n",
        "| a | b |\n|---|---|\n| | 2 |\n",
        "| a |\n|---|\n| ![](a.png) |\n",
        "```\ncode\n```",
        "- item",
        "### Sub\n\ntext",
        "### FR-1: The system MUST export lists as CSV\n\n### FR-2: It MUST print\n",
        "### AC-1 (FR-1): Given a list, when exported, then a file",
        "### 2.1 **FR-1** Export",
        "### C1: at most 3 servers",
        "### The system exports lists as CSV",
        "> q",
        "    code",
    ],
)
def test_a_section_with_anything_in_it_is_not_empty(body: str) -> None:
    assert hits("require-section", f"## Goal\n\n{body}\n\n## Next\n", heading="Goal", non_empty=True) == []


@pytest.mark.parametrize(
    "body",
    [
        "- \n- \n",
        "* ",
        "1. \n2. \n",
        "- [ ] \n- [x]\n",
        "> - ",
        "&nbsp;",
        "&#160;\n\n&ensp;",
        "\u200b",
        "\ufeff\u00a0",
        "<br/>",
        "---",
        "***",
        "| a | b |\n|---|---|\n",
        "a | b\n---|---\n",
        "| a | b |\n|---|---|\n|  | <!-- x --> |\n",
        "```\n```",
        "### Risks",
        "### Phase 0 \u2013 Foundations\n\n### Phase 1 \u2013 Core",
        "### FR-1",
        "### FR-1:\n\n- ",
        "### What would a reviewer ask about this part?",
        "### Risks\n\n| a | b |\n|---|---|\n",
    ],
)
def test_a_section_with_nothing_but_form_is_empty(body: str) -> None:
    (found,) = hits("require-section", f"## Goal\n\n{body}\n\n## Next\n", heading="Goal", non_empty=True)

    assert value(found, "problem") == "empty"
    assert not found.fixable


def test_what_only_a_template_says_in_subheadings_does_not_fill_a_section() -> None:
    for stage in Stage:
        text = TEMPLATES.render(stage, TemplateValues("T", "p", "s"))
        bare = "\n\n".join(line for line in text.splitlines() if line.startswith("#"))
        for line in bare.splitlines():
            if line.startswith("## "):
                assert value(hits("require-section", bare, heading=line[3:], non_empty=True)[0], "problem") == "empty"


def test_a_heading_of_level_1_may_hold_headings_that_are_underlined() -> None:
    assert len(hits("require-section", "# Goal\n\nRisks\n-----\n", heading="Goal", non_empty=True)) == 1
    assert hits("require-section", "# Goal\n\nRisks\n-----\n\nx\n", heading="Goal", non_empty=True) == []


def test_words_in_a_subheading_that_says_something_count() -> None:
    text = "## Goal\n\n### Part\n\n### FR-1: one two three\n"

    assert hits("require-section", text, heading="Goal", min_words=5) == []
    (short,) = hits("require-section", text, heading="Goal", min_words=6)
    assert value(short, "problem") == "too short (5 of 6 words)"


def test_one_section_of_that_name_with_content_is_enough() -> None:
    assert hits("require-section", "## Goal\n\n## Goal\n\nx\n", heading="Goal", non_empty=True) == []


def test_levels_words_and_prefixes() -> None:
    text = "# Goal\n\none two three\n\n## Phase 1 - Core\nx\n"

    assert hits("require-section", text, heading="Goal", level=1) == []
    assert value(hits("require-section", text, heading="Goal", level=2)[0], "problem") == "missing"
    assert hits("require-section", "## Goal\none two three\n", heading="Goal", min_words=3) == []
    (short,) = hits("require-section", "## Goal\none two three\n", heading="Goal", min_words=4)
    assert value(short, "problem") == "too short (3 of 4 words)"
    assert hits("require-section", text, heading="Phase", prefix=True) == []
    assert len(hits("require-section", text, heading="Phase")) == 1


# section-content


@pytest.mark.parametrize(
    ("need", "body"),
    [
        ("list", "- a\n- b\n"),
        ("list", "1. a\n   - nested\n"),
        ("task", "- [ ] a\n- [x] b\n"),
        ("table", "| a |\n|---|\n| 1 |\n| 2 |\n"),
        ("code", "```\na\n```\n\n~~~\nb\n~~~\n"),
        ("subsection", "### A\n\na\n\n### B\n\n#### C\n\nc\n"),
    ],
)
def test_counts_things_below_a_heading(need: str, body: str) -> None:
    text = f"# T\n\n## Items\n\n{body}\n## Other\n\n- x\n- [ ] y\n"

    assert hits("section-content", text, need=need, under=["Items"], min_items=2) == []
    (found,) = hits("section-content", text, need=need, under=["Items"], min_items=3)
    assert (found.line, found.column, found.end_line) == (3, 1, 3)
    assert (value(found, "count"), value(found, "min"), value(found, "place")) == ("2", "3", "section 'Items'")


def test_counts_in_the_whole_artifact_and_only_what_matches() -> None:
    text = "- [ ] Task 1\r\n- [ ] other\r\n"

    assert hits("section-content", text, need="task", item_pattern="^Task") == []
    (found,) = hits("section-content", text, need="task", min_items=2, item_pattern="^Task")
    assert (found.line, found.column) == (1, 1)
    assert (value(found, "count"), value(found, "need"), value(found, "place")) == ("1", "tasks", "the artifact")


def test_an_absent_section_is_not_checked() -> None:
    assert hits("section-content", "- [ ] a\n", need="task", under=["Items"]) == []


def test_tasks_in_code_do_not_count() -> None:
    assert len(hits("section-content", "```\n- [ ] a\n```\n", need="task")) == 1


# unchanged-from-template


def test_an_untouched_section_is_found_at_its_heading() -> None:
    text = TEMPLATES.render(Stage.TASKS, TemplateValues("T", "p", "s"))
    text = text.replace("\n", "\r\n")

    found = hits("unchanged-from-template", text, Stage.TASKS, marker="no such marker")

    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert [f"## {value(hit, 'heading')}" for hit in found] == titles
    for hit in found:
        assert text.splitlines()[hit.line - 1] == f"## {value(hit, 'heading')}"
        assert (hit.column, hit.end_line) == (1, hit.line)


def test_a_section_with_a_word_of_ones_own_is_not_untouched() -> None:
    text = TEMPLATES.render(Stage.TASKS, TemplateValues("T", "p", "s")).replace("## Phase 0", "## Phase 0", 1)
    text = re.sub(r"(## Phase 0[^\n]*\n)", r"\1\nMine.\n", text)

    assert not any(
        "Phase 0" in value(hit, "heading") for hit in hits("unchanged-from-template", text, Stage.TASKS, marker="-")
    )


@pytest.mark.parametrize("form", [MARKER, "[REQUIRES INPUT: which?]", "\\[REQUIRES\nINPUT\\]"])
def test_an_untouched_section_with_any_form_of_the_marker_is_left_to_the_marker(form: str) -> None:
    templates = PipelineArtifacts({Stage.SPEC: f"# S\n\n## Part\n\n{form} Say it.\n"})
    check = kind("unchanged-from-template").check
    params = kind("unchanged-from-template").build({})

    assert list(check(params, ArtifactFacts(Stage.SPEC, f"# S\n\n## Part\n\n{form} Say it.\n", templates))) == []


# data-schema

PROFILE: Dict[str, Any] = {
    "under": ["Agent Profile"],
    "required": {"id": "text", "goals": "texts"},
    "optional": {"memory": "mapping"},
}


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("## Agent Profile\n\nLater.\n", (1, 1, 1), "has no ```yaml block"),
        ("x\n\nAgent Profile\n---\n", (3, 1, 4), "has no ```yaml block"),
        ("## Agent Profile\n\n```yaml\nid: a\n```\n", (4, 1, 4), "needs 'goals', a list of texts"),
        ("## Agent Profile\n\n```yaml\nid: a\ngoals: []\n```\n", (5, 1, 5), "needs 'goals', a list of texts"),
        ("## Agent Profile\n\n```yml\ngoals: [g]\nid: [1]\n```\n", (5, 1, 5), "'id' must be a text"),
        ("## Agent Profile\r\n\r\n```yaml\r\ngoals: [g]\r\nid: {}\r\n```\r\n", (5, 1, 5), "needs 'id', a text"),
        ("## Agent Profile\n\n```yaml\n- a\n```\n", (4, 1, 4), "must be a mapping of fields"),
        ("## Agent Profile\n\n```yaml\n```\n", (4, 1, 4), "must be a mapping of fields"),
        (
            "## Agent Profile\n\n```yaml\nid: \N{GRINNING FACE}\ngoals: [g]\nmemmory: {}\n```\n",
            (6, 1, 6),
            "has an unknown field 'memmory' (did you mean 'memory'?)",
        ),
        (
            "## Agent Profile\n\n- it is:\n\n  ```yaml\n  id: a\n  goals: g\n  ```\n",
            (7, 3, 7),
            "'goals' must be a list of texts",
        ),
        (
            "## Agent Profile\n\n> ```yaml\n> goals: [g]\n> id: 3\n> ```\n",
            (5, 3, 5),
            "'id' must be a text",
        ),
        (
            "## Agent Profile\n\n```yaml\nid: a\nid: b\n```\n",
            (5, 1, 5),
            "is not valid YAML: the key 'id' stands twice",
        ),
        ("## Agent Profile\n\n```yaml\nid: !!python/name:os.system a\n```\n", (4, 5, 4), "is not valid YAML"),
    ],
)
def test_a_block_is_checked_and_every_fault_has_its_place(text: str, place: Tuple[int, int, int], problem: str) -> None:
    (found,) = hits("data-schema", text, **PROFILE)

    assert (found.line, found.column, found.end_line) == place
    assert value(found, "problem").startswith(problem)


@pytest.mark.parametrize(
    "text",
    [
        "## Overview\n\n```yaml\nid: 3\n```\n",
        "## Agent Profile\n\n```yaml\nid: a\ngoals: [g]\n```\n",
        "## Agent Profile\n\n```yaml\nid: a\ngoals: [g]\nmemory:\n```\n",
        "## Agent Profile\n\n### Draft\n\n~~~yaml\nid: a\ngoals:\n- g\n~~~\n",
        f"## Agent Profile\n\n```yaml\nid: {MARKER}\ngoals: [{MARKER}]\n```\n",
        f"## Agent Profile\n\n```yaml\nid: {MARKER} Say it\ngoals: [g]\n```\n",
        "## Agent Profile\n\n```yaml\nid: [REQUIRES INPUT: which?]\ngoals: '[REQUIRES  INPUT]'\n```\n",
        "## Agent Profile\n\n```yaml\nid: [**REQUIRES INPUT**]\n```\n",
    ],
)
def test_a_sound_block_a_waiting_one_and_none_at_all_are_fine(text: str) -> None:
    assert hits("data-schema", text, **PROFILE) == []


# table-shape

SPINE: Dict[str, Any] = {
    "under": ["Spine"],
    "columns": {"Primitive": ["Primitives"], "Status": []},
    "non_empty": ["Primitive"],
    "vocabulary": {"Status": ["Concept", "Done"]},
}


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("# A\n\n## Spine\n\nLater.\n", (3, 1, 3), "has no table"),
        ("## Spine\n\n| Primitive |\n|---|\n| a |\n", (3, 1, 3), "has no column 'Status'"),
        ("## Spine\r\n\r\n| Primitive | Status |\r\n|---|---|\r\n", (3, 1, 3), "has 0 of at least 1 rows"),
        (
            "## Spine\n\n| Primitive | Status |\n|---|---|\n| a | Done |\n|  | Done |\n",
            (6, 4, 6),
            "row 'Done': 'Primitive' is empty",
        ),
        (
            "## Spine\n\n| # | primitives | STATUS |\n|---|---|---|\n| 1 | größe | nearly |\n",
            (5, 15, 5),
            "row 'größe': 'Status' is 'nearly', which is none of Concept, Done",
        ),
    ],
)
def test_a_table_is_checked_and_every_fault_has_its_place(text: str, place: Tuple[int, int, int], problem: str) -> None:
    (found,) = hits("table-shape", text, **SPINE)

    assert (found.line, found.column, found.end_line) == place
    assert value(found, "problem") == problem


def test_a_short_row_has_no_cell_to_complain_about_but_its_column_is_empty() -> None:
    text = "## Spine\n\n| Status | Primitive |\n|---|---|\n| Done |\n"

    (found,) = hits("table-shape", text, **SPINE)

    assert found.line == 5
    assert "'Primitive' is empty" in value(found, "problem")


def test_a_document_without_such_a_section_is_not_checked() -> None:
    assert hits("table-shape", "| a |\n|---|\n", **SPINE) == []


# Every kind that looks at one file, on any text

PIECES = st.sampled_from(
    [
        "# Spine\n",
        "## Agent Profile\n",
        "Goal\n---\n",
        "- [ ] ",
        "- ",
        "1. ",
        "> ",
        "```yaml\n",
        "```\n",
        "~~~\n",
        "id: ",
        "goals: [",
        "\tx: y\n",
        "<!-- ",
        " -->",
        "| a | b |\n|---|---|\n",
        "| c |  |\n",
        MARKER,
        "{{ x }}",
        "...\n",
        "\r\n",
        "\r",
        "\n",
        "\n\n",
        "    ",
        "`",
        "é\N{GRINNING FACE}",
        "\u2028",
        "\x0c",
        "\x85",
        "\ufeff",
        "\0",
        "TODO",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)


def lines_of(text: str) -> List[str]:
    return re.split(r"\r\n|\r|\n", text)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("## Agent Profile\n```yaml\nid: \x85a\n\x0bb: c")
@example("## Agent Profile\n> ```yaml\n> id: |\n>")
@example("Spine\n===\n| a | b |\n|---|---|\n| c |")
def test_no_text_breaks_a_core_rule_and_no_finding_is_outside_it(text: str) -> None:
    lines = lines_of(text)
    for stage in Stage:
        facts = ArtifactFacts(stage, text, TEMPLATES)
        for rule in CORE:
            if rule.reach is Reach.FILE and (stage in rule.stages or stage is Stage.SPEC):
                found = kind(rule.kind)
                for hit in found.check(found.build(rule.params), facts):
                    assert 1 <= hit.line <= hit.end_line <= len(lines)
                    assert 1 <= hit.column <= len(lines[hit.line - 1]) + 1
                    assert lines[hit.line - 1].startswith(hit.excerpt)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab \n\r\té😀", max_size=40), st.text(alphabet="ab \n\ré", max_size=40))
def test_a_marker_in_plain_text_is_found_exactly_where_it_is(before: str, after: str) -> None:
    text = f"x{before}{MARKER}{after}"
    facts = ArtifactFacts(Stage.SPEC, text, TEMPLATES)
    if len(facts.document.prose.strip()) != len(text.strip()) or MARKER not in facts.document.prose:
        return  # the blanks made it code
    lines = lines_of(text[: text.index(MARKER)])

    assert places(hits("forbid-pattern", text, **MARKERS)) == [(len(lines), len(lines[-1]) + 1, len(lines))]
