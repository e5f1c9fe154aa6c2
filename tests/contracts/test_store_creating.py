"""Projects and sessions are created whole, or not at all."""

from __future__ import annotations

import pytest

from idse_core.design_store import (
    CURRENT_SESSION,
    METADATA,
    SESSION_STATE,
    DesignStore,
    Place,
)
from idse_core.errors import ConflictError, NotFoundError, RefusedError
from tests.contracts.design_stores import (
    ALL,
    PROJECT,
    SESSION,
    Kit,
    content,
)

pytestmark = pytest.mark.usefixtures("no_flushing")


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
