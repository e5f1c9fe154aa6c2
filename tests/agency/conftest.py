from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional

import pytest

from idse_core.agency.engine import AgencySyncEngine
from idse_core.agency.outcome import SyncReport
from idse_core.agency.planner import Action
from idse_core.agency.transport import Transport
from idse_core.events import Event
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, config_for, make_workspace, session_folder, write_artifact

ENDPOINT = "http://127.0.0.1:1"


class Clone(NamedTuple):
    """A workspace of the project that syncs with one server."""

    workspace: ProjectWorkspace
    transport: Transport
    events: List[Event]

    @property
    def engine(self) -> AgencySyncEngine:
        return AgencySyncEngine(self.workspace, self.transport, endpoint=ENDPOINT, on_event=self.events.append)

    def push(self, **options: object) -> SyncReport:
        return self.engine.push(**options)  # type: ignore[arg-type]  # options of the engine

    def pull(self, **options: object) -> SyncReport:
        return self.engine.pull(**options)  # type: ignore[arg-type]  # options of the engine

    def path(self, session: str, stage: Stage = Stage.SPEC) -> Path:
        return session_folder(self.workspace, session) / f"{stage}.md"

    def read(self, session: str, stage: Stage = Stage.SPEC) -> Optional[str]:
        path = self.path(session, stage)
        return path.read_bytes().decode("utf-8") if path.exists() else None

    def write(self, session: str, text: str, stage: Stage = Stage.SPEC) -> None:
        write_artifact(self.workspace, session, stage, text)

    def conflicts(self) -> List[Path]:
        return sorted((self.workspace.local / "conflicts").glob("*/*/*"))


Cloning = Callable[[str], Clone]


@pytest.fixture
def core() -> MemoryCore:
    return MemoryCore()


@pytest.fixture
def clone(tmp_path: Path, core: MemoryCore) -> Cloning:
    """Creates an empty workspace with a name, to be filled by a pull."""

    def make(name: str) -> Clone:
        folder = tmp_path / name
        folder.mkdir()
        events: List[Event] = []
        return Clone(ProjectWorkspace(folder / ".idse", PROJECT, on_event=events.append), core, events)

    return make


@pytest.fixture
def first(tmp_path: Path, core: MemoryCore) -> Clone:
    """A workspace whose project, with a blueprint and the session ``login``, has been pushed."""
    workspace = make_workspace(tmp_path / "first", sessions={"login": {Stage.SPEC: "one\ntwo\nthree\n"}})
    events: List[Event] = []
    made = Clone(ProjectWorkspace.open(config_for(tmp_path / "first"), on_event=events.append), core, events)
    assert workspace.project == PROJECT
    assert made.push().exit_code == 0
    return made


@pytest.fixture
def second(first: Clone, clone: Cloning) -> Clone:
    """Another workspace, into which the same project has been pulled."""
    made = clone("second")
    assert made.pull().exit_code == 0
    return made


@pytest.fixture
def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skips flushing to the disk, since no test here simulates a power cut."""
    monkeypatch.setattr("idse_core.files.durable._sync", lambda descriptor: None)


def actions(report: SyncReport) -> Dict[str, Action]:
    """The planned actions: ``session key`` → action."""
    return {f"{item.session} {item.key}": item.action for item in report.actions}
