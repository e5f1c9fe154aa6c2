"""Caches and the number of processes change how long a run takes, never what it finds."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import pytest

from benchmarks.workspaces import PROJECT, Generated, generate
from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.documents import to_json
from idse_core.reports.findings_json import validate_document
from idse_core.stage_state_model import StageStateModel
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_core.validation.session_judgement import Judged
from idse_core.validation.session_memory import SessionMemory
from idse_core.validation.worker import Task, judge
from idse_core.validation.workers import Workers
from idse_core.validation_engine import ValidationEngine

GENERATED = 10
KEPT = (0, 1, 3, 5, 7, 9)  # one of each fault that the generator makes, and one without
SESSIONS = len(KEPT)
OLD = 1_700_000_000  # seconds since the epoch: settled, as long as nothing changes it


@pytest.fixture(scope="module", params=list(Layout), ids=str)
def judged_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """A workspace that has been judged; no test changes it."""
    workspace = generate(tmp_path_factory.mktemp("judged"), sessions=GENERATED, layout=request.param)
    folder = workspace.folder / ".idse/projects" / PROJECT / "sessions"
    kept = [workspace.sessions[number] for number in KEPT]
    for session in set(workspace.sessions) - set(kept):
        shutil.rmtree(folder / session)
    artifacts = [path for path in workspace.artifacts if path.relative_to(folder).parts[0] in kept]
    size = sum(path.stat().st_size for path in artifacts)
    workspace = workspace._replace(sessions=kept, artifacts=artifacts, size=size)
    report(workspace)
    return workspace


@pytest.fixture
def made(judged_once: Generated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generated:
    """A copy of it with the cache, in which all files look as if they had not changed for long."""
    folder = tmp_path / "made"
    shutil.copytree(judged_once.folder, folder)
    settle(monkeypatch)
    artifacts = [folder / path.relative_to(judged_once.folder) for path in judged_once.artifacts]
    return judged_once._replace(folder=folder, artifacts=artifacts)


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes: the clock goes ten seconds ahead of the files."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10_000_000_000)


def report(made: Generated, *, cache: bool = True, jobs: int = 1) -> str:
    """The JSON report, as a new process would write it."""
    workspace = ProjectWorkspace.open(IdseConfig(start=made.folder))
    engine = ValidationEngine(workspace, use_cache=cache, jobs=jobs)
    found = engine.validate(workspace.sessions())
    return to_json(validate_document(found, found)) + repr(found)


def touch(made: Generated) -> None:
    for path in made.artifacts:
        os.utime(path, (OLD, OLD))


def rewrite(made: Generated) -> None:
    for path in made.artifacts[:20]:
        path.write_bytes(path.read_bytes())


def change(made: Generated) -> None:
    path = made.artifacts[9]
    path.write_text(path.read_text("utf-8") + "\n- TODO: one more\n", encoding="utf-8")


def change_within_its_length(made: Generated) -> None:
    path = made.artifacts[2]
    text = path.read_text("utf-8")
    path.write_text(text.replace("AC-3", "AC-4", 1), encoding="utf-8")


def exchange(made: Generated) -> None:
    """Swap two files, with their times."""
    first, second = made.artifacts[0], made.artifacts[7]
    kept = first.with_name("kept")
    first.rename(kept)
    second.rename(first)
    kept.rename(second)


def remove(made: Generated) -> None:
    made.artifacts[17].unlink()


def empty(made: Generated) -> None:
    made.artifacts[18].write_bytes(b"")


def break_encoding(made: Generated) -> None:
    made.artifacts[19].write_bytes(b"# Spec\n\xff\n")


def break_metadata(made: Generated) -> None:
    (made.folder / ".idse/projects" / PROJECT / "sessions" / made.sessions[3] / "metadata/session.json").write_text("{")


def drop_metadata(made: Generated) -> None:
    (made.folder / ".idse/projects" / PROJECT / "sessions" / made.sessions[3] / "metadata/session.json").unlink()


def break_pointer(made: Generated) -> None:
    (made.folder / ".idse/projects" / PROJECT / "CURRENT_SESSION").write_text("nobody\n")


def break_state(made: Generated) -> None:
    (made.folder / ".idse/projects" / PROJECT / "session_state.json").write_text("[]")


def record_states(made: Generated) -> None:
    workspace = ProjectWorkspace.open(IdseConfig(start=made.folder))
    engine = ValidationEngine(workspace)
    engine.record(engine.validate(workspace.sessions()))


def record_a_change(made: Generated) -> None:
    """Record a change of one session, after all were recorded; then of another one."""
    for number in (9, 30):
        record_states(made)
        report(made)
        path = made.artifacts[number]
        path.write_text(path.read_text("utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")
    record_states(made)


def record_other_states(made: Generated) -> None:
    record_states(made)
    path = made.folder / ".idse/projects" / PROJECT / "session_state.json"
    path.write_text(path.read_text("utf-8").replace('"completed"', '"pending"'), encoding="utf-8")


def add_a_linked_file(made: Generated) -> None:
    """Add the file that an artifact links to, which is not a document itself."""
    plan = next(path for path in made.artifacts if path.name == "plan.md" and "drawing.svg" in path.read_text("utf-8"))
    plan.with_name("drawing.svg").write_text("<svg/>")


def add_a_rule(made: Generated, what: str = "literals: [batch]") -> None:
    rules = made.folder / ".idse/rules"
    rules.mkdir()
    (rules / "own.yaml").write_text(
        "pack: own\nrules:\n  - {id: OWN001, name: own-batch, article: I, kind: forbid-pattern, stages: all,\n"
        f"     severity: info, with: {{{what}}}, message: '{{match}}', fix: 'Say which.',\n"
        "     examples: {valid: ['x'], invalid: ['batch']}}\n"
    )


def add_a_template(made: Generated) -> None:
    templates = made.folder / ".idse/templates"
    templates.mkdir()
    (templates / "intent.md").write_bytes(made.artifacts[0].read_bytes())


def add_a_session(made: Generated) -> None:
    folder = made.folder / ".idse/projects" / PROJECT / "sessions/new"
    folder.mkdir()
    (folder / "spec.md").write_text("# Spec\n\n[REQUIRES INPUT]\n")


def link_outside(made: Generated) -> None:
    """Leave the file itself as it was, but make a link lead to it."""
    folder = made.artifacts[5].parent
    kept = made.folder / "outside"
    folder.rename(kept)
    folder.symlink_to(kept)


def break_the_cache(made: Generated) -> None:
    (made.folder / ".idse/.local/cache/results.sqlite3").write_bytes(b"no database" * 100)


def fill_the_cache_with_nonsense(made: Generated) -> None:
    with closing(sqlite3.connect(str(made.folder / ".idse/.local/cache/results.sqlite3"))) as connection, connection:
        connection.execute("UPDATE sessions SET value = '[[], 1]'")
        connection.execute("UPDATE results SET value = '{}'")
        connection.execute("UPDATE facts SET value = '[[1]]'")


CHANGES: List[Callable[[Generated], None]] = [
    touch,
    rewrite,
    change,
    change_within_its_length,
    exchange,
    remove,
    empty,
    break_encoding,
    break_metadata,
    drop_metadata,
    break_pointer,
    break_state,
    record_states,
    record_a_change,
    record_other_states,
    add_a_linked_file,
    add_a_rule,
    add_a_template,
    add_a_session,
    pytest.param(link_outside, marks=pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")),  # type: ignore[list-item]
    break_the_cache,
    fill_the_cache_with_nonsense,
]


def test_a_generated_workspace_has_findings_to_compare(made: Generated) -> None:
    text = report(made)
    for rule in ("ART003", "TRC001", "TRC003", "LNK001"):
        assert rule in text


def forget(made: Generated) -> None:
    shutil.rmtree(made.folder / ".idse/.local/cache")


def remembered(made: Generated) -> Dict[str, List[Tuple[object, ...]]]:
    """Everything in the cache."""
    path = made.folder / ".idse/.local/cache/results.sqlite3"
    with closing(sqlite3.connect(str(path))) as connection:
        tables = ("results", "sessions", "facts")
        return {table: sorted(connection.execute(f"SELECT * FROM {table}")) for table in tables}


def test_the_same_findings_cold_and_cached(made: Generated) -> None:
    without = report(made, cache=False)
    forget(made)
    assert [report(made) for _ in range(4)] == [without] * 4


@pytest.fixture
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """Make any number of sessions worth several processes; returns the sessions that those judged."""
    asked: List[str] = []
    ask = Workers.judged

    def asking(self: Workers, session: str) -> Optional[Judged]:
        found = ask(self, session)
        asked.extend([session] if found is not None else [])
        return found

    monkeypatch.setattr("idse_core.validation_engine._WORTHWHILE", 1)
    monkeypatch.setattr(Workers, "judged", asking)
    return asked


def test_the_same_findings_and_the_same_cache_with_several_processes(made: Generated, worthwhile: List[str]) -> None:
    forget(made)
    alone = report(made)
    kept = remembered(made)
    forget(made)
    assert worthwhile == []
    assert report(made, jobs=2) == alone
    assert sorted(worthwhile) == sorted(made.sessions)
    assert remembered(made) == kept


def test_the_same_findings_with_several_processes_where_something_is_wrong(
    made: Generated, worthwhile: List[str]
) -> None:
    for alter in (break_encoding, break_metadata, empty, remove, add_a_rule):
        alter(made)
    assert report(made, cache=False, jobs=2) == report(made, cache=False)
    assert sorted(worthwhile) == sorted(made.sessions)


def test_where_one_process_does_not_judge_the_owner_goes_on_alone(
    made: Generated, worthwhile: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a rule fails: the session at which it first does must not depend on which process was faster."""
    without = report(made, cache=False)
    monkeypatch.setattr("idse_core.validation.workers.judge", judge_all_but_one)
    assert report(made, cache=False, jobs=2) == without
    assert worthwhile == made.sessions[: made.sessions.index(REFUSED)]


REFUSED = "branch-00005"


def judge_all_but_one(tasks: Sequence[Task]) -> List[Optional[Judged]]:
    found = judge(tasks)
    return [None if session == REFUSED else item for (session, _), item in zip(tasks, found)]


def test_processes_look_only_at_what_changed(made: Generated, worthwhile: List[str]) -> None:
    report(made)
    change(made)
    without = report(made, cache=False)
    assert [report(made, jobs=2), report(made, jobs=2)] == [without] * 2
    assert worthwhile == [made.sessions[1]]


def test_a_process_that_dies_ends_nothing(
    made: Generated, worthwhile: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = report(made, cache=False)
    monkeypatch.setattr("idse_core.validation.workers.judge", die)
    assert report(made, cache=False, jobs=2) == without
    assert worthwhile == []


def die(tasks: object) -> None:
    del tasks
    os._exit(3)


@pytest.mark.parametrize("alter", CHANGES, ids=lambda alter: alter.__name__)
def test_the_same_findings_after_a_change(made: Generated, alter: Callable[[Generated], None]) -> None:
    report(made)  # it notices that the copies are what they were copied from
    alter(made)
    without = report(made, cache=False)
    assert [report(made), report(made)] == [without] * 2


def test_what_is_cached_is_used(made: Generated, monkeypatch: pytest.MonkeyPatch) -> None:
    report(made)
    read: List[Tuple[str, str]] = []
    judged: List[str] = []
    load, about = DesignStoreFilesystem.load_session, SessionMemory.about_project

    def loading(self: DesignStoreFilesystem, project: str, session: str) -> object:
        read.append((project, session))
        return load(self, project, session)

    def asking(self: SessionMemory, judge: Callable[[], object]) -> object:
        return about(self, lambda: judged.append("") or judge())  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(DesignStoreFilesystem, "load_session", loading)
    monkeypatch.setattr(SessionMemory, "about_project", asking)
    report(made)
    assert (read, judged) == ([], [])
    change(made)
    report(made)
    assert {session for _, session in read} == {made.sessions[1]}


def test_recording_again_looks_at_no_state(made: Generated, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        record_states(made)
    state = made.folder / ".idse/projects" / PROJECT / "session_state.json"
    before = state.read_bytes()

    def parse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the states were parsed, though nothing changed")

    workspace = ProjectWorkspace.open(IdseConfig(start=made.folder))
    engine = ValidationEngine(workspace)
    engine.validate(workspace.sessions())
    record_states(made)
    monkeypatch.setattr("idse_core.stage_state_model.StageStateModel.parse", parse)
    record_states(made)
    assert state.read_bytes() == before


def test_recording_a_change_parses_no_other_session(made: Generated, monkeypatch: pytest.MonkeyPatch) -> None:
    record_states(made)
    report(made)
    change(made)
    state = made.folder / ".idse/projects" / PROJECT / "session_state.json"
    seen: List[bytes] = []
    parse = StageStateModel.parse

    def parsing(data: bytes, *, path: str) -> StageStateModel:
        seen.append(data)
        return parse(data, path=path)

    before = parse(state.read_bytes(), path="x")
    workspace = ProjectWorkspace.open(IdseConfig(start=made.folder))
    engine = ValidationEngine(workspace)
    found = engine.validate(workspace.sessions())
    monkeypatch.setattr(StageStateModel, "parse", staticmethod(parsing))
    engine.record(found)
    assert [set(json.loads(data)["sessions"]) for data in seen][-1] == {made.sessions[1], made.sessions[-1]}
    judged = ((item.session, item.stages, item.validation_status) for item in found.sessions)
    assert state.read_bytes() == before.record_all(judged).serialize()


def test_all_stages_are_generated(made: Generated) -> None:
    assert len(made.artifacts) == SESSIONS * len(Stage)
    assert 5_000 < made.size / len(made.artifacts) < 6_000


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (generate(tmp_path / name, sessions=3, seed=7) for name in ("a", "b"))
    assert [path.read_bytes() for path in first.artifacts] == [path.read_bytes() for path in second.artifacts]
    assert generate(tmp_path / "c", sessions=3, seed=8).artifacts[0].read_bytes() != first.artifacts[0].read_bytes()
