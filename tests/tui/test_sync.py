"""Push and pull in the app: the plan first, then the run, then the result."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import pytest

from idse_core.agency.documents import NAMES
from idse_core.agency.engine import AgencySyncEngine
from idse_core.agency.protocol import PushRequest, PushResult
from idse_core.errors import RemoteError
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.dialogs.sync import SyncScreen
from idse_tui.presentation.syncing import document_name, size_words
from tests.agency.memory_core import MemoryCore
from tests.builders import tree
from tests.tui.driving import SESSIONS, Driver, running
from tests.tui.syncing import ENDPOINT, PROJECT, MemoryAgency, make_conflict


@pytest.fixture
def agency() -> MemoryAgency:
    return MemoryAgency(MemoryCore())


@pytest.fixture
def synced(sample: Path, agency: MemoryAgency) -> Path:
    """The sample, pushed once."""
    agency.push_all(sample)
    return sample


def shown(driver: Driver) -> SyncScreen:
    assert isinstance(driver.app.screen, SyncScreen)
    return driver.app.screen


async def test_without_an_agency_it_says_what_to_do(sample: Path) -> None:
    before = tree(sample)
    async with running(sample) as driver:
        await driver.press("p")
        await driver.until(lambda: "no Agency Core is configured" in driver.text)
        assert "agency_url" in driver.text
        assert "--agency-url" not in driver.text
        assert "Nothing was pushed" in driver.text
        await driver.press("enter")
        assert driver.app.screen is driver.main
    assert tree(sample) == before


async def test_push_shows_the_plan_and_sends_nothing_before_enter(sample: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency, session="export-csv") as driver:
        await driver.press("p")
        await driver.until(lambda: "Would go: 9 documents" in driver.text)
        assert "export-csv  spec  to push" in driver.text
        assert f"{PROJECT} at {ENDPOINT}" in driver.text
        assert "push" not in agency.core.calls
        await driver.press("enter")
        await driver.until(lambda: "9 pushed" in driver.text)
        assert agency.core.sessions(PROJECT) == ("export-csv",)
        await driver.until(lambda: "idse sync push --session export-csv" in driver.state.command_log)
        await driver.press("escape")
        await driver.until(lambda: "synced" in driver.lines[0])
        assert "never synced" not in driver.lines[0]


async def test_escape_leaves_the_plan_undone(sample: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        await driver.press("p")
        await driver.until(lambda: "Would go" in driver.text)
        await driver.press("escape")
        assert driver.app.screen is driver.main
        assert agency.core.documents(PROJECT) == {}


async def test_all_sessions_can_be_planned_for(sample: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        await driver.press("p")
        await driver.until(lambda: "Would go" in driver.text)
        await driver.press("a")
        await driver.until(lambda: "Push: all sessions" in driver.text and "Would go" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: " pushed" in driver.text)
        assert set(agency.core.sessions(PROJECT)) == set(driver.state.view.sessions)
        await driver.until(lambda: "idse sync push --all" in driver.state.command_log)


async def test_pull_brings_a_change_and_the_screen_follows(synced: Path, agency: MemoryAgency) -> None:
    path = synced / SESSIONS / "export-csv" / "plan.md"
    new = path.read_text(encoding="utf-8").replace("# ", "# Pulled ", 1)
    async with running(synced, agency=agency, session="export-csv") as driver:
        agency.core.put(PROJECT, "export-csv", "plan_md", new.encode())
        await driver.press("P")
        await driver.until(lambda: "Would come: 1 document" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: "1 pulled" in driver.text)
        assert path.read_text(encoding="utf-8") == new
        await driver.press("escape")
        await driver.settled()
        await driver.until(lambda: not driver.state.conflicts)


async def test_what_the_plan_names_for_the_other_direction_is_one_key_away(synced: Path, agency: MemoryAgency) -> None:
    async with running(synced, agency=agency, session="export-csv") as driver:
        agency.core.put(PROJECT, "export-csv", "plan_md", b"# Plan\n")
        await driver.press("p")
        await driver.until(lambda: "P pulls it" in driver.text)
        assert "P pull" in [line for line in driver.lines if "Esc" in line or "q close" in line][-1]
        await driver.press("P")
        await driver.until(lambda: "Pull: export-csv" in driver.text and "Would come: 1 document" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: "1 pulled" in driver.text)
        await driver.press("p")
        await driver.until(lambda: "Push: export-csv" in driver.text and "both sides have the same" in driver.text)
    assert (synced / SESSIONS / "export-csv" / "plan.md").read_bytes() == b"# Plan\n"


async def test_what_the_other_direction_does_is_only_mentioned(synced: Path, agency: MemoryAgency) -> None:
    path = synced / SESSIONS / "export-csv" / "plan.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nmine\n", encoding="utf-8")
    agency.core.put(PROJECT, "export-csv", "spec_md", b"# theirs\n")
    async with running(synced, agency=agency, session="export-csv") as driver:
        await driver.press("p")
        await driver.until(lambda: "Would come" in driver.text)
        assert "P pulls it" in driver.text
        assert "export-csv  plan  to push" in driver.text
        await driver.press("enter")
        await driver.until(lambda: "1 pushed" in driver.text)
        assert agency.core.get(PROJECT, "export-csv", "spec_md") == b"# theirs\n"


async def test_with_nothing_to_do_enter_closes(synced: Path, agency: MemoryAgency) -> None:
    async with running(synced, agency=agency, session="export-csv") as driver:
        await driver.press("p")
        await driver.until(lambda: "both sides have the same" in driver.text)
        calls = len(agency.core.pushed)
        await driver.press("enter")
        assert driver.app.screen is driver.main
        assert len(agency.core.pushed) == calls


async def test_an_unreachable_agency_is_told_and_can_be_asked_again(sample: Path, agency: MemoryAgency) -> None:
    agency.failure = RemoteError("agency.example can't be reached", hint="look at the network")
    async with running(sample, agency=agency) as driver:
        await driver.press("P")
        await driver.until(lambda: "can't be reached" in driver.text)
        assert "Next: look at the network" in driver.text
        agency.failure = None
        await driver.press("r")
        await driver.until(lambda: "Would go" in driver.text)


async def test_a_warning_is_told(synced: Path) -> None:
    other = MemoryAgency(MemoryCore("another"))
    async with running(synced, agency=other, session="export-csv") as driver:
        await driver.press("p")
        await driver.until(lambda: shown(driver).state.plan is not None)
        await driver.until(lambda: any("holds other data" in item.message for item in driver.app._notifications))


async def test_a_conflict_appears_in_plan_result_and_header(synced: Path, agency: MemoryAgency) -> None:
    path = synced / SESSIONS / "export-csv" / "plan.md"
    path.write_text("# ours\n", encoding="utf-8")
    agency.core.put(PROJECT, "export-csv", "plan_md", b"# theirs\n")
    async with running(synced, agency=agency, session="export-csv") as driver:
        await driver.press("P")
        await driver.until(lambda: "Changed on both sides: 1 document" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: "Conflicts; C resolves them: 1" in driver.text)
        assert path.read_text(encoding="utf-8") == "# ours\n"
        await driver.until(lambda: driver.state.conflicts)
        await driver.press("escape")
        await driver.until(lambda: "1 conflict" in driver.lines[0])


async def test_a_paused_workspace_is_left_alone(sample: Path, agency: MemoryAgency) -> None:
    (sample / ".idse" / "SYNC_PAUSED").write_text("")
    async with running(sample, agency=agency) as driver:
        await driver.press("p")
        await driver.until(lambda: "SYNC_PAUSED" in driver.text)
        assert agency.core.calls == []


async def test_the_configuration_of_the_user_counts(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"agency_url": "http://elsewhere.example"}))
    config.chmod(0o600)
    monkeypatch.setenv("IDSE_CONFIG", str(config))
    async with running(sample) as driver:
        await driver.press("p")
        await driver.until(lambda: "not https" in driver.text)


async def test_an_agency_that_does_not_answer_keeps_nobody_from_leaving(sample: Path) -> None:
    core, answer = MemoryCore(), threading.Event()
    asked = threading.Event()

    class Silent(MemoryAgency):
        @contextmanager
        def engine(self, workspace: ProjectWorkspace, on_event: Listener) -> Iterator[AgencySyncEngine]:
            asked.set()
            answer.wait(60)
            raise RemoteError("it never answered")
            yield

    try:
        async with running(sample, agency=Silent(core)) as driver:
            await driver.press("p")
            await driver.until(asked.is_set)
            assert "asking the Agency Core" in driver.text
            await driver.press("escape")
            await driver.press("q")
        assert not answer.is_set()
        assert driver.app.return_code == 0
    finally:
        answer.set()


class SlowCore(MemoryCore):
    """Answers a push when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.answer = threading.Event(), threading.Event()

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        self.asked.set()
        self.answer.wait(60)
        return super().push(request, key=key)


async def test_escape_stops_a_run_and_what_was_under_way_is_recorded(sample: Path) -> None:
    core = SlowCore()
    agency = MemoryAgency(core, parallel=1)
    try:
        async with running(sample, agency=agency) as driver:
            await driver.press("p")
            await driver.until(lambda: "Would go" in driver.text)
            await driver.press("a")
            await driver.until(lambda: "Push: all sessions" in driver.text and "Would go" in driver.text)
            await driver.press("enter")
            await driver.until(core.asked.is_set)
            await driver.until(lambda: "Esc stops it" in driver.text)
            await driver.press("escape")
            assert "stopping: what is under way is finished first" in driver.text
            core.answer.set()
            await driver.until(lambda: "stopped before the end" in driver.text)
            assert "Nothing is half done" in driver.text
            sent = core.sessions(PROJECT)
            assert 1 <= len(sent) < len(driver.state.view.sessions)
            await driver.press("r")  # what was sent is known to be there: the rest is planned
            await driver.until(lambda: "Would go" in driver.text)
            assert not [item for item in shown(driver).state.goes if item.session in sent and item.key != "state_json"]
    finally:
        core.answer.set()


async def test_a_second_escape_closes_the_box_of_a_run_that_is_stopping(sample: Path) -> None:
    core = SlowCore()
    try:
        async with running(sample, agency=MemoryAgency(core, parallel=1), session="export-csv") as driver:
            await driver.press("p")
            await driver.until(lambda: "Would go" in driver.text)
            await driver.press("enter")
            await driver.until(core.asked.is_set)
            await driver.press("escape")
            await driver.press("escape")
            assert driver.app.screen is driver.main
            core.answer.set()
            await driver.until(lambda: any("9 pushed" in item.message for item in driver.app._notifications))
    finally:
        core.answer.set()


async def test_a_box_that_is_closed_with_q_lets_the_run_go_on(sample: Path) -> None:
    core = SlowCore()
    try:
        async with running(sample, agency=MemoryAgency(core, parallel=1), session="export-csv") as driver:
            await driver.press("p")
            await driver.until(lambda: "Would go" in driver.text)
            await driver.press("enter")
            await driver.until(core.asked.is_set)
            await driver.press("q")
            assert driver.app.screen is driver.main
            core.answer.set()
            await driver.until(lambda: core.sessions(PROJECT) == ("export-csv",))
    finally:
        core.answer.set()


async def test_a_conflict_that_somebody_else_lays_aside_shows(synced: Path, agency: MemoryAgency) -> None:
    async with running(synced, agency=agency) as driver:
        assert not driver.state.conflicts
        make_conflict(agency, synced)
        await driver.until(lambda: "1 conflict" in driver.lines[0])


def test_documents_are_named_as_the_core_names_them() -> None:
    assert {key: document_name(key) for key in NAMES} == NAMES


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (999, "999 B"), (4210, "4.2 KB"), (1_300_000, "1.3 MB")])
def test_sizes(size: int, words: str) -> None:
    assert size_words(size) == words


async def test_leaving_while_a_sync_runs_is_asked_for_twice(sample: Path) -> None:
    core = SlowCore()
    try:
        async with running(sample, agency=MemoryAgency(core, parallel=1), session="export-csv") as driver:
            await driver.press("p")
            await driver.until(lambda: "Would go" in driver.text)
            await driver.press("enter")
            await driver.until(core.asked.is_set)
            await driver.press("q")  # closes the box
            await driver.press("q")
            assert any("a push is running; q again leaves" in item.message for item in driver.app._notifications)
            assert driver.app.return_code is None
            await driver.press("q")
            assert driver.app.return_code == 0
    finally:
        core.answer.set()


async def test_a_sync_that_has_ended_keeps_nobody(synced: Path, agency: MemoryAgency) -> None:
    async with running(synced, agency=agency, session="export-csv") as driver:
        (synced / SESSIONS / "export-csv" / "plan.md").write_text("# ours\n", encoding="utf-8")
        await driver.press("p")
        await driver.until(lambda: "Would go" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: "1 pushed" in driver.text)
        await driver.press("q")
        await driver.press("q")
        assert driver.app.return_code == 0
