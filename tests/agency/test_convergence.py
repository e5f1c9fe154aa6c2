"""Several workspaces, one server, any actions in any order: in the end all are equal, and nobody's words are lost."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Callable, Dict, List, Set

import pytest

from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.errors import IdseError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.conftest import Clone
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, config_for, make_workspace, session_folder, tree

_ROUNDS = 6
_STAGES = (Stage.INTENT, Stage.SPEC, Stage.PLAN)


class World:
    """Three people with a clone each, who write unique words."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.core = MemoryCore(page_items=self.chance.choice([3, 10, 500]))
        origin = Clone(make_workspace(folder / "0", sessions={"login": {}}), self.core, [])
        assert origin.push().exit_code == 0
        self.clones = [origin]
        for number in (1, 2):
            (folder / str(number)).mkdir()
            clone = Clone(ProjectWorkspace(folder / str(number) / ".idse", PROJECT), self.core, [])
            assert clone.pull().exit_code == 0
            self.clones.append(Clone(ProjectWorkspace.open(config_for(folder / str(number))), self.core, []))
        self.owed: Set[str] = set()
        self.written = 0
        self.trace: List[str] = []

    def step(self) -> None:
        number = self.chance.randrange(len(self.clones))
        clone = self.clones[number]
        doings: List[Callable[[Clone], None]] = [
            self.edit, self.edit, self.edit, self.append, self.append, self.delete, self.spawn, self.drop,
            self.settle, self.push, self.push, self.pull, self.pull, self.forget,
        ]  # fmt: skip
        doing = self.chance.choice(doings)
        self.trace.append(f"{number} {doing.__name__}")
        before = self.words(clone)
        doing(clone)
        if doing not in {self.push, self.pull, self.settle, self.forget}:
            self.owed -= before - self.words(clone)  # a person removed these words deliberately

    def words(self, clone: Clone) -> Set[str]:
        """The words in the documents of a workspace."""
        text = b"\0".join(live(clone).values())
        return {word for word in self.owed if word.encode() in text}

    def session(self, clone: Clone) -> str:
        return self.chance.choice(clone.workspace.sessions())

    def word(self) -> str:
        self.written += 1
        word = f"word-{self.written:04d}-"
        self.owed.add(word)
        return word

    def edit(self, clone: Clone) -> None:
        """Replace a line of an artifact, or create it; its previous content has been read."""
        session, stage = self.session(clone), self.chance.choice(_STAGES)
        lines = (clone.read(session, stage) or "").splitlines(keepends=True)
        if lines:
            lines[self.chance.randrange(len(lines))] = f"{self.word()}\n"
        else:
            lines = [f"{self.word()}\n"]
        clone.write(session, "".join(lines), stage)

    def append(self, clone: Clone) -> None:
        session, stage = self.session(clone), self.chance.choice(_STAGES)
        clone.write(session, (clone.read(session, stage) or "") + f"\n{self.word()}\n", stage)

    def delete(self, clone: Clone) -> None:
        path = clone.path(self.session(clone), self.chance.choice(_STAGES))
        if path.exists():
            path.unlink()

    def spawn(self, clone: Clone) -> None:
        name = f"session-{self.chance.randrange(3)}"
        if name not in clone.workspace.sessions():
            add_session(clone.workspace, name, switch=False)

    def drop(self, clone: Clone) -> None:
        session = self.session(clone)
        if session not in {"__blueprint__", clone.workspace.current_session().id}:
            shutil.rmtree(session_folder(clone.workspace, session))

    def settle(self, clone: Clone) -> None:
        for conflict in open_conflicts(clone.workspace):
            resolve(clone.workspace, conflict, self.chance.choice([Choice.OURS, Choice.THEIRS]))

    def push(self, clone: Clone) -> None:
        clone.push(allow_deletes=1000)

    def pull(self, clone: Clone) -> None:
        clone.pull(allow_deletes=1000)

    def forget(self, clone: Clone) -> None:
        """Sometimes lose the sync state."""
        if self.chance.random() < 0.1:
            shutil.rmtree(str(clone.workspace.local / "sync"), ignore_errors=True)

    def settled(self) -> bool:
        """Let everybody sync once; return whether nothing changed."""
        quiet = True
        for clone in self.clones:
            reports = [clone.pull(allow_deletes=1000)]
            self.settle(clone)
            reports.append(clone.push(allow_deletes=1000))
            quiet = quiet and not any(report.actions for report in reports)
        return quiet

    def lost(self) -> List[str]:
        """Words that nobody removed and that can't be found anywhere."""
        kept = [data for revisions in self.core.history.values() for data in revisions]
        for clone in self.clones:
            kept += [path.read_bytes() for path in clone.workspace.folder.rglob("*.md")]
        text = b"\0".join(kept)
        return sorted(word for word in self.owed if word.encode() not in text)


def live(clone: Clone) -> Dict[str, bytes]:
    return {name: data for name, data in tree(clone.workspace.folder).items() if name.endswith(".md")}


@pytest.mark.parametrize("seed", range(12))
def test_all_workspaces_converge(tmp_path: Path, seed: int, unflushed: None) -> None:
    world = World(tmp_path, seed)
    for _ in range(40):
        world.step()
    rounds = 0
    try:
        while not world.settled():
            rounds += 1
            assert rounds < _ROUNDS, world.trace
    except IdseError as error:
        raise AssertionError(world.trace) from error
    first = live(world.clones[0])
    assert all(live(clone) == first for clone in world.clones), world.trace
    assert len(first) == sum(key.endswith("_md") for _, key in world.core.documents(PROJECT)), world.trace
    assert world.lost() == [], world.trace
    for clone in world.clones:
        world.core.calls.clear()
        assert clone.push().actions == ()
        assert world.core.calls == ["pull"]
