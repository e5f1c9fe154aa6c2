from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Tuple

import pytest

from idse_core.errors import NotFoundError, RefusedError, UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.suppression_writing import check_reason, comment_for, plan_suppression
from idse_core.validation.findings import Finding
from idse_core.validation_engine import ValidationEngine
from tests.builders import make_workspace, write_artifact

BLUEPRINT = "__blueprint__"
CLEAN = "# Feedback\n\n## Impacted Artifacts\n\n- none\n\n## Decision Log\n\n- none\n"


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


def found(workspace: ProjectWorkspace) -> List[Finding]:
    (report,) = ValidationEngine(workspace).examine([BLUEPRINT])
    return [item for item in report.findings if item.stage is Stage.FEEDBACK and item.rule != "SEQ001"]


def suppressed(workspace: ProjectWorkspace, text: str) -> Tuple[str, List[Finding]]:
    """The artifact after its first finding was suppressed, and its findings after that."""
    path = write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, text)
    plan = plan_suppression(workspace, found(workspace)[0], "settled in spring")
    assert path.read_bytes() == text.encode()  # planning writes nothing
    assert plan.fix.before is not None
    workspace.store.write(plan.fix.place, plan.fix.data, expected=plan.fix.before.digest)
    written = path.read_bytes().decode()
    lines = written.replace("\r\n", "\n").split("\n")
    assert plan.comment in lines[plan.line - 1]
    return written, found(workspace)


PLACES: Dict[str, str] = {
    "paragraph": f"{CLEAN}\nTODO: x\n",
    "list item": f"{CLEAN}- TODO: x\n- more\n",
    "first list item": f"{CLEAN}\nWords.\n\n- TODO: x\n- more\n",
    "inside a paragraph": f"{CLEAN}\nOne\nTODO: x\nthree.\n",
    "table row": f"{CLEAN}\n| a | b |\n|---|---|\n| TODO: x | y |\n| 1 | 2 |\n",
    "last line without an end": f"{CLEAN}\nTODO: x",
    "two of a kind": f"{CLEAN}\nTODO: x\n\nTODO: y\n",
    "windows": f"{CLEAN}\nOne\nTODO: x\n".replace("\n", "\r\n"),
    "byte order mark": f"\ufeff{CLEAN}\nTODO: x\n",
}


@pytest.mark.parametrize("name", PLACES)
def test_the_finding_is_gone_and_every_other_word_stays(workspace: ProjectWorkspace, name: str) -> None:
    text = PLACES[name]
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, text)
    before = [item.rule for item in found(workspace)]

    written, after = suppressed(workspace, text)

    assert [item.rule for item in after] == before[1:]
    for line in text.splitlines():
        assert line in written
    assert written.startswith(text[:12])
    assert ("\r\n" in written) == ("\r\n" in text)


def test_a_finding_of_the_whole_text_is_suppressed_too(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, "# Feedback\n\n## Decision Log\n\n- none\n")
    (item,) = found(workspace)

    written, after = suppressed(workspace, "# Feedback\n\n## Decision Log\n\n- none\n")

    assert after == []
    assert item.rule in written


@pytest.mark.parametrize(
    ("reason", "words"), [("", "needs a reason"), (" \n\t", "needs a reason"), ("so --> there", "can't contain '-->'")]
)
def test_a_reason_is_required_and_must_not_end_the_comment(
    workspace: ProjectWorkspace, reason: str, words: str
) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, PLACES["paragraph"])
    with pytest.raises(UsageError, match=words):
        plan_suppression(workspace, found(workspace)[0], reason)


def test_a_reason_becomes_one_line() -> None:
    reason = check_reason(" agreed\n with  everybody ")
    assert comment_for("SPEC001", reason) == "<!-- idse-disable-next-line SPEC001 -- agreed with everybody -->"


def test_a_locked_rule_is_refused(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, f"{CLEAN}\n[REQUIRES INPUT]\n")
    with pytest.raises(RefusedError, match="ART003 is locked"):
        plan_suppression(workspace, found(workspace)[0], "later")


def test_a_finding_that_is_settled_meanwhile_is_reported(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, PLACES["paragraph"])
    item = found(workspace)[0]
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, CLEAN)
    with pytest.raises(NotFoundError, match="any more"):
        plan_suppression(workspace, item, "later")


def test_a_finding_outside_artifacts_has_no_place(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, PLACES["paragraph"])
    item = found(workspace)[0]
    for stranger in (item._replace(session=""), item._replace(stage=None), item._replace(path="somewhere.md")):
        with pytest.raises(UsageError, match="no place for a comment"):
            plan_suppression(workspace, stranger, "later")


def test_a_missing_artifact_is_not_suppressed_but_written(workspace: ProjectWorkspace) -> None:
    path = write_artifact(workspace, BLUEPRINT, Stage.FEEDBACK, PLACES["paragraph"])
    item = found(workspace)[0]
    path.unlink()
    with pytest.raises(NotFoundError, match="is not there"):
        plan_suppression(workspace, item, "later")
