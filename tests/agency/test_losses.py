"""A lost base, another server, a server that was rolled back: differences become conflicts, and nothing is deleted."""

from __future__ import annotations

from idse_core.agency.planner import Action
from idse_core.events import Warned
from idse_core.pipeline_artifacts import Stage
from tests.agency.conftest import Clone, actions
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import SPEC
from tests.builders import PROJECT, add_session


def forget(clone: Clone) -> None:
    for path in sorted((clone.workspace.local / "sync").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_lost_base_causes_conflicts_but_no_deletions(first: Clone, second: Clone, core: MemoryCore) -> None:
    forget(second)
    second.path("login", Stage.PLAN).unlink()
    second.write("login", "mine\n")
    core.put(PROJECT, "login", "tasks_md", None)

    report = second.pull()

    found = actions(report)
    assert found["login plan_md"] is Action.PULL
    assert found[f"login {SPEC}"] is Action.CONFLICT_WITHOUT_BASE
    assert found["login tasks_md"] is Action.PUSH
    assert not {Action.DELETE_LOCAL, Action.PUSH_TOMBSTONE} & set(found.values())


def test_a_broken_base_is_put_aside(first: Clone) -> None:
    (path,) = (first.workspace.local / "sync").rglob("base.sqlite3")
    path.write_bytes(b"no database at all, but long enough to be looked at as one" * 20)

    report = first.push()

    assert report.exit_code == 0
    assert {item.action for item in report.actions} == {Action.RECORD_BASE}
    assert any(isinstance(event, Warned) and "put aside" in event.message for event in first.events)


def test_a_server_with_other_data_at_the_same_address(first: Clone, second: Clone) -> None:
    other = MemoryCore("another")
    moved = first._replace(transport=other)
    first.path("login", Stage.PLAN).unlink()

    report = moved.push()

    assert report.exit_code == 0
    assert set(actions(report).values()) == {Action.PUSH}
    assert any(isinstance(event, Warned) and "other data" in event.message for event in first.events)
    assert moved.push().actions == ()


def test_a_server_that_was_rolled_back_deletes_nothing(first: Clone, second: Clone, core: MemoryCore) -> None:
    first.write("login", "newer\n")
    add_session(first.workspace, "billing")
    first.push()
    second.pull()
    core.roll_back(PROJECT, 3)

    report = second.pull()

    assert not {Action.DELETE_LOCAL} & set(actions(report).values())
    assert "billing" in second.workspace.sessions()
    assert second.read("login") == "newer\n"


def test_a_cursor_that_is_too_old_only_costs_reading_the_manifest(
    first: Clone, second: Clone, core: MemoryCore
) -> None:
    first.write("login", "newer\n")
    first.push()
    core.oldest_cursor = 10**6

    assert second.pull().exit_code == 0
    assert second.read("login") == "newer\n"
