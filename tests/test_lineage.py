"""The order of a tree of sessions, and what is wrong with their links."""

from __future__ import annotations

from typing import Any, Dict, List

from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.lineage import GraphProblem, find_problems, lineage
from idse_core.session_metadata import SessionMetadata
from tests.builders import metadata

names = st.sampled_from("abcdefgh")
graphs = st.dictionaries(
    names, st.tuples(st.one_of(st.none(), names, st.just("gone")), st.lists(names, max_size=3)), max_size=8
).map(lambda chosen: [metadata(name, parent, depends_on=tuple(others)) for name, (parent, others) in chosen.items()])


@settings(max_examples=150, deadline=None)
@given(sessions=graphs)
def test_a_lineage_shows_every_session_once_below_its_parent(sessions: List[SessionMetadata]) -> None:
    nodes = lineage(sessions)
    assert sorted(node.metadata.session_id for node in nodes) == sorted(item.session_id for item in sessions)
    looping = {found.session for found in find_problems(sessions) if found.field == "parent_session"}
    above: List[str] = []
    for node in nodes:
        assert node.depth <= len(above)
        assert len(node.last) == node.depth
        del above[node.depth :]
        if node.depth:
            assert above[-1] == node.metadata.parent_session
        else:
            assert node.metadata.parent_session is None or node.metadata.session_id in looping
        above.append(node.metadata.session_id)


@settings(max_examples=150, deadline=None)
@given(sessions=graphs)
def test_a_last_child_is_followed_by_no_sibling(sessions: List[SessionMetadata]) -> None:
    nodes = lineage(sessions)
    for number, node in enumerate(nodes):
        if node.depth:
            rest = [later.depth for later in nodes[number + 1 :]]
            block = rest[: next((index for index, depth in enumerate(rest) if depth < node.depth), len(rest))]
            assert node.last[-1] == (node.depth not in block)


@settings(max_examples=150, deadline=None)
@given(sessions=graphs)
def test_problems_are_unknown_names_and_exactly_the_cycles(sessions: List[SessionMetadata]) -> None:
    known = {item.session_id for item in sessions}
    for field in ("parent_session", "depends_on"):
        edges = {
            item.session_id: [item.parent_session] if field == "parent_session" else list(item.depends_on)
            for item in sessions
        }
        found = [problem for problem in find_problems(sessions) if problem.field == field]
        unknown = [(problem.session, problem.detail) for problem in found if problem.kind == "unknown"]
        assert unknown == [(name, target) for name in edges for target in edges[name] if target and target not in known]
        cycles = {problem.session: problem.detail.split(" → ") for problem in found if problem.kind == "cycle"}
        assert set(cycles) == {name for name in edges if name in _reachable(name, edges)}
        for name, cycle in cycles.items():
            assert cycle[0] == cycle[-1] == name
            assert all(target in edges[source] for source, target in zip(cycle, cycle[1:]))
            assert len(set(cycle)) == len(cycle) - 1


def _reachable(start: str, edges: Dict[str, List[Any]]) -> List[str]:
    seen: List[str] = []
    queue = list(edges[start])
    while queue:
        node = queue.pop()
        if node in edges and node not in seen:
            seen.append(node)
            queue += edges[node]
    return seen


def test_a_long_line_of_descendants_is_no_problem() -> None:
    sessions = [metadata("s0"), *(metadata(f"s{n}", f"s{n - 1}") for n in range(1, 600))]
    assert find_problems(sessions) == ()
    assert [node.depth for node in lineage(list(reversed(sessions)))] == list(range(600))


def test_a_cycle_is_told_once_for_each_of_its_sessions() -> None:
    sessions = [metadata("a", "b"), metadata("b", "a"), metadata("c", "a")]
    assert find_problems(sessions) == (
        GraphProblem("a", "cycle", "parent_session", "a → b → a"),
        GraphProblem("b", "cycle", "parent_session", "b → a → b"),
    )
    assert [(node.metadata.session_id, node.depth) for node in lineage(sessions)] == [("a", 0), ("c", 1), ("b", 0)]


def test_problems_of_many_sessions_are_found_without_looking_from_each_at_all_of_them() -> None:
    """As many as would take hours, if each were compared with all those above it."""
    sessions = [metadata("s0"), *(metadata(f"s{n}", f"s{n - 1}", depends_on=("s0",)) for n in range(1, 30_000))]
    loop = [metadata("a", "b"), metadata("b", "a", depends_on=("gone",))]
    assert find_problems([*sessions, *loop]) == (
        GraphProblem("a", "cycle", "parent_session", "a → b → a"),
        GraphProblem("b", "cycle", "parent_session", "b → a → b"),
        GraphProblem("b", "unknown", "depends_on", "gone"),
    )
