"""A push or a pull that is stopped from another thread: what was done is kept, the rest is left to the next run."""

from __future__ import annotations

import pytest

from idse_core.agency.engine import AgencySyncEngine
from idse_core.agency.outcome import SyncReport
from idse_core.events import Event, SyncProgressed
from tests.agency.conftest import ENDPOINT, Clone, Cloning
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session

SESSIONS = ("billing", "checkout", "reports", "search")


@pytest.fixture
def larger(first: Clone) -> Clone:
    """A workspace with four more sessions, which have not been pushed yet."""
    for session in SESSIONS:
        add_session(first.workspace, session)
    return first


def stopping(clone: Clone, after: int) -> AgencySyncEngine:
    """An engine that is stopped once a number of sessions are finished."""

    def hear(event: Event) -> None:
        if isinstance(event, SyncProgressed) and event.done >= after:
            engine.stop()

    engine = AgencySyncEngine(clone.workspace, clone.transport, endpoint=ENDPOINT, on_event=hear, parallel=1)
    return engine


def check_cut(report: SyncReport) -> None:
    assert report.interrupted
    assert report.exit_code == 130


def test_a_push_ends_between_transactions(larger: Clone, core: MemoryCore) -> None:
    core.calls.clear()

    check_cut(stopping(larger, 1).push())

    # With one request at a time, the second one has begun when the first one is reported.
    assert 1 <= core.calls.count("push") <= 2
    assert set(core.sessions(PROJECT)) & set(SESSIONS) < set(SESSIONS)
    rest = larger.push()
    assert rest.exit_code == 0
    assert set(SESSIONS) < set(core.sessions(PROJECT))


def test_a_pull_ends_between_sessions(larger: Clone, clone: Cloning) -> None:
    larger.push()
    second = clone("second")
    engine = stopping(second, 1)

    check_cut(engine.pull())

    arrived = set(second.workspace.sessions())
    assert arrived < {"__blueprint__", "login", *SESSIONS}
    assert second.pull().exit_code == 0
    assert set(second.workspace.sessions()) == {"__blueprint__", "login", *SESSIONS}


def test_a_pull_ends_while_contents_are_received(larger: Clone, clone: Cloning) -> None:
    larger.push()
    second = clone("second")
    engine = stopping(second, 0)  # stops at the first response with contents

    check_cut(engine.pull())

    assert not (second.workspace.folder / "projects").exists()
    assert second.pull().exit_code == 0


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_stopped_before_it_begins(larger: Clone, core: MemoryCore, verb: str) -> None:
    core.put(PROJECT, "login", "spec_md", b"theirs\n")
    engine = larger.engine
    before = core.documents(PROJECT)

    engine.stop()
    engine.stop()
    report = getattr(engine, verb)()

    check_cut(report)
    assert core.documents(PROJECT) == before
    assert larger.read("login") == "one\ntwo\nthree\n"


def test_a_stopped_sync_with_nothing_to_do_is_done(first: Clone) -> None:
    engine = first.engine
    engine.stop()
    assert not engine.push().interrupted
