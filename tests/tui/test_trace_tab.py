"""The Trace tab: requirement, criteria, plan, tasks; Enter goes to the place; it follows the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.traceability import SessionTrace, TraceStatus, trace
from idse_tui.glyphs import ASCII
from idse_tui.look import plain_look
from idse_tui.presentation.tabs import Tab
from idse_tui.presentation.tracing import trace_line, trace_rows
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.trace_list import TraceList
from tests.tui.driving import SESSIONS, Driver, running


async def traced(driver: Driver) -> TraceList:
    """The tab is open and shows something."""
    await driver.press("3", "3", "3", "3")
    rows = driver.main.query_one(TraceList)
    await driver.until(lambda: rows.rows)
    return rows


async def test_requirements_stand_with_what_covers_them(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        rows = await traced(driver)
        assert driver.main.query_one(ArtifactPanel).tab is Tab.TRACE
        await driver.until(lambda: "8 requirements: 8 done" in driver.text)
        assert [row.name for row in rows.rows if row.status][:3] == ["FR-1", "FR-2", "FR-3"]
        kinds = [row.kind for row in rows.rows if row.key.startswith("FR-1")]
        assert kinds[:2] == ["", "criterion"]
        assert {"plan", "task", "report"} <= set(kinds)


async def test_enter_goes_to_the_place(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        rows = await traced(driver)
        wanted = next(row for row in rows.rows if row.kind == "task" and row.name == "1.2")
        rows.select(wanted.key)
        await driver.press("enter")
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is Stage.TASKS)
        panel = driver.main.query_one(ArtifactPanel)
        assert panel.tab is Tab.READ
        place = wanted.place
        assert place is not None
        await driver.until(lambda: panel.view.line == place.line)
        await driver.press("backspace")
        assert driver.state.spot.stage is not Stage.TASKS


@pytest.mark.parametrize("stage", [Stage.INTENT, Stage.TASKS])
async def test_backspace_comes_back_to_the_row_that_was_followed(sample: Path, stage: Stage) -> None:
    async with running(sample, session="billing") as driver:
        driver.main.go(driver.state.spot._replace(stage=stage))
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is stage)
        rows = await traced(driver)
        wanted = next(row for row in rows.rows if row.kind == "task" and row.name == "1.2")
        rows.select(wanted.key)
        await driver.press("enter")
        panel = driver.main.query_one(ArtifactPanel)
        await driver.until(lambda: panel.tab is Tab.READ and driver.state.spot.stage is Stage.TASKS)
        await driver.press("asterisk")  # in another session the tab has other rows
        await driver.until(lambda: driver.state.spot.session == "auth-login")
        await driver.press("t", "t", "t")
        await driver.until(lambda: panel.tab is Tab.TRACE and all(row.name != "1.2" for row in rows.rows))
        await driver.press("backspace", "backspace")
        assert panel.tab is Tab.TRACE
        assert driver.state.spot[:2] == ("billing", stage)
        await driver.until(lambda: rows.current == wanted)
        assert rows.has_focus


def status(rows: TraceList, name: str) -> object:
    return next(row.status for row in rows.rows if row.name == name and row.status)


async def suspect(driver: Driver) -> TraceList:
    """The tab, with a requirement of which the words have changed: FR-1."""
    rows = await traced(driver)
    spec = driver.artifact("billing", "spec.md")
    spec.write_text(spec.read_text().replace("of the last ten years with number", "with number"))
    await driver.until(lambda: status(rows, "FR-1") is TraceStatus.SUSPECT)
    return rows


async def test_it_follows_artifacts_and_confirmations(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        rows = await suspect(driver)
        record = sample / SESSIONS.parent / "trace.json"
        document = json.loads(record.read_text())
        del document["sessions"]["billing"]["FR-1"]
        record.write_text(json.dumps(document))
        await driver.until(lambda: status(rows, "FR-1") is TraceStatus.DONE)


async def test_without_requirements_it_says_so(sample: Path) -> None:
    async with running(sample, session="audit-trail") as driver:
        await driver.press("3", "3", "3", "3")
        await driver.until(lambda: "no requirement yet: write the first in spec.md" in driver.text)


SPEC = """# Spec

## Functional Requirements

- **FR-1**: It MUST start.
- **FR-2**: It MUST stop.
- **FR-2**: It MUST stop twice.
- **FR-3**: It MUST fly. (Waived: no wings)

## Acceptance Criteria

- **AC-1** (FR-1, FR-2): Given it, when it starts, then it runs.
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> SessionTrace:
    workspace, _ = ProjectWorkspace.create(IdseConfig(tmp_path_factory.mktemp("trace")), "shop")
    folder = workspace.folder / "projects" / "shop" / "sessions" / "__blueprint__"
    (folder / "spec.md").write_text(SPEC)
    (folder / "plan.md").write_text("# Plan\n\n- Decision: FR-9 comes first.\n")
    return next(iter(trace(workspace, ["__blueprint__"])))


def test_every_status_has_a_word_and_what_is_missing_is_said(found: SessionTrace) -> None:
    lines = [trace_line(row, plain_look(ASCII), 100).plain for row in trace_rows(found)]
    text = "\n".join(" ".join(line.split()) for line in lines)
    for words in ("FR-1 uncovered", "FR-2 duplicate", "FR-3 waived", "waived: no wings", "FR-9 orphaned"):
        assert words in text
    assert "no task names it yet" in text
    assert any("named in" in line and line.rstrip().endswith("plan:3") for line in lines)


@pytest.mark.parametrize("width", [24, 40, 78, 140])
def test_rows_fit_and_keys_are_unique(found: SessionTrace, width: int) -> None:
    rows = trace_rows(found)
    assert len({row.key for row in rows}) == len(rows)
    assert all(trace_line(row, plain_look(), width).cell_len <= width for row in rows)


async def test_a_requirement_is_accepted_where_it_stands(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        await driver.press("R")
        assert any("in the tab Trace" in item.message for item in driver.app._notifications)
        rows = await suspect(driver)
        rows.select(next(row.key for row in rows.rows if row.key.startswith("FR-1 ")))
        await driver.press("colon")
        await driver.type("accept requirement")
        assert "idse trace accept FR-1 --session billing" in driver.text
        await driver.press("escape", "R")
        await driver.until(lambda: status(rows, "FR-1") is TraceStatus.DONE)
        await driver.until(lambda: driver.state.command_log == ["idse trace accept FR-1 --session billing"])
