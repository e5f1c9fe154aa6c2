"""A sync that is killed at any of its effects is completed by the next one, and nobody's words are lost."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import pytest

from idse_core.agency import handshake
from idse_core.agency.base_store import BaseStore
from idse_core.agency.protocol import PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.filesystem import DesignStoreFilesystem
from tests.agency.conftest import Clone
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, config_for, make_workspace, session_folder, tree


class Killed(BaseException):
    """Stands for the death of the process."""


class Fuse:
    """Allows a number of effects, and kills before or after the next one. After that, no effect happens any more."""

    def __init__(self, number: int, *, after: bool) -> None:
        self.left = number
        self.after = after
        self.dead = False

    def around(self, effect: Callable[[], Any]) -> Any:
        if self.dead:
            raise Killed
        self.left -= 1
        if self.left > 0:
            return effect()
        self.dead = True
        if self.after:
            effect()
        raise Killed


EFFECTS: Tuple[Tuple[Any, str], ...] = (
    (DesignStoreFilesystem, "write"),
    (DesignStoreFilesystem, "displace"),
    (DesignStoreFilesystem, "save_session"),
    (DesignStoreFilesystem, "create_project"),
    (DesignStoreFilesystem, "discard_session"),
    (BaseStore, "record"),
    (BaseStore, "observe"),
    (BaseStore, "start_again"),
    (BaseStore, "correct"),
    (handshake, "pin"),
)


class Wire:
    """The connection of one process to the server, which ends when the process dies."""

    def __init__(self, core: MemoryCore, fuse: Fuse) -> None:
        self.core = core
        self.fuse = fuse

    def info(self) -> ServerInfo:
        return self.core.info()

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        result: PushResult = self.fuse.around(lambda: self.core.push(request, key=key))
        return result

    def pull(self, request: PullRequest) -> PullPage:
        return self.core.pull(request)

    def close(self) -> None:
        """Nothing to close."""


class Case(NamedTuple):
    """A workspace and its server; each test works on copies of both."""

    folder: Path
    core: MemoryCore


OWED = ("OURS ONLY", "THEIRS ONLY", "MERGED HERE", "MERGED THERE", "NEW HERE", "NEW THERE", "KEPT", "RESTORED", "FRESH")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A workspace and a server with every kind of change that a document can have."""
    folder = tmp_path_factory.mktemp("case")
    core = MemoryCore()
    text = "first\n\nsecond\n\nthird\n"
    names = ("merge", "conflict", "gone-there", "gone-here")
    specs = {name: dict.fromkeys(Stage, text) for name in names}
    clone = Clone(make_workspace(folder, sessions=specs), core, [])
    assert clone.push().exit_code == 0

    def there(session: str, stage: Stage, data: Optional[str]) -> None:
        core.put(PROJECT, session, f"{stage}_md", None if data is None else data.encode())

    clone.write("merge", "MERGED HERE\n\nsecond\n\nthird\n")
    there("merge", Stage.SPEC, "first\n\nsecond\n\nMERGED THERE\n")
    clone.write("merge", "NEW HERE\n", Stage.PLAN)
    there("merge", Stage.TASKS, "NEW THERE\n")
    there("merge", Stage.CONTEXT, None)
    clone.path("merge", Stage.INTENT).unlink()
    clone.write("conflict", "OURS ONLY\n")
    there("conflict", Stage.SPEC, "THEIRS ONLY\n")
    clone.write("conflict", "KEPT\n", Stage.PLAN)
    there("conflict", Stage.PLAN, None)
    clone.path("conflict", Stage.TASKS).unlink()
    there("conflict", Stage.TASKS, "RESTORED\n")
    for stage in Stage:
        there("gone-there", stage, None)
    core.put(PROJECT, "gone-there", "session_metadata", None)
    core.put(PROJECT, "gone-there", "state_json", None)
    shutil.rmtree(session_folder(clone.workspace, "gone-here"))
    add_session(clone.workspace, "here", switch=False)
    for stage in Stage:
        there("there", stage, f"FRESH {stage}\n")
    return Case(folder, core)


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch, unflushed: None) -> List[Optional[Fuse]]:
    """A holder for a fuse that guards all effects of this process."""
    holder: List[Optional[Fuse]] = [None]

    def guard(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            fuse = holder[0]
            if fuse is None:
                return original(*args, **kwargs)
            return fuse.around(lambda: original(*args, **kwargs))

        monkeypatch.setattr(owner, name, guarded)

    for owner, name in EFFECTS:
        guard(owner, name)
    return holder


def synced(clone: Clone) -> None:
    clone.pull(allow_deletes=100)
    clone.push(allow_deletes=100)


def live(clone: Clone) -> Dict[str, bytes]:
    return {name: data for name, data in tree(clone.workspace.folder).items() if "/sessions/" in name}


def anywhere(clone: Clone, core: MemoryCore) -> bytes:
    found = [path.read_bytes() for path in clone.workspace.folder.rglob("*") if path.suffix in {".md", ".json"}]
    found += [data for revisions in core.history.values() for data in revisions]
    return b"\0".join(found)


def copied(case: Case, folder: Path) -> Tuple[ProjectWorkspace, MemoryCore]:
    shutil.copytree(str(case.folder), str(folder))
    return ProjectWorkspace.open(config_for(folder)), case.core.copy()


def finished(case: Case, folder: Path) -> Tuple[Dict[str, bytes], Dict[Tuple[str, str], bytes]]:
    """The result of a run without a crash."""
    workspace, core = copied(case, folder)
    clone = Clone(workspace, core, [])
    for _ in range(2):
        synced(clone)
    return live(clone), core.documents(PROJECT)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_effect(case: Case, tmp_path: Path, fused: List[Optional[Fuse]], after: bool) -> None:
    expected_live, expected_core = finished(case, tmp_path / "whole")
    number, ran_through = 0, False
    while not ran_through:
        number += 1
        folder = tmp_path / str(number)
        workspace, core = copied(case, folder)
        fuse = Fuse(number, after=after)
        fused[0] = fuse
        try:
            synced(Clone(workspace, Wire(core, fuse), []))
            ran_through = True
        except Killed:
            pass
        finally:
            fused[0] = None
        reopened = Clone(ProjectWorkspace.open(config_for(folder)), core, [])
        assert reopened.workspace.current_session().problem == "", number
        for _ in range(2):
            synced(reopened)
        assert live(reopened) == expected_live, number
        assert core.documents(PROJECT) == expected_core, number
        text = anywhere(reopened, core)
        assert [word for word in OWED if word.encode() not in text] == [], number
        assert sorted((item.session, item.name) for item in open_conflicts(reopened.workspace)) == [
            ("conflict", "plan"),
            ("conflict", "spec"),
        ], number
        shutil.rmtree(str(folder))
    assert number > 20


@pytest.mark.parametrize("after", [False, True])
def test_killed_while_a_project_is_pulled(case: Case, tmp_path: Path, fused: List[Optional[Fuse]], after: bool) -> None:
    number, ran_through = 0, False
    while not ran_through:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        core = case.core.copy()
        fuse = Fuse(number, after=after)
        fused[0] = fuse
        try:
            Clone(ProjectWorkspace(folder / ".idse", PROJECT), Wire(core, fuse), []).pull()
            ran_through = True
        except Killed:
            pass
        finally:
            fused[0] = None
        if (folder / ".idse" / "projects").exists():
            assert ProjectWorkspace(folder / ".idse", PROJECT).current_session().problem == "", number
        again = Clone(ProjectWorkspace(folder / ".idse", PROJECT), core, [])
        assert again.pull().exit_code == 0, number
        stored = {f"{session} {key}" for session, key in core.documents(PROJECT) if key.endswith("_md")}
        assert len([name for name in live(again) if name.endswith(".md")]) == len(stored)
        assert again.pull().actions == again.push().actions == ()
        shutil.rmtree(str(folder))
    assert number > 5


@pytest.mark.parametrize("choice", [Choice.OURS, Choice.THEIRS])
@pytest.mark.parametrize("after", [False, True])
def test_killed_while_a_conflict_is_settled(
    case: Case, tmp_path: Path, fused: List[Optional[Fuse]], choice: Choice, after: bool
) -> None:
    number, ran_through = 0, False
    while not ran_through:
        number += 1
        folder = tmp_path / str(number)
        workspace, core = copied(case, folder)
        clone = Clone(workspace, core, [])
        synced(clone)
        conflict = next(item for item in open_conflicts(workspace) if item.name == "spec")
        fuse = Fuse(number, after=after)
        fused[0] = fuse
        try:
            resolve(workspace, conflict, choice)
            ran_through = True
        except Killed:
            pass
        finally:
            fused[0] = None
        remaining = [item for item in open_conflicts(workspace) if item.name == "spec"]
        for item in remaining:
            resolve(workspace, item, choice)
        synced(clone)
        expected = b"OURS ONLY\n" if choice is Choice.OURS else b"THEIRS ONLY\n"
        assert core.get(PROJECT, "conflict", "spec_md") == expected, number
        assert clone.read("conflict") == expected.decode(), number
        text = anywhere(clone, core)
        assert b"OURS ONLY" in text, number
        shutil.rmtree(str(folder))
