"""What a sync refuses before it does harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from idse_core.agency.protocol import PullItem, PullPage, PullRequest
from idse_core.errors import NotFoundError, RefusedError, RemoteError
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.conftest import Clone, Cloning
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import SPEC, live, remove_session
from tests.builders import PROJECT, add_session


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


def test_an_unmounted_disk_is_not_a_deletion(first: Clone, core: MemoryCore) -> None:
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
    """A server that sends contents that do not match their revisions."""

    def __init__(self, change: Dict[str, Any]) -> None:
        super().__init__()
        self.change = change

    def pull(self, request: PullRequest) -> PullPage:
        page = super().pull(request)
        items = [PullItem(**{**item._asdict(), **self.change}) for item in page.items]
        return page._replace(items=items)


@pytest.mark.parametrize("change", [{"content": "other"}, {"encoding": "base64", "content": "?"}, {"revision": "v1-x"}])
def test_content_that_does_not_match_its_digest_is_refused(tmp_path: Path, change: Dict[str, Any]) -> None:
    core = Lying(change)
    core.put(PROJECT, "login", SPEC, b"x\n")
    clone = Clone(ProjectWorkspace(tmp_path / ".idse", PROJECT), core, [])
    with pytest.raises(RemoteError):
        clone.pull()
    assert not (tmp_path / ".idse" / "projects").exists()


@pytest.mark.parametrize("key", ["other_md", "../../x", "", "SPEC_MD"])
def test_unknown_documents_are_ignored(tmp_path: Path, key: str) -> None:
    core = MemoryCore()
    core.put(PROJECT, "login", SPEC, b"x\n")
    core.put(PROJECT, "login", key, b"y\n")
    clone = Clone(ProjectWorkspace(tmp_path / ".idse", PROJECT), core, [])
    assert clone.pull().exit_code == 0
    assert list(live(clone)) == [f"projects/{PROJECT}/sessions/login/spec.md"]


def test_a_project_that_exists_nowhere(tmp_path: Path) -> None:
    clone = Clone(ProjectWorkspace(tmp_path / ".idse", PROJECT), MemoryCore(), [])
    for run in (clone.pull, clone.push, clone.engine.status):
        with pytest.raises(NotFoundError):
            run()
    assert not (tmp_path / ".idse").exists()


def test_looking_at_a_project_that_is_not_here_writes_nothing(first: Clone, clone: Cloning) -> None:
    made = clone("new")
    assert len(made.pull(dry_run=True).actions) == 18
    assert not made.workspace.folder.exists()
