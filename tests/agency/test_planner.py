"""The planner of sync: the whole truth table, and properties that hold however often it is applied."""

from __future__ import annotations

import itertools
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.agency.planner import Action, plan

_Digest = Optional[str]

# The table in the planner's docstring, case by case: base, local, remote; "-" stands for absent.
TABLE: Dict[str, Action] = {
    "---": Action.NOTHING,
    "aaa": Action.NOTHING,
    "a--": Action.FORGET_BASE,
    "-a-": Action.PUSH,
    "--a": Action.PULL,
    "aa-": Action.DELETE_LOCAL,
    "a-a": Action.PUSH_TOMBSTONE,
    "aba": Action.PUSH,
    "aab": Action.PULL,
    "abb": Action.RECORD_BASE,
    "-aa": Action.RECORD_BASE,
    "abc": Action.MERGE,
    "-ab": Action.CONFLICT_WITHOUT_BASE,
    "ab-": Action.CONFLICT_DELETED_REMOTELY,
    "a-b": Action.RESTORE,
}


def _digests(case: str) -> Tuple[_Digest, _Digest, _Digest]:
    base, local, remote = (None if letter == "-" else letter for letter in case)
    return base, local, remote


@pytest.mark.parametrize("case", sorted(TABLE))
def test_the_truth_table(case: str) -> None:
    assert plan(*_digests(case)) is TABLE[case]


def test_the_table_is_complete() -> None:
    patterns = {_pattern(chosen) for chosen in itertools.product((None, "x", "y", "z"), repeat=3)}
    assert patterns == set(TABLE)
    assert set(TABLE.values()) == set(Action), "an action that no case leads to"


def _pattern(chosen: Tuple[_Digest, ...]) -> str:
    """A triple with its contents renamed a, b, c in order of appearance."""
    letters: Dict[str, str] = {}
    return "".join("-" if item is None else letters.setdefault(item, "abc"[len(letters)]) for item in chosen)


@pytest.mark.parametrize("chosen", sorted(itertools.product("-xyz", repeat=3)))
def test_only_equality_decides(chosen: Tuple[str, ...]) -> None:
    digests = _digests("".join(chosen))
    assert plan(*digests) is TABLE[_pattern(digests)]


# ------------------------------------------------------------------------------------------------- properties


class World(NamedTuple):
    """One document in three places, with all of its displaced contents."""

    base: _Digest
    local: _Digest
    remote: _Digest
    displaced: Tuple[str, ...] = ()


contents = st.one_of(st.none(), st.text(alphabet="abcdef", min_size=1, max_size=2))
worlds = st.builds(World, contents, contents, contents)


def _apply(world: World, action: Action, *, clean: bool) -> World:
    """Apply an action as the engine does; ``clean`` says whether a merge is clean."""
    _, local, remote, displaced = world
    if action is Action.DELETE_LOCAL:
        assert local is not None
        displaced = (*displaced, local)
    agreed = {
        Action.NOTHING: local,
        Action.RECORD_BASE: local,
        Action.PUSH: local,
        Action.PULL: remote,
        Action.RESTORE: remote,
        Action.FORGET_BASE: None,
        Action.DELETE_LOCAL: None,
        Action.PUSH_TOMBSTONE: None,
    }
    if clean:
        agreed[Action.MERGE] = f"{local}+{remote}"
    if action not in agreed:
        return world
    both = agreed[action]
    return World(both, both, both, displaced)


@given(world=worlds, clean=st.booleans())
def test_applying_the_plan_once_is_enough(world: World, clean: bool) -> None:
    action = plan(*world[:3])
    after = _apply(world, action, clean=clean)
    again = plan(*after[:3])
    if action.is_conflict or (action is Action.MERGE and not clean):
        assert after == world, "a conflict changes nothing until somebody decides"
        assert again is action
    else:
        assert after.base == after.local == after.remote
        assert again is Action.NOTHING


def _held(world: World) -> Set[str]:
    texts = [world.local or "", world.remote or "", *world.displaced]
    return {token for text in texts for token in text.split("+") if token}


@given(world=worlds, clean=st.booleans())
def test_an_edit_is_never_dropped(world: World, clean: bool) -> None:
    # A content that differs from the base is an edit that the other side has not seen. It must survive, live or
    # displaced; the base itself may be replaced, since the side that replaced it had it.
    edits = {item for item in (world.local, world.remote) if item is not None and item != world.base}
    assert edits <= _held(_apply(world, plan(*world[:3]), clean=clean))


@given(local=contents, remote=contents)
def test_without_a_base_nothing_is_deleted(local: _Digest, remote: _Digest) -> None:
    action = plan(None, local, remote)
    assert action not in {Action.DELETE_LOCAL, Action.PUSH_TOMBSTONE, Action.FORGET_BASE, Action.MERGE}
    after = _apply(World(None, local, remote), action, clean=True)
    assert {item for item in (local, remote) if item} == _held(after)


@given(world=worlds)
def test_an_action_writes_only_where_it_should(world: World) -> None:
    action = plan(*world[:3])
    after = _apply(world, action, clean=True)
    writes_local = {Action.PULL, Action.DELETE_LOCAL, Action.RESTORE, Action.MERGE}
    writes_remote = {Action.PUSH, Action.PUSH_TOMBSTONE, Action.MERGE}
    assert (after.local != world.local) == (action in writes_local)
    assert (after.remote != world.remote) == (action in writes_remote)


@given(world=worlds)
def test_both_sides_plan_the_mirror_image(world: World) -> None:
    mirror = {
        Action.PUSH: Action.PULL,
        Action.PULL: Action.PUSH,
        Action.DELETE_LOCAL: Action.PUSH_TOMBSTONE,
        Action.PUSH_TOMBSTONE: Action.DELETE_LOCAL,
        Action.RESTORE: Action.CONFLICT_DELETED_REMOTELY,
        Action.CONFLICT_DELETED_REMOTELY: Action.RESTORE,
    }
    action = plan(world.base, world.local, world.remote)
    assert plan(world.base, world.remote, world.local) is mirror.get(action, action)


class _Side:
    """A client with a workspace and its own base, which may get lost."""

    def __init__(self) -> None:
        self.base: _Digest = None
        self.local: _Digest = None


steps = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 2), contents),
        st.tuples(st.just("lose the base"), st.integers(0, 2), st.none()),
        st.tuples(st.just("sync"), st.integers(0, 2), st.none()),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(history=steps)
def test_clients_over_one_server_converge_and_drop_nothing(history: List[Tuple[str, int, _Digest]]) -> None:
    clients, remote = [_Side(), _Side(), _Side()], None
    displaced: Tuple[str, ...] = ()
    numbers = itertools.count()

    def sync(client: _Side, remote: _Digest) -> _Digest:
        nonlocal displaced
        before = World(client.base, client.local, remote, displaced)
        action = plan(client.base, client.local, remote)
        after = _apply(before, action, clean=True)
        if action.is_conflict:  # a person keeps both versions, as a merge does
            merged = "+".join(item for item in (client.local, remote) if item)
            after = World(merged, merged, merged, displaced)
        edits = {item for item in (client.local, remote) if item is not None and item != client.base}
        assert {token for item in edits for token in item.split("+")} <= _held(after)
        client.base, client.local, displaced = after.base, after.local, after.displaced
        return after.remote

    for what, who, content in history:
        if what == "edit":
            # Every edit makes a new content, like every save of a person.
            clients[who].local = None if content is None else f"{content}{next(numbers)}"
        elif what == "lose the base":
            clients[who].base = None
        else:
            remote = sync(clients[who], remote)

    # After one round everybody has pushed, after two everybody has pulled; a lost base may take another one.
    for _ in range(3):
        for client in clients:
            remote = sync(client, remote)
    for client in clients:
        assert client.base == client.local == remote
        assert plan(client.base, client.local, remote) is Action.NOTHING
