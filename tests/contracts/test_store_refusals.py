"""What is not there, and names that no store takes: one of our errors, and nothing changed."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.design_store import (
    AGENT_REGISTRY,
    CURRENT_SESSION,
    METADATA,
    SESSION_STATE,
    DesignStore,
    Place,
)
from idse_core.errors import IdseError, NotFoundError, RefusedError
from tests.contracts.design_stores import (
    ALL,
    BAD_NAMES,
    KINDS,
    PROJECT,
    SESSION,
    SPEC,
    bad_names,
    content,
)

pytestmark = pytest.mark.usefixtures("no_flushing")


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
