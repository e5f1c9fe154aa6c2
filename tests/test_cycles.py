from __future__ import annotations

import time
from typing import Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core import cycles as module
from idse_core.cycles import cycles

NODES = "abcdefgh"
GRAPHS = st.dictionaries(st.sampled_from(NODES), st.lists(st.sampled_from(NODES + "xy"), max_size=4))


def reachable(start: str, edges: Dict[str, List[str]]) -> Dict[str, int]:
    """Node → the least number of edges to it, at least one."""
    found: Dict[str, int] = {}
    front, distance = [start], 0
    while front:
        distance += 1
        front = [target for node in front for target in edges.get(node, ()) if target not in found]
        found.update(dict.fromkeys(front, distance))
    return found


@given(GRAPHS)
def test_every_node_on_a_cycle_gets_the_shortest_one_and_no_other_node_any(edges: Dict[str, List[str]]) -> None:
    found = cycles(edges)

    distances = {node: reachable(node, edges).get(node) for node in edges}
    assert {node: len(cycle.first) - 1 for node, cycle in found.items()} == {
        node: distance for node, distance in distances.items() if distance
    }
    for node, cycle in found.items():
        assert cycle.first[0] == cycle.first[-1] == node
        assert all(target in edges[source] for source, target in zip(cycle.first, cycle.first[1:]))


@given(GRAPHS)
def test_without_time_for_the_shortest_one_there_is_another(edges: Dict[str, List[str]]) -> None:
    usual = set(cycles(edges))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_MOST_STEPS", 0)
        found = cycles(edges)

    assert set(found) == usual
    for node, cycle in found.items():
        assert cycle.first[0] == cycle.first[-1] == node
        assert all(target in edges[source] for source, target in zip(cycle.first, cycle.first[1:]))


@pytest.mark.parametrize("steps", [0, 10**9])
@pytest.mark.parametrize("number", [0, 1, 7, 39])
def test_of_a_long_one_the_middle_is_left_out(monkeypatch: pytest.MonkeyPatch, steps: int, number: int) -> None:
    monkeypatch.setattr(module, "_MOST_STEPS", steps)
    edges = {str(node): [str((node + 1) % 40)] for node in range(40)}

    shown = str(cycles(edges)[str(number)]).split(" → ")

    assert shown[0] == shown[-1] == str(number)
    counts = [int(part.split()[0][1:]) for part in shown if part.endswith(" more)")]
    assert len(counts) == 1
    assert len(shown) - 1 + counts[0] == 41
    at = next(index for index, part in enumerate(shown) if part.startswith("("))
    expected = [str((number + step) % 40) for step in range(41)]
    assert shown[:at] == expected[:at]
    assert shown[at + 1 :] == expected[-len(shown) + at + 1 :]


@pytest.mark.parametrize("closing", [[], [0]])
def test_chains_and_circles_of_many_thousands_take_no_time(closing: List[int]) -> None:
    many = 20_000
    edges = {str(node): [str(node + 1)] for node in range(many)}
    edges[str(many)] = [str(node) for node in closing]

    began = time.process_time()
    found = cycles(edges)

    assert len(found) == (many + 1 if closing else 0)
    assert time.process_time() - began < 2
