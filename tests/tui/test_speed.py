"""What keeps the app quick: what is not loaded, not made and not examined. How quick it is, ``make bench`` says."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import List, Sequence

import pytest

from benchmarks.artifacts import artifacts_of
from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_tui import interpreter
from idse_tui.artifact import Artifact
from idse_tui.blocks import PENDING
from idse_tui.deferred_imports import LATER
from idse_tui.dialogs.picker import Picker
from idse_tui.lazy_sequence import LazySequence
from idse_tui.loading import load_artifact
from idse_tui.presentation.matching import rank
from idse_tui.presentation.rows import PickItem
from idse_tui.reading import ProjectReader
from idse_tui.rendering import split, split_beginning
from idse_tui.view import Change, ProjectView
from idse_tui.widgets.session_tree import SessionTree
from tests.tui.driving import running

HEAVY = {
    "markdown_it",
    "pygments",
    "rich.markdown",
    "pydantic",
    "yaml",
    "httpx",
    "jinja2",
    "idse_core.validation_engine",
}


def test_the_first_paint_does_without_what_takes_long_to_import() -> None:
    program = "import sys, idse_tui.command, idse_tui.app; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "idse_tui.screens.main" in loaded
    assert not loaded & {*HEAVY, *LATER}


def test_what_comes_later_can_be_loaded() -> None:
    program = "import sys, idse_tui.deferred_imports as deferred; deferred.load(); sys.exit(not set(deferred.LATER) <= set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


async def test_sessions_are_listed_as_a_tree_from_the_beginning_and_stay_in_their_order(sample: Path) -> None:
    seen: List[List[str]] = []
    async with running(sample, settle=False) as driver:
        tree = driver.main.query_one(SessionTree)
        while not driver.state.view.complete:
            rows = [row.key for row in tree.rows]
            if rows and (not seen or seen[-1] != rows):
                seen.append(rows)
            await driver.pilot.pause(0.001)
        await driver.settled()
        seen.append([row.key for row in tree.rows])
        assert all(rows == seen[0] for rows in seen)
        depth = {row.key: row.depth for row in tree.rows}
        assert depth["audit-trail"] > depth["auth-login"]


async def test_rows_are_the_same_ones_until_something_changes_that_they_depend_on(sample: Path) -> None:
    async with running(sample) as driver:
        tree = driver.main.query_one(SessionTree)
        before = tree.rows
        driver.artifact("billing", "plan.md").write_text("# Plan\n")
        await driver.until(lambda: len(driver.state.view.findings("billing")) > 1)
        assert tree.rows is before
        driver.artifact("another", "intent.md").parent.mkdir()
        await driver.until(lambda: "another" in [row.key for row in tree.rows])


def long_text(parts: int) -> str:
    return "\n".join(artifacts_of(number, 1)[stage] for number in range(parts) for stage in (Stage.SPEC, Stage.PLAN))


def test_the_beginning_of_a_long_text_is_split_as_in_the_whole() -> None:
    text = long_text(8)
    beginning, whole = split_beginning(text, 200), split(text)
    *known, rest = beginning
    assert tuple(known) == whole[: len(known)]
    assert rest.kind == PENDING
    assert rest.first == whole[len(known)].first
    assert rest.first + rest.size - 1 == len(text.split("\n"))
    assert len(known) < len(whole) // 2


@pytest.mark.parametrize(
    ("begin", "cut"),
    [
        ("```\n{}\n```\n", False),  # all of it is code
        ("~~~ text\n{}\n~~~~\n", False),
        ("<!--\n{}\n-->\n", False),
        ("<!-- on one line -->\n\n{}", True),
        ("```\ncode\n```\n\n{}", True),
    ],
)
def test_a_text_is_not_cut_where_a_block_reaches_over(begin: str, cut: bool) -> None:
    body = "\n".join(f"# Heading {number}\n\nText.\n" for number in range(200))
    text = begin.format(body)
    beginning = split_beginning(text, 100)
    assert bool(beginning) is cut
    assert not cut or beginning[:-1] == split(text)[: len(beginning) - 1]


def test_a_short_text_is_split_at_once() -> None:
    assert split_beginning("# One\n\nText.\n") == ()


def test_a_long_artifact_is_shown_before_all_of_it_is_split(sample: Path) -> None:
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    (sample / ".idse/projects/customer-portal/sessions/billing/context.md").write_text(long_text(8))
    told: List[Artifact] = []
    artifact = load_artifact(workspace, "billing", Stage.CONTEXT, told.append)
    assert [item.blocks[-1].kind for item in told] == [PENDING]
    assert told[0].blocks[:-1] == artifact.blocks[: len(told[0].blocks) - 1]
    assert PENDING not in {block.kind for block in artifact.blocks}


async def test_the_end_of_a_long_artifact_comes_too(sample: Path) -> None:
    path = sample / ".idse/projects/customer-portal/sessions/auth-login/context.md"
    path.write_text(f"{long_text(8)}\n\n## The very last one\n")
    async with running(sample) as driver:
        await driver.press("2", "home", "right", "3")
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is Stage.CONTEXT)
        await driver.until(lambda: driver.state.artifact.blocks[-1].kind != PENDING)  # type: ignore[union-attr]
        await driver.press("end")
        await driver.until(lambda: driver.main.query_one("#read").is_vertical_scroll_end)
        await driver.press("end")
        await driver.until(lambda: "The very last one" in driver.text)


@pytest.mark.parametrize("queries", [("b", "br", "br 1", "br 17", "br 17 9"), ("a", "ab", "abz")])
def test_going_on_typing_looks_only_among_what_matched(queries: Sequence[str]) -> None:
    candidates = [f"branch-{number:05d} import of branch {number} ledger" for number in range(10_000)]
    among = rank("", candidates)
    for query in queries:
        before, among = len(among), rank(query, candidates, among)
        assert among == rank(query, candidates)
        assert len(among) <= before
    assert len(among) < len(candidates)


def test_members_of_a_lazy_sequence_are_made_when_they_are_looked_at() -> None:
    made: List[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number * 2

    lazy: LazySequence[int, int] = LazySequence(range(10_000), make)
    assert len(lazy) == 10_000
    assert lazy[3] == 6
    assert list(lazy[10:12]) == [20, 22]
    assert made == [3, 10, 11]


async def test_a_list_of_thousands_makes_only_the_rows_that_are_seen(sample: Path) -> None:
    made: List[int] = []

    def make(number: int) -> PickItem:
        made.append(number)
        return PickItem(str(number), f"session {number}")

    async with running(sample) as driver:
        texts = [f"session {number}" for number in range(10_000)]
        driver.app.push_screen(Picker("Many", LazySequence(range(10_000), make), driver.main.look, texts=texts))
        await driver.pilot.pause()
        await driver.type("99")
        await driver.until(lambda: "of 10000" in driver.text and "session 99" in driver.text)
    assert len(set(made)) < 200


async def test_one_changed_file_examines_one_session(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: List[str] = []
    examine = ProjectReader.examine

    def counting(self: ProjectReader, sessions: Sequence[str]) -> Change:
        asked.extend(sessions)
        return examine(self, sessions)

    async with running(sample) as driver:
        monkeypatch.setattr(ProjectReader, "examine", counting)
        spec = driver.artifact("billing", "spec.md")
        spec.write_text(f"{spec.read_text()}\n[REQUIRES INPUT] one more\n")
        await driver.until(lambda: asked)
        await driver.until(lambda: not driver.main.following.busy)
    assert set(asked) == {"billing"}


def test_reports_of_many_sessions_share_what_is_equal(sample: Path) -> None:
    reader = ProjectReader(ProjectWorkspace.open(IdseConfig(sample)))
    whole = {item.session: item for item in reader.engine.examine(reader.workspace.sessions())}
    view = reader.examine(reader.workspace.sessions())(ProjectView())
    again = reader.examine(["billing"])(view)
    assert again.reports["billing"].stages is view.reports["billing"].stages
    for session, report in view.reports.items():
        assert report.findings == whole[session].findings
        assert report.validation_status is whole[session].validation_status
        assert [status[:4] for status in report.stages.values()] == [
            status[:4] for status in whole[session].stages.values()
        ]


def test_what_exists_is_never_collected_again_once_collecting_was_paused() -> None:
    frozen, thresholds = gc.get_freeze_count(), gc.get_threshold()
    try:
        interpreter.spare_what_exists()
        assert gc.get_freeze_count() == frozen
        interpreter.pause_collecting()
        assert not gc.isenabled()
        interpreter.spare_what_exists()
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.enable()
        gc.unfreeze()
        gc.set_threshold(*thresholds)
