"""The store of files: both layouts, stray entries, and what is said of a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idse_core.design_store import (
    METADATA,
    SESSION_DOCUMENTS,
    Place,
)
from idse_core.errors import RefusedError, UnreadableError
from idse_core.pipeline_artifacts import METADATA_PATH, Layout, Stage
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_core.stores.overlay import DesignStoreOverlay
from tests.contracts.design_stores import (
    ALL,
    PROJECT,
    SESSION,
    SPEC,
    digest,
)

pytestmark = pytest.mark.usefixtures("no_flushing")


@pytest.fixture
def files_store(tmp_path: Path) -> DesignStoreFilesystem:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()})
    return store


@pytest.mark.parametrize("layout", list(Layout))
def test_documents_lie_where_the_format_says(tmp_path: Path, layout: Layout) -> None:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()}, layout)
    session = tmp_path / ".idse" / "projects" / PROJECT / "sessions" / SESSION
    found = {path.relative_to(session).as_posix(): path.read_bytes() for path in session.rglob("*") if path.is_file()}
    expected = {layout.path(stage): ALL[stage.value] for stage in Stage}
    assert found == {**expected, METADATA_PATH: ALL[METADATA]}
    for stage in Stage:
        place = Place.artifact(PROJECT, SESSION, stage)
        assert store.locate(place) == f".idse/projects/{PROJECT}/sessions/{SESSION}/{layout.path(stage)}"
        assert store.absolute(place).read_bytes() == ALL[stage.value]


@pytest.mark.parametrize("layout", list(Layout))
def test_a_new_session_takes_the_layout_that_the_projects_sessions_have(tmp_path: Path, layout: Layout) -> None:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()}, layout)
    store.save_session(PROJECT, "billing", ALL)
    assert store.session_layout(PROJECT, "billing") is layout
    assert store.project_layout(PROJECT) is layout
    store.save_session(PROJECT, "chosen", ALL, layout.other)
    assert store.session_layout(PROJECT, "chosen") is layout.other


def test_an_artifact_in_the_other_layout_is_read_and_written_where_it_is(files_store: DesignStoreFilesystem) -> None:
    flat = files_store.absolute(SPEC)
    nested = flat.parent / "specs" / "spec.md"
    nested.parent.mkdir()
    flat.rename(nested)
    assert files_store.load_session(PROJECT, SESSION).documents["spec"].data == ALL["spec"]
    files_store.write(SPEC, b"new", expected=digest(ALL["spec"]))
    assert nested.read_bytes() == b"new"
    assert not flat.exists()


@pytest.mark.parametrize("stray", [".hidden", "notes.txt", "back\\slash", "with\nnewline", os.fsdecode(b"\xff")])
def test_what_is_listed_can_be_loaded(files_store: DesignStoreFilesystem, stray: str) -> None:
    sessions = files_store.folder / "projects" / PROJECT / "sessions"
    for folder in (sessions, files_store.folder / "projects"):
        if stray.endswith(".txt"):
            (folder / stray).write_bytes(b"a file")
        else:
            (folder / stray).mkdir()
    for project in files_store.list_projects():
        for session in files_store.list_sessions(project):
            files_store.load_session(project, session)
    assert files_store.list_sessions(PROJECT) == (SESSION,)
    assert files_store.list_projects() == (PROJECT,)


@pytest.mark.parametrize("name", ["Old Session", "\u00c4rger", "v1..2", "UPPER", "con", "\u0627\u0644"])
def test_ids_of_other_tools_are_readable(files_store: DesignStoreFilesystem, name: str) -> None:
    folder = files_store.folder / "projects" / PROJECT / "sessions" / name
    folder.mkdir()
    (folder / "spec.md").write_bytes(b"theirs")
    assert name in files_store.list_sessions(PROJECT)
    assert files_store.load_session(PROJECT, name).documents["spec"].data == b"theirs"


def test_a_document_that_cannot_be_read_is_a_problem_beside_the_others(
    files_store: DesignStoreFilesystem, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    spec, plan = files_store.absolute(SPEC), files_store.absolute(Place(PROJECT, SESSION, "plan"))
    spec.unlink()
    spec.symlink_to(tmp_path / "secret")
    plan.unlink()
    plan.mkdir()
    loaded = files_store.load_session(PROJECT, SESSION)
    assert {name: problem.reason for name, problem in loaded.problems.items()} == {
        "spec": "link-outside",
        "plan": "not-a-file",
    }
    assert set(loaded.documents) == set(SESSION_DOCUMENTS) - {"spec", "plan"}
    assert loaded.problems["spec"].path == files_store.locate(SPEC)
    with pytest.raises(UnreadableError) as caught:
        files_store.read(SPEC)
    assert caught.value.path == files_store.locate(SPEC)
    with pytest.raises(RefusedError):
        files_store.write(SPEC, b"x", expected=digest(b"secret"))
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_a_displaced_file_is_kept_byte_for_byte_out_of_gits_sight(files_store: DesignStoreFilesystem) -> None:
    kept = files_store.displace(SPEC)
    assert kept is not None
    assert kept.startswith(".idse/.local/displaced/")
    assert (files_store.folder.parent / kept).read_bytes() == ALL["spec"]
    assert (files_store.folder / ".local" / ".gitignore").read_bytes() == b"*\n"


def test_errors_name_the_file_as_people_do(files_store: DesignStoreFilesystem, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    sessions = files_store.folder / "projects" / PROJECT / "sessions"
    (sessions / "linked").symlink_to(outside)
    place = Place(PROJECT, "linked", "spec")
    for action in (
        lambda: files_store.write(place, b"x", expected=None),
        lambda: files_store.displace(place),
        lambda: files_store.save_session(PROJECT, "big", {"spec": bytes(9 * 1024 * 1024)}),
    ):
        with pytest.raises(RefusedError) as caught:
            action()
        assert str(tmp_path) not in str(caught.value)
    assert list(outside.iterdir()) == []


def test_files_are_the_same_in_another_process(files_store: DesignStoreFilesystem) -> None:
    assert files_store.capabilities.reopenable
    assert not DesignStoreOverlay(files_store, SPEC, b"").capabilities.reopenable
