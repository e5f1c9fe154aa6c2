"""Stamps: a text that is another one as soon as a document changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import List

import pytest

from idse_core.design_store import (
    SESSION_DOCUMENTS,
    DesignStore,
    Place,
)
from idse_core.errors import NotFoundError, RefusedError
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.stores.filesystem import DesignStoreFilesystem
from tests.contracts.design_stores import (
    ALL,
    PROJECT,
    SESSION,
    bad_names,
)

pytestmark = pytest.mark.usefixtures("no_flushing")


def test_a_stamp_stays_while_nothing_changes(store: DesignStore, settled: None) -> None:
    first = store.stamp(PROJECT, SESSION)
    assert first
    assert store.stamp(PROJECT, SESSION) == first


@pytest.mark.parametrize("name", SESSION_DOCUMENTS)
def test_a_stamp_is_another_one_after_any_document_changed(store: DesignStore, settled: None, name: str) -> None:
    place = Place(PROJECT, SESSION, name)
    before = store.stamp(PROJECT, SESSION)
    document = store.read(place)
    assert document is not None
    store.write(place, document.data.replace(b"#", b"-"), expected=document.digest)
    changed = store.stamp(PROJECT, SESSION)
    assert changed != before
    store.displace(place)
    assert store.stamp(PROJECT, SESSION) not in {before, changed}


@pytest.mark.parametrize("name", SESSION_DOCUMENTS)
def test_what_a_stamp_was_makes_no_difference(store: DesignStore, settled: None, name: str) -> None:
    place = Place(PROJECT, SESSION, name)
    stamps = ["", "nonsense", "0-0-0 flat []", store.stamp(PROJECT, SESSION) or ""]
    document = store.read(place)
    assert document is not None
    store.write(place, b"# Another one\n", expected=document.digest)
    stamps.append(store.stamp(PROJECT, SESSION) or "")
    store.displace(place)
    now = store.stamp(PROJECT, SESSION)
    assert now
    assert [store.stamp(PROJECT, SESSION, last) for last in stamps] == [now] * len(stamps)
    assert store.stamp(PROJECT, SESSION, now) == now


def test_a_stamp_is_of_its_own_session(store: DesignStore, settled: None) -> None:
    before = store.stamp(PROJECT, SESSION)
    store.save_session(PROJECT, "other", ALL)
    assert store.stamp(PROJECT, SESSION) == before


def test_there_is_no_stamp_of_what_is_not_there(store: DesignStore) -> None:
    with pytest.raises(NotFoundError):
        store.stamp(PROJECT, "nowhere")
    with pytest.raises(NotFoundError):
        store.stamp("nowhere", SESSION)


@bad_names
def test_a_bad_name_has_no_stamp(store: DesignStore, name: str) -> None:
    with pytest.raises((RefusedError, NotFoundError)):
        store.stamp(PROJECT, name)


def test_what_was_just_written_has_no_stamp_in_files(tmp_path: Path) -> None:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()})
    assert store.stamp(PROJECT, SESSION) is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
@pytest.mark.parametrize("part", ["spec.md", "feedback", "."])
def test_what_a_link_leads_to_has_no_stamp(tmp_path: Path, settled: None, part: str) -> None:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()})
    last = store.stamp(PROJECT, SESSION)
    assert last is not None
    place = (tmp_path / ".idse/projects" / PROJECT / "sessions" / SESSION / part).resolve()
    kept = place.with_name("kept")
    place.rename(kept)
    place.symlink_to(kept)
    assert store.stamp(PROJECT, SESSION) is None
    assert store.stamp(PROJECT, SESSION, last) is None


@pytest.mark.parametrize("way", [[Layout.FLAT, Layout.NESTED], [Layout.NESTED, Layout.FLAT]])
def test_documents_that_appear_in_the_other_layout_have_another_stamp(
    tmp_path: Path, settled: None, way: List[Layout]
) -> None:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()}, way[0])
    last = store.stamp(PROJECT, SESSION)
    assert last
    session = tmp_path / ".idse/projects" / PROJECT / "sessions" / SESSION
    moved = session / way[1].path(Stage.SPEC)
    moved.parent.mkdir(exist_ok=True)
    (session / way[0].path(Stage.SPEC)).rename(moved)
    assert store.stamp(PROJECT, SESSION, last) == store.stamp(PROJECT, SESSION) != last


def test_a_session_whose_folder_is_untouched_is_not_listed(
    tmp_path: Path, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DesignStoreFilesystem(tmp_path / ".idse")
    store.create_project(PROJECT, {Place(PROJECT, SESSION, name): data for name, data in ALL.items()})
    last = store.stamp(PROJECT, SESSION)
    assert last
    session = tmp_path / ".idse/projects" / PROJECT / "sessions" / SESSION
    listed: List[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: listed.append(os.fspath(folder)) or scandir(folder))
    assert store.stamp(PROJECT, SESSION, last) == last
    assert os.fspath(session) not in listed
    (session / "notes.txt").touch()
    store.stamp(PROJECT, SESSION, last)
    assert os.fspath(session) in listed
