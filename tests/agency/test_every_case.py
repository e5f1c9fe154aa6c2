"""Every case of the planner, from a push or a pull to the resulting files."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Tuple

import pytest

from idse_core.agency.outcome import Result
from idse_core.agency.protocol import PushRequest, PushResult
from idse_core.pipeline_artifacts import Layout, Stage
from tests.agency.conftest import Clone
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import SPEC, results
from tests.builders import PROJECT, add_session, make_workspace, session_folder

A, B, C = "a\n", "b\n", "c\n"

CASES: List[Tuple[Optional[str], Optional[str], Optional[str], Optional[str], Optional[str], int]] = [
    # base, local, remote → local, remote, exit code, after a pull and then a push
    (None, None, None, None, None, 0),
    (A, A, A, A, A, 0),
    (A, None, None, None, None, 0),
    (None, A, None, A, A, 0),
    (None, None, A, A, A, 0),
    (A, A, None, None, None, 0),
    (A, None, A, None, None, 0),
    (A, B, A, B, B, 0),
    (A, A, B, B, B, 0),
    (A, B, B, B, B, 0),
    (None, A, A, A, A, 0),
    (A, B, C, B, C, 3),
    (None, A, B, A, B, 3),
    (A, B, None, B, None, 3),
    (A, None, B, B, B, 0),
]


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize(("base", "local", "remote", "then_local", "then_remote", "code"), CASES)
def test_every_case(  # noqa: PLR0917  # a case has this many values
    tmp_path: Path,
    base: Optional[str],
    local: Optional[str],
    remote: Optional[str],
    then_local: Optional[str],
    then_remote: Optional[str],
    code: int,
    layout: Layout,
) -> None:
    core = MemoryCore()
    clone = Clone(make_workspace(tmp_path, layout=layout), core, [])
    add_session(clone.workspace, "login")
    path = session_folder(clone.workspace, "login") / layout.path(Stage.SPEC)
    put(path, base)
    clone.push()
    put(path, local)
    before = core.get(PROJECT, "login", SPEC)
    if before != (None if remote is None else remote.encode()):
        core.put(PROJECT, "login", SPEC, None if remote is None else remote.encode())

    planned = clone.pull(dry_run=True)
    assert clone.engine.status().actions == planned.actions
    assert clone.push(dry_run=True).actions == planned.actions
    pulled = clone.pull()
    assert pulled.actions == planned.actions
    planned = clone.push(dry_run=True)
    pushed = clone.push()
    assert pushed.actions == planned.actions

    assert (path.read_text("utf-8") if path.exists() else None) == then_local
    assert core.get(PROJECT, "login", SPEC) == (None if then_remote is None else then_remote.encode())
    assert (pulled.exit_code, pushed.exit_code) == (code, code)
    assert len(clone.conflicts()) == (1 if code else 0)
    again = clone.push()
    assert [item for item in again.actions if item.key != SPEC] == []
    assert bool(again.actions) == bool(code)


def put(path: Path, text: Optional[str]) -> None:
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    elif path.exists():
        path.unlink()


@pytest.mark.parametrize("with_push_first", [True, False])
def test_a_push_does_not_overwrite_what_was_not_pulled(first: Clone, core: MemoryCore, with_push_first: bool) -> None:
    core.put(PROJECT, "login", SPEC, b"newer\n")
    first.write("login", "ours\n")

    report = first.push()

    assert report.exit_code == 6
    assert results(report) == {f"login {SPEC}": Result.MOVED}
    assert core.get(PROJECT, "login", SPEC) == b"newer\n"


class Racing(MemoryCore):
    """A server to which another client pushes between our pull and our push."""

    def __init__(self) -> None:
        super().__init__()
        self.surprise: Optional[bytes] = None

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        if self.surprise is not None:
            data, self.surprise = self.surprise, None
            self.put(PROJECT, "login", SPEC, data)
        return super().push(request, key=key)


def test_a_lost_race_writes_nothing_and_names_the_documents(tmp_path: Path) -> None:
    core = Racing()
    clone = Clone(make_workspace(tmp_path, sessions={"login": {Stage.SPEC: "one\n"}}), core, [])
    clone.push()
    clone.write("login", "ours\n")
    clone.write("login", "a plan\n", Stage.PLAN)
    core.surprise = b"theirs\n"

    report = clone.push()

    assert report.exit_code == 6
    details = {item.planned.key: item.detail for item in report.outcomes}
    assert details[SPEC] == "the Agency Core has something newer: pull first"
    assert details["plan_md"].startswith("with it something")
    assert core.get(PROJECT, "login", "plan_md") != b"a plan\n"
    assert clone.pull().exit_code == 3
    assert clone.push().exit_code == 3
    assert core.get(PROJECT, "login", "plan_md") == b"a plan\n"
