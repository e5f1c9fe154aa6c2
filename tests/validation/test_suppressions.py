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


def test_a_locked_rule_takes_no_notice(workspace: ProjectWorkspace) -> None:
    kept, suppressed = judged(workspace, f"{CLEAN}\n<!-- idse-disable-file all -- please -->\n[REQUIRES INPUT]\n")

    assert "ART003" in [rule for rule, _ in kept]
    assert suppressed == []


def test_a_comment_in_code_is_text(workspace: ProjectWorkspace) -> None:
    kept, _ = judged(workspace, f"{CLEAN}\n```\n<!-- idse-disable-file ART007 -- x -->\n```\n\n- TODO: x\n")

    assert [rule for rule, _ in kept] == ["ART007"]


def test_a_suppressed_error_no_longer_holds_the_stage_back(workspace: ProjectWorkspace) -> None:
    text = f"{CLEAN}\n<!-- idse-disable-next-line ART006 -- shows the form -->\n- ...\n"
    write_artifact(workspace, "__blueprint__", Stage.FEEDBACK, text)

    (report,) = ValidationEngine(workspace).examine(["__blueprint__"])

    rules = {item.rule for item in report.findings if item.stage is Stage.FEEDBACK}
    assert rules == {"SEQ001"}
