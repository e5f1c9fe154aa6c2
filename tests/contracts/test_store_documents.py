"""Documents of every store are read, written and displaced in the same way."""

from __future__ import annotations

import pickle
from typing import Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.design_store import (
    CURRENT_SESSION,
    METADATA,
    PROJECT_DOCUMENTS,
    SESSION_DOCUMENTS,
    DesignStore,
    Place,
)
from idse_core.errors import ConflictError, RefusedError
from tests.contracts.design_stores import (
    ALL,
    KINDS,
    ODD_BYTES,
    PROJECT,
    SESSION,
    SPEC,
    Kit,
    content,
    digest,
)

pytestmark = pytest.mark.usefixtures("no_flushing")


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


def test_a_reopenable_store_shows_the_same_where_it_is_unpickled(store: DesignStore) -> None:
    if not store.capabilities.reopenable:
        pytest.skip("it lives in one process")
    store.list_projects()
    other = pickle.loads(pickle.dumps(store))  # our own
    assert content(other) == content(store)
    assert other.capabilities == store.capabilities

    before = store.read(SPEC)
    store.write(SPEC, b"# changed\n", expected=before.digest if before else None)
    assert content(other) == content(store)
