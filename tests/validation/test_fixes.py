"""Writing a planned fix: announced to a listener, and only over the document that it was planned for."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core import files
from idse_core.design_store import Place
from idse_core.errors import ConflictError
from idse_core.events import Event, FileWritten, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.constitution import core_constitution
from idse_core.validation.examples import EXAMPLE, example_workspace
from idse_core.validation.fixes import Fix, apply_fix
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine
from tests.builders import make_workspace, session_folder, tree


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


def fix_of_spec(workspace: ProjectWorkspace) -> Fix:
    engine = ValidationEngine(workspace)
    (fix,) = (
        item
        for item in engine.plan_fixes(BLUEPRINT, Selection.of(engine.rules))
        if item.place == Place.artifact(workspace.project, BLUEPRINT, Stage.SPEC)
    )
    return fix


def short_spec(workspace: ProjectWorkspace) -> Path:
    """A specification that lacks a section."""
    spec = session_folder(workspace, BLUEPRINT) / "spec.md"
    spec.write_text("# Spec\n\n## Overview\n\nkept\n", encoding="utf-8")
    return spec


def test_a_fix_is_written_and_announced(workspace: ProjectWorkspace) -> None:
    spec = short_spec(workspace)
    fix = fix_of_spec(workspace)
    events: List[Event] = []

    apply_fix(workspace, fix, on_event=events.append)

    assert spec.read_text(encoding="utf-8") == fix.after
    assert "## Acceptance Criteria" in fix.after
    assert events == [FileWritten(fix.path, files.digest(spec.read_bytes()))]


def test_a_missing_artifact_is_created(workspace: ProjectWorkspace) -> None:
    spec = session_folder(workspace, BLUEPRINT) / "spec.md"
    spec.unlink()
    fix = fix_of_spec(workspace)
    events: List[Event] = []

    apply_fix(workspace, fix, on_event=events.append)

    assert fix.before is None
    assert spec.read_bytes() == fix.data
    assert [type(event) for event in events] == [FileWritten]


def test_what_was_saved_meanwhile_is_left_alone(workspace: ProjectWorkspace) -> None:
    spec = short_spec(workspace)
    fix = fix_of_spec(workspace)
    spec.write_text("# Spec\n\nanother's words\n", encoding="utf-8")
    before = tree(workspace.folder)
    events: List[Event] = []

    with pytest.raises(ConflictError):
        apply_fix(workspace, fix, on_event=events.append)

    assert tree(workspace.folder) == before
    assert not events


OPEN_BLOCKS = {
    "```": "the code block that begins in line 7",
    "~~~~ text": "the code block that begins in line 7",
    "<script>": "the block of <script> that begins in line 7",
    "<!-- later": "the comment that begins in line 7",
    "<?php": "the block of <? that begins in line 7",
}


@pytest.mark.parametrize("opening", OPEN_BLOCKS)
def test_nothing_is_added_to_a_block_that_is_not_closed(workspace: ProjectWorkspace, opening: str) -> None:
    spec = short_spec(workspace)
    spec.write_text(f"{spec.read_text(encoding='utf-8')}\n{opening}\nnot closed\n", encoding="utf-8")
    events: List[Event] = []
    engine = ValidationEngine(workspace, on_event=events.append)

    assert engine.plan_fixes(BLUEPRINT, Selection.of(engine.rules, select=["SPEC"])) == ()

    (warned,) = (event for event in events if isinstance(event, Warned))
    assert warned.message.startswith("SPEC002, SPEC003, SPEC004 can't be mended in ")
    assert warned.hint == f"close {OPEN_BLOCKS[opening]}"


def test_rules_that_undo_what_others_mend_are_left_out(workspace: ProjectWorkspace) -> None:
    spec = short_spec(workspace)
    spec.write_text("# Spec\n\ncolour, color\n", encoding="utf-8")
    pack = workspace.folder / "rules" / "words.yaml"
    pack.parent.mkdir(exist_ok=True)
    pack.write_text(TO_AND_FRO, encoding="utf-8")
    events: List[Event] = []
    engine = ValidationEngine(workspace, on_event=events.append)

    assert engine.plan_fixes(BLUEPRINT, Selection.of(engine.rules, select=["WORD"])) == ()

    (warned,) = (event for event in events if isinstance(event, Warned))
    assert "WORD001, WORD002 can't be mended" in warned.message


TO_AND_FRO = """\
pack: words
rules:
  - {id: WORD001, name: not-colour, kind: forbid-pattern, stage: spec, severity: info, with: {pattern: colour, replace: color}, message: m, fix: f}
  - {id: WORD002, name: not-color, kind: forbid-pattern, stage: spec, severity: info, with: {pattern: color, replace: colour}, message: m, fix: f}
"""


def test_an_empty_template_mends_nothing(workspace: ProjectWorkspace) -> None:
    (session_folder(workspace, BLUEPRINT) / "spec.md").unlink()
    template = workspace.folder / "templates" / "spec.md"
    template.parent.mkdir(exist_ok=True)
    template.write_text("\n", encoding="utf-8")
    events: List[Event] = []
    engine = ValidationEngine(workspace, on_event=events.append)

    planned = engine.plan_fixes(BLUEPRINT, Selection.of(engine.rules, select=["ART001"]))

    assert planned == ()
    (warned,) = (event for event in events if isinstance(event, Warned))
    assert "the template of spec is empty" in warned.message


_PIECES = st.sampled_from(
    [
        *(
            "```",
            "~~~",
            "    indented",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<div>",
            "<pre>",
            "> quoted",
            "- item",
            "",
        ),
        *("## Overview", "# Spec", "Acceptance Criteria\n---", "- ## Functional Requirements", "> ## Overview", "text"),
        *(
            "- FR 1: a",
            "FR1 and AC2",
            "see NFR_3 <!-- idse-disable-line TRC009 -- meant -->",
            "<?x",
            "---",
            "\\[REQUIRES INPUT]",
        ),
    ]
)


@given(st.lists(_PIECES, max_size=8), st.sampled_from(["\n", "\r\n", "\n\n"]))
@settings(max_examples=60, deadline=None)
def test_what_is_mended_needs_no_mending(pieces: List[str], end: str) -> None:
    """Whatever a fix leaves behind, the next one has nothing to add to it."""
    rules = core_constitution()
    rule = rules.rules.get("SPEC001")
    for _ in range(2):
        example = {"spec": end.join(pieces)}
        workspace = example_workspace(rule, example, folder=Path("/nowhere"))
        engine = ValidationEngine(workspace, constitution=rules, use_cache=False)
        planned = engine.plan_fixes(EXAMPLE, Selection.of(rules.rules, select=["SPEC", "TRC"]))
        if not planned:
            return
        pieces = [planned[0].after]
    raise AssertionError(f"mended twice: {pieces[0]!r}")
