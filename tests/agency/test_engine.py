"""Laws of the engine, over real workspaces and an Agency Core in memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest

from idse_core.agency.outcome import Result, SyncReport
from idse_core.agency.planner import Action
from idse_core.agency.protocol import PullItem, PullPage, PullRequest, PushRequest, PushResult
from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.errors import NotFoundError, RefusedError, RemoteError, UsageError
from idse_core.events import Warned
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.conftest import ENDPOINT, Clone, Cloning, actions
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, make_workspace, session_folder, tree, write_artifact

SPEC = "spec_md"


def results(report: SyncReport) -> Dict[str, Result]:
    return {f"{item.planned.session} {item.planned.key}": item.result for item in report.outcomes}


def snapshot(folder: Path) -> Dict[str, Tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*") if path.is_file()}


def state(clone: Clone) -> Dict[str, Any]:
    path = clone.workspace.folder / "projects" / PROJECT / "session_state.json"
    loaded: Dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def live(clone: Clone) -> Dict[str, bytes]:
    """Everything that is synced, as files."""
    return {name: data for name, data in tree(clone.workspace.folder).items() if "/sessions/" in name}


# Two clones


def test_what_one_pushes_another_pulls(first: Clone, second: Clone) -> None:
    assert live(first) == live(second)
    ours, theirs = state(first)["sessions"], state(second)["sessions"]
    assert {name: entry["stages"] for name, entry in ours.items()} == {
        name: entry["stages"] for name, entry in theirs.items()
    }


def test_a_pull_of_an_absent_project_makes_a_whole_workspace(second: Clone) -> None:
    folder = second.workspace.folder

    assert (folder / "CURRENT_PROJECT").read_text("utf-8") == f"{PROJECT}\n"
    assert second.workspace.current_session().problem == ""
    assert (folder / "projects" / PROJECT / "agent_registry.json").exists()
    assert not list((folder / ".local" / "staging").glob("*"))


def test_a_quiet_run_is_one_request_and_writes_nothing(
    first: Clone, second: Clone, core: MemoryCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idse_core.stores.file_stamps._SETTLED", 0)  # files are old enough to be known by their stamps
    for clone in (first, second):
        clone.pull()
        clone.engine.status()
        for run in (clone.push, clone.pull, clone.engine.status):
            before = snapshot(clone.workspace.folder)
            core.calls.clear()
            report = run()
            assert (report.exit_code, report.actions, core.calls) == (0, (), ["pull"])
            assert snapshot(clone.workspace.folder) == before


def test_edits_of_different_places_come_together(first: Clone, second: Clone) -> None:
    first.write("login", "ONE\ntwo\nthree\n")
    second.write("login", "one\ntwo\nTHREE\n")
    first.push()

    pulled = second.pull()

    assert results(pulled)[f"login {SPEC}"] is Result.MERGED
    assert second.read("login") == "ONE\ntwo\nTHREE\n"
    assert second.push().exit_code == first.pull().exit_code == 0
    assert live(first) == live(second)
    kept = list((second.workspace.local / "displaced").rglob("before-merge-*"))
    assert [path.read_text("utf-8") for path in kept] == ["one\ntwo\nTHREE\n"]


def test_edits_of_one_place_are_laid_aside_and_block_only_that_document(first: Clone, second: Clone) -> None:
    first.write("login", "OURS\ntwo\nthree\n")
    second.write("login", "THEIRS\ntwo\nthree\n")
    second.write("login", "a plan\n", Stage.PLAN)
    first.push()

    pulled = second.pull()

    assert pulled.exit_code == 3
    (folder,) = second.conflicts()
    assert folder.name.startswith("spec-")
    assert folder.parent.name == "login"
    contents = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    assert contents["base.md"] == "one\ntwo\nthree\n"
    assert contents["ours.md"] == "THEIRS\ntwo\nthree\n"
    assert contents["theirs.md"] == "OURS\ntwo\nthree\n"
    assert "<<<<<<< ours\nTHEIRS\n" in contents["merged.md"]
    assert second.read("login") == "THEIRS\ntwo\nthree\n"
    pushed = second.push()
    assert pushed.exit_code == 3
    assert results(pushed)[f"login {SPEC}"] is Result.CONFLICT
    assert results(pushed)["login plan_md"] is Result.DONE
    assert second.pull().exit_code == 3
    assert second.conflicts() == [folder]


@pytest.mark.parametrize("choice", list(Choice))
def test_a_conflict_is_settled_by_a_choice(first: Clone, second: Clone, choice: Choice) -> None:
    first.write("login", "OURS\ntwo\nthree\n")
    second.write("login", "THEIRS\ntwo\nthree\n")
    first.push()
    second.pull()
    (conflict,) = open_conflicts(second.workspace)
    if choice is Choice.MERGED:
        with pytest.raises(UsageError, match="line 1"):
            resolve(second.workspace, conflict, choice)
        conflict.path("merged").write_text("BOTH\ntwo\nthree\n", encoding="utf-8")
    data = b"other\n" if choice is Choice.FILE else None

    resolve(second.workspace, conflict, choice, data)

    expected = {
        Choice.OURS: "THEIRS\ntwo\nthree\n",
        Choice.THEIRS: "OURS\ntwo\nthree\n",
        Choice.MERGED: "BOTH\ntwo\nthree\n",
        Choice.FILE: "other\n",
    }[choice]
    assert second.read("login") == expected
    assert open_conflicts(second.workspace) == []
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0
    assert first.read("login") == expected
    kept = {path.read_text("utf-8") for path in (second.workspace.local / "displaced").rglob("ours.md")}
    assert kept == {"THEIRS\ntwo\nthree\n"}


def test_what_was_edited_after_the_conflict_is_kept_when_theirs_is_taken(first: Clone, second: Clone) -> None:
    first.write("login", "OURS\n")
    second.write("login", "THEIRS\n")
    first.push()
    second.pull()
    second.write("login", "edited meanwhile\n")
    (conflict,) = open_conflicts(second.workspace)

    resolve(second.workspace, conflict, Choice.THEIRS)

    kept = {path.read_text("utf-8") for path in (second.workspace.local / "displaced").rglob("ours*.md")}
    assert kept == {"THEIRS\n", "edited meanwhile\n"}


def test_a_decision_on_what_is_not_the_newest_is_refused(first: Clone, second: Clone) -> None:
    first.write("login", "OURS\n")
    second.write("login", "THEIRS\n")
    first.push()
    second.pull()
    (old,) = open_conflicts(second.workspace)
    first.write("login", "OURS again\n")
    first.push()
    second.pull()

    (new,) = open_conflicts(second.workspace)

    assert new != old
    assert len(second.conflicts()) == 2  # none is deleted by us
    resolve(second.workspace, new, Choice.OURS)
    assert second.push().exit_code == 0


# Every case of the planner, through the whole engine: what the workspace and the Agency Core have afterwards

A, B, C = "a\n", "b\n", "c\n"
CASES: List[Tuple[Optional[str], Optional[str], Optional[str], Optional[str], Optional[str], int]] = [
    # base, local, remote → local, remote, exit code, of a pull and then a push
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
def test_every_case(  # noqa: PLR0917  # a case has these
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
    """Another client pushes between our look and our push."""

    def __init__(self) -> None:
        super().__init__()
        self.surprise: Optional[bytes] = None

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        if self.surprise is not None:
            data, self.surprise = self.surprise, None
            self.put(PROJECT, "login", SPEC, data)
        return super().push(request, key=key)


def test_a_race_is_lost_whole_and_said_by_name(tmp_path: Path) -> None:
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


# Whole sessions


def remove_session(clone: Clone, session: str) -> None:
    for path in sorted(session_folder(clone.workspace, session).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    session_folder(clone.workspace, session).rmdir()


def test_a_deleted_session_goes_everywhere_and_stays_gone(first: Clone, second: Clone, core: MemoryCore) -> None:
    second.workspace.point_to("login")
    remove_session(first, "login")

    assert first.push(allow_deletes=7).exit_code == 0
    assert core.sessions(PROJECT) == ("__blueprint__",)
    assert second.pull(allow_deletes=7).exit_code == 0

    assert second.workspace.sessions() == ("__blueprint__",)
    assert second.workspace.current_session().id == "__blueprint__"
    assert "login" not in state(second)["sessions"]
    kept = {path.name.split("~")[-1] for path in (second.workspace.local / "displaced").rglob("*.md")}
    assert "spec.md" in kept
    for clone in (second, first, second):
        assert clone.push().exit_code == clone.pull().exit_code == 0
    assert core.sessions(PROJECT) == ("__blueprint__",)
    assert first.workspace.sessions() == second.workspace.sessions() == ("__blueprint__",)


def test_a_session_that_is_deleted_there_and_edited_here_stays_whole(
    first: Clone, second: Clone, core: MemoryCore
) -> None:
    remove_session(first, "login")
    first.push(allow_deletes=7)
    second.write("login", "edited\n")

    report = second.pull()

    assert report.exit_code == 3
    assert len(live(second)) == 16
    assert second.push().exit_code == 3
    (conflict,) = open_conflicts(second.workspace)
    resolve(second.workspace, conflict, Choice.OURS)
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0
    assert live(first) == live(second)
    assert first.read("login") == "edited\n"


def test_a_session_that_is_deleted_here_and_edited_there_comes_back_whole(first: Clone, second: Clone) -> None:
    first.write("login", "edited\n")
    first.push()
    remove_session(second, "login")

    assert second.push().exit_code == 0
    assert second.pull().exit_code == 0

    assert live(first) == live(second)
    assert first.pull().exit_code == 0
    assert first.read("login") == "edited\n"


def test_a_new_session_arrives_complete(first: Clone, second: Clone) -> None:
    add_session(first.workspace, "billing")
    assert first.push().exit_code == 0

    assert second.pull(sessions=["billing"]).exit_code == 0

    assert live(first) == live(second)
    assert state(second)["sessions"]["billing"]["stages"] == state(first)["sessions"]["billing"]["stages"]


def test_only_what_was_asked_for(first: Clone, second: Clone, core: MemoryCore) -> None:
    first.write("login", "edited\n")
    first.write("__blueprint__", "edited too\n")

    report = first.push(sessions=["login"])

    assert {item.session for item in report.actions} == {"login"}
    assert core.get(PROJECT, "login", SPEC) == b"edited\n"
    assert core.get(PROJECT, "__blueprint__", SPEC) != b"edited too\n"
    with pytest.raises(NotFoundError, match="nobody"):
        first.push(sessions=["nobody"])


# Metadata and state


def test_metadata_is_merged_by_key(first: Clone, second: Clone) -> None:
    for clone, key, value in ((first, "owner", "Ada"), (second, "tags", ["x"])):
        path = session_folder(clone.workspace, "login") / "metadata" / "session.json"
        document = json.loads(path.read_text("utf-8"))
        document.update({key: value, "updated_at": f"2030-01-0{len(key)}T00:00:00Z"})
        path.write_text(json.dumps(document), encoding="utf-8")
    first.push()

    assert second.pull().exit_code == 0
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0

    for clone in (first, second):
        found = clone.workspace.metadata("login")
        assert (found.owner, found.tags, found.updated_at) == ("Ada", ("x",), "2030-01-05T00:00:00Z")


def test_a_conflict_of_metadata_is_settled_as_json(first: Clone, second: Clone) -> None:
    for clone, value in ((first, "Ada"), (second, "Bob")):
        metadata = clone.workspace.metadata("login")
        clone.workspace.write_metadata(metadata._replace(owner=value))
    first.push()

    assert second.pull().exit_code == 3
    (conflict,) = open_conflicts(second.workspace)
    assert json.loads(conflict.path("theirs").read_text("utf-8"))["owner"] == "Ada"
    resolve(second.workspace, conflict, Choice.THEIRS)
    assert second.workspace.metadata("login").owner == "Ada"
    assert second.push().exit_code == 0


def test_formatting_of_metadata_is_nobodys_change(first: Clone, core: MemoryCore) -> None:
    path = session_folder(first.workspace, "login") / "metadata" / "session.json"
    path.write_text(json.dumps(dict(reversed(list(json.loads(path.read_text("utf-8")).items())))), encoding="utf-8")

    assert first.push().actions == ()


def test_last_sync_is_local_and_set_only_when_all_succeeded(first: Clone, second: Clone, core: MemoryCore) -> None:
    assert state(first)["sessions"]["login"]["last_sync"]
    assert b"last_sync" not in (core.get(PROJECT, "login", "state_json") or b"")
    first.write("login", "OURS\n")
    second.write("login", "THEIRS\n")
    first.push()
    before = state(second)["sessions"]["login"]["last_sync"]
    engine = second.engine
    engine._now = lambda: "2040-01-01T00:00:00Z"

    engine.pull()

    assert state(second)["sessions"]["login"]["last_sync"] == before != "2040-01-01T00:00:00Z"
    (conflict,) = open_conflicts(second.workspace)
    resolve(second.workspace, conflict, Choice.OURS)
    engine.push()
    assert state(second)["sessions"]["login"]["last_sync"] == "2040-01-01T00:00:00Z"


def test_state_is_never_put_before_a_person(first: Clone, second: Clone) -> None:
    for clone, status in ((first, "passing"), (second, "failing")):
        document = state(clone)
        document["sessions"]["login"]["validation_status"] = status
        path = clone.workspace.folder / "projects" / PROJECT / "session_state.json"
        path.write_text(json.dumps(document), encoding="utf-8")
    first.push()

    assert second.push().exit_code == 6
    assert second.pull().exit_code == 0
    assert second.push().exit_code == 0
    assert first.pull().exit_code == 0
    assert state(first)["sessions"]["login"]["validation_status"] == "failing"
    assert second.conflicts() == []


def test_a_lost_state_file_is_restored_not_deleted(first: Clone, core: MemoryCore) -> None:
    before = core.get(PROJECT, "login", "state_json")
    (first.workspace.folder / "projects" / PROJECT / "session_state.json").write_text("broken", encoding="utf-8")

    first.push()

    assert core.get(PROJECT, "login", "state_json") == before
    first.pull()
    assert state(first)["sessions"]["login"]["stages"]
    assert core.get(PROJECT, "login", "state_json") == before


# Losses


def forget(clone: Clone) -> None:
    for path in sorted((clone.workspace.local / "sync").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_lost_base_joins_and_conflicts_but_deletes_nothing(first: Clone, second: Clone, core: MemoryCore) -> None:
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


def test_a_server_with_other_data_under_the_same_address(first: Clone, second: Clone) -> None:
    other = MemoryCore("another")
    moved = first._replace(transport=other)
    first.path("login", Stage.PLAN).unlink()

    report = moved.push()

    assert report.exit_code == 0
    assert set(actions(report).values()) == {Action.PUSH}
    assert any(isinstance(event, Warned) and "other data" in event.message for event in first.events)
    assert moved.push().actions == ()


def test_a_server_that_was_set_back_deletes_nothing(first: Clone, second: Clone, core: MemoryCore) -> None:
    first.write("login", "newer\n")
    add_session(first.workspace, "billing")
    first.push()
    second.pull()
    core.roll_back(PROJECT, 3)

    report = second.pull()

    assert not {Action.DELETE_LOCAL} & set(actions(report).values())
    assert "billing" in second.workspace.sessions()
    assert second.read("login") == "newer\n"


def test_a_cursor_that_is_too_old_costs_a_manifest_only(first: Clone, second: Clone, core: MemoryCore) -> None:
    first.write("login", "newer\n")
    first.push()
    core.oldest_cursor = 10**6

    assert second.pull().exit_code == 0
    assert second.read("login") == "newer\n"


# Rails


def test_paused(first: Clone, core: MemoryCore) -> None:
    (first.workspace.folder / "SYNC_PAUSED").touch()
    core.calls.clear()
    for run in (first.push, first.pull, first.engine.status):
        with pytest.raises(RefusedError, match="paused"):
            run()
    assert core.calls == []


def test_another_address_is_refused(first: Clone, core: MemoryCore) -> None:
    engine = first.engine
    engine._endpoint = "https://elsewhere.example"
    core.calls.clear()
    with pytest.raises(RefusedError, match="bound to"):
        engine.push()
    assert core.calls == []


def test_a_disk_that_is_away_is_no_deletion(first: Clone, core: MemoryCore) -> None:
    project = first.workspace.folder / "projects" / PROJECT
    project.rename(project.with_name("away"))
    before = core.documents(PROJECT)
    for run in (first.push, first.pull):
        with pytest.raises(RefusedError, match="its files are gone"):
            run()
    (project / "sessions").mkdir(parents=True)
    with pytest.raises(RefusedError, match="its files are gone"):
        first.push()
    assert core.documents(PROJECT) == before


def test_many_deletions_are_refused_until_they_are_allowed(first: Clone, core: MemoryCore) -> None:
    remove_session(first, "login")
    add_session(first.workspace, "one")
    before = core.documents(PROJECT)
    with pytest.raises(RefusedError, match="7 artifacts of 1 session") as refused:
        first.push(sessions=["login"])
    assert "--allow-deletes 7" in refused.value.hint
    with pytest.raises(RefusedError):
        first.push(sessions=["login"], allow_deletes=6)
    assert core.documents(PROJECT) == before
    assert first.push(sessions=["login"], allow_deletes=7).exit_code == 0


HOSTILE = [
    "../../escape",
    "/etc",
    "C:evil",
    "con",
    "nul.txt",
    "a\0b",
    "..",
    ".",
    "",
    "a/b",
    "a\\b",
    "x" * 300,
    "e\u0301",
    "a\u202eb",
]


@pytest.mark.parametrize("session", HOSTILE)
@pytest.mark.parametrize("fresh", [True, False])
def test_ids_from_the_wire_are_not_trusted(
    first: Clone, clone: Cloning, core: MemoryCore, session: str, fresh: bool
) -> None:
    core.put(PROJECT, session, SPEC, b"evil\n")
    target = clone("victim") if fresh else first
    around = target.workspace.folder.parent.parent
    before = sorted(path for path in around.rglob("*") if ".local" not in path.parts)
    with pytest.raises(RefusedError, match="can't be a folder"):
        target.pull()
    assert sorted(path for path in around.rglob("*") if ".local" not in path.parts) == before


class Lying(MemoryCore):
    """Hands out what does not fit its revision."""

    def __init__(self, change: Dict[str, Any]) -> None:
        super().__init__()
        self.change = change

    def pull(self, request: PullRequest) -> PullPage:
        page = super().pull(request)
        items = [PullItem(**{**item.model_dump(), **self.change}) for item in page.items]
        return page.model_copy(update={"items": items})


@pytest.mark.parametrize("change", [{"content": "other"}, {"encoding": "base64", "content": "?"}, {"revision": "v1-x"}])
def test_content_that_is_not_what_it_says_is_not_taken(tmp_path: Path, change: Dict[str, Any]) -> None:
    core = Lying(change)
    core.put(PROJECT, "login", SPEC, b"x\n")
    clone = Clone(ProjectWorkspace(tmp_path / ".idse", PROJECT), core, [])
    with pytest.raises(RemoteError):
        clone.pull()
    assert not (tmp_path / ".idse" / "projects").exists()


@pytest.mark.parametrize("key", ["other_md", "../../x", "", "SPEC_MD"])
def test_unknown_documents_are_somebody_elses_business(tmp_path: Path, key: str) -> None:
    core = MemoryCore()
    core.put(PROJECT, "login", SPEC, b"x\n")
    core.put(PROJECT, "login", key, b"y\n")
    clone = Clone(ProjectWorkspace(tmp_path / ".idse", PROJECT), core, [])
    assert clone.pull().exit_code == 0
    assert list(live(clone)) == [f"projects/{PROJECT}/sessions/login/spec.md"]


def test_a_project_that_is_nowhere(tmp_path: Path) -> None:
    clone = Clone(ProjectWorkspace(tmp_path / ".idse", PROJECT), MemoryCore(), [])
    for run in (clone.pull, clone.push, clone.engine.status):
        with pytest.raises(NotFoundError):
            run()
    assert not (tmp_path / ".idse").exists()


def test_a_look_at_a_project_that_is_not_here_leaves_nothing(first: Clone, clone: Cloning) -> None:
    made = clone("new")
    assert len(made.pull(dry_run=True).actions) == 18
    assert not made.workspace.folder.exists()


# Contents


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00binary", b"", b"no newline", b"\xef\xbb\xbfbom\r\n", "ünïcödé\n".encode()]
)
def test_bytes_survive_the_journey(first: Clone, second: Clone, data: bytes) -> None:
    first.path("login").write_bytes(data)
    assert first.push().exit_code == 0
    assert second.pull().exit_code == 0
    assert second.path("login").read_bytes() == data


def test_binary_edits_on_both_sides_are_a_conflict(first: Clone, second: Clone) -> None:
    first.path("login").write_bytes(b"\0ours")
    second.path("login").write_bytes(b"\0theirs")
    first.push()
    assert second.pull().exit_code == 3
    (folder,) = second.conflicts()
    assert not (folder / "merged.md").exists()


def test_an_artifact_that_is_too_large_is_left_and_the_rest_flows(first: Clone, core: MemoryCore) -> None:
    with first.path("login").open("wb") as file:
        file.truncate(9 << 20)
    first.write("login", "a plan\n", Stage.PLAN)

    report = first.push()

    assert report.exit_code == 7
    assert results(report)[f"login {SPEC}"] is Result.SKIPPED
    assert core.get(PROJECT, "login", "plan_md") == b"a plan\n"


def test_large_sessions_are_sent_in_parts(first: Clone, core: MemoryCore) -> None:
    for stage in (Stage.SPEC, Stage.PLAN, Stage.TASKS):
        first.write("login", "x" * (7 << 20) + stage.value, stage)
    core.pushed.clear()
    engine = first.engine

    assert engine.push().exit_code == 0

    sizes = [len(request.model_dump_json()) for request in core.pushed]
    assert all(size < 32 << 20 for size in sizes)
    assert (core.get(PROJECT, "login", SPEC) or b"").endswith(b"spec")


def test_a_link_that_leads_outside_is_not_sent(first: Clone, core: MemoryCore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    first.path("login").unlink()
    try:
        first.path("login").symlink_to(secret)
    except OSError:
        pytest.skip("no links here")

    assert first.push().exit_code == 7
    assert all(data != b"secret" for data in core.documents(PROJECT).values())


def test_both_layouts_meet(first: Clone, tmp_path: Path, core: MemoryCore) -> None:
    nested = Clone(make_workspace(tmp_path / "nested", layout=Layout.NESTED), MemoryCore("x"), [])
    nested = nested._replace(transport=core)
    nested.pull()
    assert (session_folder(nested.workspace, "login") / "specs" / "spec.md").read_text("utf-8") == "one\ntwo\nthree\n"
    write_artifact(nested.workspace, "login", Stage.SPEC, "edited\n")
    assert nested.push(sessions=["login"]).exit_code == 0
    assert first.pull().exit_code == 0
    assert first.read("login") == "edited\n"


def test_the_endpoint_is_remembered(first: Clone) -> None:
    path = first.workspace.local / "sync" / "remotes.json"
    assert json.loads(path.read_text("utf-8")) == {
        PROJECT: {"endpoint": ENDPOINT, "project_id": PROJECT, "server_id": "memory"}
    }
