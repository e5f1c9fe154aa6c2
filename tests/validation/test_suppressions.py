from __future__ import annotations

from typing import Dict, List, Tuple

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine
from tests.builders import make_workspace, write_artifact

CLEAN = "# Feedback\n\n## Impacted Artifacts\n\n- none\n\n## Decision Log\n\n- none\n"


@pytest.fixture
def workspace(tmp_path: object) -> ProjectWorkspace:
    return make_workspace(tmp_path)  # type: ignore[arg-type]


def judged(workspace: ProjectWorkspace, text: str) -> Tuple[List[Tuple[str, int]], List[str]]:
    write_artifact(workspace, "__blueprint__", Stage.FEEDBACK, text)
    (report,) = ValidationEngine(workspace).examine(["__blueprint__"])
    kept = [
        (item.rule, item.line) for item in report.findings if item.stage is Stage.FEEDBACK and item.rule != "SEQ001"
    ]
    return kept, [item.rule for item in report.suppressed]


TODO: Dict[str, str] = {
    "next line": "<!-- idse-disable-next-line ART007 -- settled in spring -->\n- TODO: x\n",
    "same line": "- TODO: x <!-- idse-disable-line ART007 -- settled in spring -->\n",
    "by name": "<!-- idse-disable-next-line todo-left -- settled in spring -->\n- TODO: x\n",
    "file": "- TODO: x\n\n<!-- idse-disable-file ART007 -- settled in spring -->\n",
    "range": "<!-- idse-disable ART007 -- settled in spring -->\n\n- TODO: x\n\n<!-- idse-enable ART007 -->\n",
    "all": "<!-- idse-disable-next-line -- settled in spring -->\n- TODO: x\n",
}


@pytest.mark.parametrize("name", TODO)
def test_a_reasoned_suppression_is_quiet(workspace: ProjectWorkspace, name: str) -> None:
    assert judged(workspace, f"{CLEAN}\n{TODO[name]}") == ([], ["ART007"])


def test_ends_where_it_is_enabled_again(workspace: ProjectWorkspace) -> None:
    text = f"{CLEAN}\n{TODO['range']}\n- TODO: y\n"

    kept, suppressed = judged(workspace, text)

    assert [rule for rule, _ in kept] == ["ART007"]
    assert suppressed == ["ART007"]


@pytest.mark.parametrize(
    ("comment", "rule"),
    [
        ("<!-- idse-disable-next-line ART007 -- no need -->\n- done\n", "SUP001"),
        ("<!-- idse-disable-next-line ART007 -->\n- TODO: x\n", "SUP002"),
        ("<!-- idse-disable-file ART999 -- misspelt -->\n", "SUP003"),
        ("<!-- idse-disable-file ART003 -- later -->\n", "SUP004"),
    ],
)
def test_a_faulty_suppression_is_a_finding(workspace: ProjectWorkspace, comment: str, rule: str) -> None:
    kept, _ = judged(workspace, f"{CLEAN}\n{comment}")

    assert [found for found, _ in kept] == [rule]


def test_a_locked_rule_ignores_suppressions(workspace: ProjectWorkspace) -> None:
    kept, suppressed = judged(workspace, f"{CLEAN}\n<!-- idse-disable-file all -- please -->\n[REQUIRES INPUT]\n")

    assert "ART003" in [rule for rule, _ in kept]
    assert suppressed == []


@pytest.mark.parametrize(
    ("text", "kept", "suppressed"),
    [
        ("- TODO: x <!-- idse-disable-line ART007 --\n  settled\n  in spring -->\n- TODO: y\n", [3], 1),
        ("- a <!-- idse-disable-line ART007 --\n  settled --> TODO: x\n- TODO: y\n", [2], 1),
        ("- TODO: a\n- TODO: x <!-- idse-disable-line ART007 --\n  settled --> TODO: y\n", [0], 2),
    ],
)
def test_a_comment_over_several_lines_covers_each_of_them(
    workspace: ProjectWorkspace, text: str, kept: List[int], suppressed: int
) -> None:
    first = CLEAN.count("\n") + 2

    found = judged(workspace, f"{CLEAN}\n{text}")

    assert found == ([("ART007", first + line) for line in kept], ["ART007"] * suppressed)


def test_a_comment_in_code_is_text(workspace: ProjectWorkspace) -> None:
    kept, _ = judged(workspace, f"{CLEAN}\n```\n<!-- idse-disable-file ART007 -- x -->\n```\n\n- TODO: x\n")

    assert [rule for rule, _ in kept] == ["ART007"]


def test_a_suppressed_error_no_longer_holds_the_stage_back(workspace: ProjectWorkspace) -> None:
    text = f"{CLEAN}\n<!-- idse-disable-next-line ART006 -- shows the form -->\n- ...\n"
    write_artifact(workspace, "__blueprint__", Stage.FEEDBACK, text)

    (report,) = ValidationEngine(workspace).examine(["__blueprint__"])

    rules = {item.rule for item in report.findings if item.stage is Stage.FEEDBACK}
    assert rules == {"SEQ001"}


def messages(workspace: ProjectWorkspace, text: str) -> List[str]:
    write_artifact(workspace, "__blueprint__", Stage.FEEDBACK, f"{CLEAN}\n{text}")
    (report,) = ValidationEngine(workspace).examine(["__blueprint__"])
    return [f"{item.rule} {item.message}" for item in report.findings if item.rule.startswith("SUP")]


@pytest.mark.parametrize(
    ("directive", "nearest"),
    [
        ("idse-disable-nextline", "idse-disable-next-line"),
        ("idse-disabel-line", "idse-disable-line"),
        ("idse-disables", "idse-disable"),
        ("idse_disable_file", "idse-disable-file"),
        ("IDSE-DISABLE-FILE", "idse-disable-file"),
        ("idse-Enable", "idse-enable"),
        ("idse-ignore", ""),
    ],
)
def test_a_misspelt_directive_suppresses_nothing_and_says_so(
    workspace: ProjectWorkspace, directive: str, nearest: str
) -> None:
    text = f"<!-- {directive} ART007 -- settled in spring -->\n- TODO: x\n\n- TODO: y\n"

    kept, suppressed = judged(workspace, f"{CLEAN}\n{text}")

    assert ([rule for rule, _ in kept], suppressed) == (["SUP005", "ART007", "ART007"], [])
    (said,) = messages(workspace, text)
    hint = f" (did you mean {nearest}?)" if nearest else ""
    assert said == f"SUP005 {directive} suppresses nothing: there is no such directive{hint}"


@pytest.mark.parametrize("comment", ["idse-core is ours", "idse: begin", "idse disables it", "idse-version: 3"])
def test_another_comment_of_ours_is_left_alone(workspace: ProjectWorkspace, comment: str) -> None:
    assert judged(workspace, f"{CLEAN}\n<!-- {comment} -->\n") == ([], [])


MARKED = "- ...\n- TODO: x\n"
"""A finding of ART006 and one of ART007."""

RANGES: Dict[str, Tuple[str, str, List[str]]] = {
    "one of two is enabled again": ("ART006 ART007", "ART007", ["ART007"]),
    "the other goes on": ("ART007,ART006", "ART006", ["ART006"]),
    "enabled by its name": ("ART007 ART006", "todo-left", ["ART007"]),
    "disabled by its name": ("todo-left ART006", "ART007", ["ART007"]),
    "one of all": ("", "ART007", ["ART007"]),
    "all of one": ("ART007", "", ["ART006", "ART007"]),
    "both": ("ART006 ART007", "ART006 ART007", ["ART006", "ART007"]),
}


@pytest.mark.parametrize(("disabled", "enabled", "after"), list(RANGES.values()), ids=list(RANGES))
def test_a_range_ends_for_the_rules_that_are_enabled(
    workspace: ProjectWorkspace, disabled: str, enabled: str, after: List[str]
) -> None:
    before = ["ART006"] if disabled == "ART007" else []
    text = f"<!-- idse-disable {disabled} -- settled -->\n\n{MARKED}\n<!-- idse-enable {enabled} -->\n\n{MARKED}\n"

    kept, _ = judged(workspace, f"{CLEAN}\n{text}")

    found = sorted(kept, key=lambda pair: pair[1])
    assert [rule for rule, _ in found if rule.startswith("ART")] == [*before, *after]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!-- idse-enable ART007 -->\n", ["SUP001 idse-enable ART007 ends no range"]),
        ("<!-- idse-enable -->\n", ["SUP001 idse-enable all ends no range"]),
        (
            "<!-- idse-disable -- why -->\n- TODO: x\n\n" + "<!-- idse-enable ART007 -->\n\n" * 2,
            ["SUP001 idse-enable ART007 ends no range"],
        ),
        (f"{TODO['range']}\n<!-- idse-enable todo-left -->\n", ["SUP001 idse-enable todo-left ends no range"]),
        (f"{TODO['range']}".replace("idse-enable ART007", "idse-enable"), []),
        (
            TODO["range"].replace("idse-enable ART007", "idse-enable ART007 ART006"),
            ["SUP001 idse-enable ART006 ends no range"],
        ),
        (
            TODO["range"].replace("idse-disable ART007", "idse-disable").replace("idse-enable", "idse-enable ART006"),
            [],
        ),
        (
            "<!-- idse-disable-next-line ART007 ART006 -- why -->\n- TODO: x\n",
            ["SUP001 idse-disable-next-line ART006 suppresses nothing"],
        ),
        ("<!-- idse-disable-next-line ART007 todo-left -- why -->\n- TODO: x\n", []),
        (
            "<!-- idse-disable-next-line art007 -- why -->\n- done\n",
            ["SUP001 idse-disable-next-line ART007 suppresses nothing"],
        ),
        ("<!-- idse-disable-next-line Art007 -- why -->\n- TODO: x\n", []),
        ("<!-- idse-disable art007 -- why -->\n- TODO: x\n<!-- idse-enable ART007 -->\n", []),
        (
            "<!-- idse-disable-next-line art077 -- why -->\n- done\n",
            ["SUP003 idse-disable-next-line names 'art077', which is no rule in force"],
        ),
        (
            "<!-- idse-disable-next-line todo-lef -- why -->\n- done\n",
            ["SUP003 idse-disable-next-line names 'todo-lef', which is no rule in force (did you mean todo-left?)"],
        ),
    ],
)
def test_a_comment_without_effect_is_reported(workspace: ProjectWorkspace, text: str, said: List[str]) -> None:
    assert messages(workspace, text) == said
