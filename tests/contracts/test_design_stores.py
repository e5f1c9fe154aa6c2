"""The contract of `DesignStore`, for every store that ships."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.design_store import (
    AGENT_REGISTRY,
    CURRENT_SESSION,
    METADATA,
    PROJECT_DOCUMENTS,
    SESSION_DOCUMENTS,
    SESSION_STATE,
    DesignStore,
    Place,
)
from idse_core.errors import ConflictError, IdseError, NotFoundError, RefusedError, UnreadableError
from idse_core.pipeline_artifacts import METADATA_PATH, Layout, Stage
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_core.stores.memory import DesignStoreMemory

PROJECT, SESSION = "shop", "auth"
SPEC = Place(PROJECT, SESSION, "spec")
ALL = {name: f"# {name}\n".encode() for name in SESSION_DOCUMENTS}

BAD_NAMES = ["../x", "a/b", "a\\b", "", " ", ".", "..", "...", "a\0b", "a\nb", "\x1b[2J", "/etc", "C:x", "\ud800"]
bad_names = pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)

ODD_BYTES = [
    b"",
    b"one\r\ntwo\r\n",
    b"old Mac\rlines\r",
    b"\xef\xbb\xbf# with a byte order mark\n",
    b"not UTF-8: \xff\xfe\x80\n",
    b"no final line end",
    b"\0\x1b[2J\x7f",
    "combining e\u0301, precomposed \u00e9, \U0001f680\n".encode(),
]


class Kit(NamedTuple):
    """A store to test, and the layout that its sessions take."""

    store: DesignStore
    layout: Optional[Layout]


KINDS: Dict[str, Callable[[Path], Kit]] = {
    "flat files": lambda folder: Kit(DesignStoreFilesystem(folder / ".idse"), Layout.FLAT),
    "nested files": lambda folder: Kit(DesignStoreFilesystem(folder / ".idse"), Layout.NESTED),
    "memory": lambda folder: Kit(DesignStoreMemory(), None),
}


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, and real flushes would take half of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(params=list(KINDS))
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return KINDS[request.param](tmp_path)


@pytest.fixture
def store(kit: Kit) -> DesignStore:
    """A store with one project and one complete session."""
    documents = {Place(PROJECT, SESSION, name): data for name, data in ALL.items()}
    documents[Place(PROJECT, None, CURRENT_SESSION)] = b"auth\n"
    kit.store.create_project(PROJECT, documents, kit.layout)
    return kit.store


def content(store: DesignStore) -> Mapping[str, object]:
    """Everything that a store shows."""
    shown: Dict[str, object] = {}
    for project in store.list_projects():
        for name in PROJECT_DOCUMENTS:
            shown[f"{project}:{name}"] = store.read(Place(project, None, name))
        for session in store.list_sessions(project):
            shown[f"{project}:{session}"] = store.load_session(project, session)
    return shown


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


# ------------------------------------------------------------------------------------------------------------ stamps


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was written within the last two seconds, as far as a store can see."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10_000_000_000)


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
    assert store.stamp(PROJECT, SESSION) is not None
    place = (tmp_path / ".idse/projects" / PROJECT / "sessions" / SESSION / part).resolve()
    kept = place.with_name("kept")
    place.rename(kept)
    place.symlink_to(kept)
    assert store.stamp(PROJECT, SESSION) is None


# ---------------------------------------------------------------------------------------------------------- creating


def test_an_empty_store_has_no_projects(kit: Kit) -> None:
    assert kit.store.list_projects() == ()


def test_a_created_project_holds_exactly_its_documents(store: DesignStore) -> None:
    assert store.list_projects() == (PROJECT,)
    assert store.list_sessions(PROJECT) == (SESSION,)
    loaded = store.load_session(PROJECT, SESSION)
    assert {name: document.data for name, document in loaded.documents.items()} == ALL
    assert loaded.problems == {}
    pointer = store.read(Place(PROJECT, None, CURRENT_SESSION))
    assert pointer is not None
    assert pointer.data == b"auth\n"
    assert store.read(Place(PROJECT, None, SESSION_STATE)) is None


def test_projects_and_sessions_are_listed_sorted(kit: Kit) -> None:
    for project in ("zebra", "ant", "bee"):
        kit.store.create_project(project, {Place(project, None, CURRENT_SESSION): b"\n"})
        for session in ("b", "c", "a"):
            kit.store.save_session(project, session, ALL)
    assert kit.store.list_projects() == ("ant", "bee", "zebra")
    assert kit.store.list_sessions("bee") == ("a", "b", "c")


def test_a_project_without_sessions_lists_none(kit: Kit) -> None:
    kit.store.create_project(PROJECT, {Place(PROJECT, None, CURRENT_SESSION): b"\n"})
    assert kit.store.list_sessions(PROJECT) == ()


def test_a_saved_session_is_there_beside_the_others(store: DesignStore) -> None:
    before = content(store)
    store.save_session(PROJECT, "billing", {"intent": b"why", METADATA: b"{}"})
    assert store.list_sessions(PROJECT) == (SESSION, "billing")
    loaded = store.load_session(PROJECT, "billing")
    assert {name: document.data for name, document in loaded.documents.items()} == {"intent": b"why", METADATA: b"{}"}
    assert {key: value for key, value in content(store).items() if key in before} == before


def test_a_session_without_documents_exists_all_the_same(store: DesignStore) -> None:
    store.save_session(PROJECT, "empty", {})
    assert "empty" in store.list_sessions(PROJECT)
    assert store.load_session(PROJECT, "empty").documents == {}


@pytest.mark.parametrize("taken", ["auth", "AUTH", "Auth"])
def test_a_session_whose_id_is_taken_is_refused_and_changes_nothing(store: DesignStore, taken: str) -> None:
    before = content(store)
    with pytest.raises(ConflictError):
        store.save_session(PROJECT, taken, {"intent": b"other"})
    assert content(store) == before


def test_ids_that_differ_only_in_unicode_form_are_refused(store: DesignStore) -> None:
    store.save_session(PROJECT, "caf\u00e9", ALL)
    with pytest.raises(ConflictError):
        store.save_session(PROJECT, "cafe\u0301", ALL)


@pytest.mark.parametrize("taken", ["shop", "SHOP", "Shop"])
def test_a_project_whose_id_is_taken_is_refused_and_changes_nothing(store: DesignStore, taken: str) -> None:
    before = content(store)
    with pytest.raises(ConflictError):
        store.create_project(taken, {Place(taken, None, CURRENT_SESSION): b"other"})
    assert content(store) == before


def test_a_session_with_an_unknown_document_is_not_created_at_all(store: DesignStore) -> None:
    before = content(store)
    for name in ("notes", "../spec", "spec.md", "", "SPEC", CURRENT_SESSION):
        with pytest.raises(RefusedError):
            store.save_session(PROJECT, "billing", {"intent": b"why", name: b"x"})
    assert content(store) == before


def test_a_project_with_an_unknown_document_is_not_created_at_all(kit: Kit) -> None:
    good = {Place(PROJECT, None, CURRENT_SESSION): b"x"}
    for place in (
        Place(PROJECT, None, "notes"),
        Place(PROJECT, None, "../../config.yaml"),
        Place(PROJECT, None, "spec"),
        Place(PROJECT, SESSION, SESSION_STATE),
        Place(PROJECT, "../x", "spec"),
        Place(PROJECT, "a/b", "spec"),
        Place(PROJECT, "", "spec"),
        Place("other", None, SESSION_STATE),
        Place("other", SESSION, "spec"),
    ):
        with pytest.raises(RefusedError):
            kit.store.create_project(PROJECT, {**good, place: b"x"}, kit.layout)
        assert kit.store.list_projects() == ()


def test_a_session_for_a_project_that_does_not_exist_is_not_found(store: DesignStore) -> None:
    with pytest.raises(NotFoundError):
        store.save_session("nobody", "billing", ALL)
    assert store.list_projects() == (PROJECT,)


# ------------------------------------------------------------------------------------------------ reading and writing


@pytest.mark.parametrize("name", SESSION_DOCUMENTS)
def test_every_document_of_a_session_can_be_read_and_replaced(store: DesignStore, name: str) -> None:
    place = Place(PROJECT, SESSION, name)
    found = store.read(place)
    assert found is not None
    assert (found.data, found.digest) == (ALL[name], digest(ALL[name]))
    written = store.write(place, b"new", expected=found.digest)
    assert written == store.read(place)
    assert (written.data, written.digest, written.path) == (b"new", digest(b"new"), store.locate(place))


@pytest.mark.parametrize("name", PROJECT_DOCUMENTS)
def test_every_document_of_a_project_can_be_created_read_and_replaced(kit: Kit, name: str) -> None:
    place = Place(PROJECT, None, name)
    other = next(other for other in PROJECT_DOCUMENTS if other != name)
    kit.store.create_project(PROJECT, {Place(PROJECT, None, other): b"x"})
    assert kit.store.read(place) is None
    first = kit.store.write(place, b"first", expected=None)
    assert kit.store.read(place) == first
    assert kit.store.write(place, b"second", expected=first.digest) == kit.store.read(place)


@pytest.mark.parametrize("data", ODD_BYTES, ids=ascii)
def test_bytes_come_back_exactly(store: DesignStore, data: bytes) -> None:
    written = store.write(SPEC, data, expected=digest(ALL["spec"]))
    assert written.data == data
    store.save_session(PROJECT, "other", {"plan": data, METADATA: data})
    for document in (store.read(SPEC), store.read(Place(PROJECT, "other", "plan"))):
        assert document is not None
        assert (document.data, document.digest) == (data, digest(data))
    assert store.load_session(PROJECT, "other").documents[METADATA].data == data


@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=15, deadline=None)
@given(first=st.binary(max_size=200), second=st.binary(max_size=200))
def test_any_bytes_replace_any_others(
    kind: str, tmp_path_factory: pytest.TempPathFactory, first: bytes, second: bytes
) -> None:
    store = KINDS[kind](tmp_path_factory.mktemp("store")).store
    store.create_project(PROJECT, {SPEC: first})
    assert store.write(SPEC, second, expected=digest(first)) == store.read(SPEC)
    with_second = store.read(SPEC)
    assert with_second is not None
    assert with_second.data == second


@pytest.mark.parametrize("expected", [None, digest(b"what I have read"), "", "sha256:", "nonsense"])
def test_a_document_that_is_not_what_was_read_is_left_alone(store: DesignStore, expected: Optional[str]) -> None:
    with pytest.raises(ConflictError) as caught:
        store.write(SPEC, b"mine", expected=expected)
    assert caught.value.path == store.locate(SPEC)
    found = store.read(SPEC)
    assert found is not None
    assert found.data == ALL["spec"]


def test_a_document_that_is_gone_is_not_written_again(store: DesignStore) -> None:
    store.displace(SPEC)
    with pytest.raises(ConflictError):
        store.write(SPEC, b"mine", expected=digest(ALL["spec"]))
    assert store.read(SPEC) is None


def test_writing_the_same_bytes_again_changes_nothing(store: DesignStore) -> None:
    before = content(store)
    assert store.write(SPEC, ALL["spec"], expected=digest(ALL["spec"])) == store.read(SPEC)
    assert content(store) == before


def test_an_absent_document_of_a_session_is_created_by_writing(store: DesignStore) -> None:
    store.save_session(PROJECT, "sparse", {METADATA: b"{}"})
    place = Place(PROJECT, "sparse", "implementation")
    assert store.read(place) is None
    assert store.write(place, b"done", expected=None) == store.read(place)
    assert set(store.load_session(PROJECT, "sparse").documents) == {METADATA, "implementation"}


def test_a_displaced_document_is_gone_and_can_be_written_anew(store: DesignStore) -> None:
    kept = store.displace(SPEC)
    assert kept
    assert kept != store.locate(SPEC)
    assert store.read(SPEC) is None
    assert "spec" not in store.load_session(PROJECT, SESSION).documents
    assert store.displace(SPEC) is None
    assert store.write(SPEC, b"anew", expected=None) == store.read(SPEC)


def test_a_session_stays_when_all_its_documents_are_displaced(store: DesignStore) -> None:
    for name in SESSION_DOCUMENTS:
        assert store.displace(Place(PROJECT, SESSION, name))
    assert store.list_sessions(PROJECT) == (SESSION,)
    assert store.load_session(PROJECT, SESSION).documents == {}
    assert store.write(SPEC, b"anew", expected=None) == store.read(SPEC)


def test_two_displaced_versions_are_kept_in_two_places(store: DesignStore) -> None:
    first = store.displace(SPEC)
    store.write(SPEC, b"second", expected=None)
    assert store.displace(SPEC) not in {first, None}


def test_what_changed_is_not_displaced(store: DesignStore) -> None:
    with pytest.raises(ConflictError):
        store.displace(SPEC, expected=digest(b"what was read before"))
    found = store.read(SPEC)
    assert found is not None
    assert store.displace(SPEC, expected=found.digest)
    assert store.displace(SPEC, expected=found.digest) is None


def test_a_session_goes_only_when_nothing_is_in_it(store: DesignStore) -> None:
    assert not store.discard_session(PROJECT, SESSION)
    assert store.list_sessions(PROJECT) == (SESSION,)
    for name in SESSION_DOCUMENTS:
        store.displace(Place(PROJECT, SESSION, name))
    assert store.discard_session(PROJECT, SESSION)
    assert store.list_sessions(PROJECT) == ()
    assert store.discard_session(PROJECT, SESSION)
    with pytest.raises(RefusedError):
        store.discard_session(PROJECT, "..")


def test_a_place_is_called_the_same_whether_or_not_something_is_there(store: DesignStore) -> None:
    there = store.locate(SPEC)
    store.displace(SPEC)
    assert store.locate(SPEC) == there
    absent = [Place(PROJECT, "nobody", "spec"), Place("nobody", "x", METADATA), Place("nobody", None, CURRENT_SESSION)]
    names = {store.locate(place) for place in [SPEC, *absent]}
    assert len(names) == 4
    assert all(name and not name.startswith("/") and "\\" not in name for name in names)


# ---------------------------------------------------------------------------------------------- what is not there


def test_a_project_that_does_not_exist_is_not_found(store: DesignStore) -> None:
    for name in ("nobody", "SHOP", "n" * 300):
        for action in (
            lambda name=name: store.list_sessions(name),
            lambda name=name: store.load_session(name, SESSION),
            lambda name=name: store.read(Place(name, SESSION, "spec")),
            lambda name=name: store.read(Place(name, None, SESSION_STATE)),
            lambda name=name: store.write(Place(name, None, SESSION_STATE), b"x", expected=None),
            lambda name=name: store.write(Place(name, SESSION, "spec"), b"x", expected=None),
            lambda name=name: store.displace(Place(name, None, SESSION_STATE)),
            lambda name=name: store.displace(Place(name, SESSION, "spec")),
        ):
            with pytest.raises(NotFoundError):
                action()
    assert store.list_projects() == (PROJECT,)


def test_a_session_that_does_not_exist_is_not_found(store: DesignStore) -> None:
    for name in ("nobody", "AUTH", "n" * 300):
        for action in (
            lambda name=name: store.load_session(PROJECT, name),
            lambda name=name: store.read(Place(PROJECT, name, "spec")),
            lambda name=name: store.write(Place(PROJECT, name, "spec"), b"x", expected=None),
            lambda name=name: store.displace(Place(PROJECT, name, "spec")),
        ):
            with pytest.raises(NotFoundError):
                action()
    assert store.list_sessions(PROJECT) == (SESSION,)


# ------------------------------------------------------------------------------------------------------ bad names


@bad_names
def test_a_bad_name_of_a_project_is_refused_everywhere(store: DesignStore, name: str) -> None:
    before = content(store)
    for action in (
        lambda: store.create_project(name, {Place(name, None, CURRENT_SESSION): b"x"}),
        lambda: store.list_sessions(name),
        lambda: store.load_session(name, SESSION),
        lambda: store.save_session(name, "billing", ALL),
        lambda: store.read(Place(name, None, SESSION_STATE)),
        lambda: store.read(Place(name, SESSION, "spec")),
        lambda: store.write(Place(name, SESSION, "spec"), b"x", expected=None),
        lambda: store.write(Place(name, None, AGENT_REGISTRY), b"x", expected=None),
        lambda: store.displace(Place(name, None, CURRENT_SESSION)),
        lambda: store.locate(Place(name, None, CURRENT_SESSION)),
    ):
        with pytest.raises(RefusedError):
            action()
    assert content(store) == before


@bad_names
def test_a_bad_name_of_a_session_is_refused_everywhere(store: DesignStore, name: str) -> None:
    before = content(store)
    for action in (
        lambda: store.save_session(PROJECT, name, ALL),
        lambda: store.load_session(PROJECT, name),
        lambda: store.read(Place(PROJECT, name, "spec")),
        lambda: store.write(Place(PROJECT, name, "spec"), b"x", expected=None),
        lambda: store.displace(Place(PROJECT, name, "spec")),
        lambda: store.locate(Place(PROJECT, name, "spec")),
    ):
        with pytest.raises(RefusedError):
            action()
    assert content(store) == before


@pytest.mark.parametrize(
    "place",
    [
        *(Place(PROJECT, SESSION, name) for name in ["notes", "spec.md", "", "../spec", "SPEC", CURRENT_SESSION]),
        *(Place(PROJECT, None, name) for name in ["notes", "spec", METADATA, "", "../../config.yaml", "sessions/auth"]),
    ],
    ids=repr,
)
def test_a_document_that_nobody_knows_is_refused_everywhere(store: DesignStore, place: Place) -> None:
    before = content(store)
    for action in (
        lambda: store.read(place),
        lambda: store.write(place, b"x", expected=None),
        lambda: store.displace(place),
        lambda: store.locate(place),
    ):
        with pytest.raises(RefusedError):
            action()
    assert content(store) == before


@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.one_of(st.text(max_size=8), st.sampled_from(BAD_NAMES)), min_size=3, max_size=3))
def test_whatever_is_asked_for_nothing_foreign_escapes(
    kind: str, tmp_path_factory: pytest.TempPathFactory, names: List[str]
) -> None:
    store = KINDS[kind](tmp_path_factory.mktemp("store")).store
    store.create_project(PROJECT, {SPEC: b"spec"})
    project, session, name = names
    for place in (Place(project, session, name), Place(project, None, name), Place(PROJECT, session, "spec")):
        for action in (store.read, store.displace, store.locate, lambda place: store.write(place, b"", expected=None)):
            try:
                action(place)
            except IdseError:
                continue
            assert place == SPEC or action == store.locate


# ------------------------------------------------------------------------------------------- files, flat and nested


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
