"""Cycles in a directed graph. Pure."""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, NamedTuple, Sequence, Set, Tuple

__all__ = ["Cycle", "cycles"]

Edges = Mapping[str, Sequence[str]]

_SHOWN = 10
_MOST_STEPS = 200_000  # a tenth of a second


class Cycle(NamedTuple):
    """A way from a node back to itself.

    Attributes:
        first: the nodes that it begins with, the node itself among them; all of them when it is short.
        left_out: the number of nodes between the first and the last ones.
        last: the nodes that it ends with, when it is long.
    """

    first: Tuple[str, ...]
    left_out: int = 0
    last: Tuple[str, ...] = ()

    def __str__(self) -> str:
        more = [f"({self.left_out} more)"] if self.left_out else []
        return " → ".join([*self.first, *more, *self.last])


def cycles(edges: Mapping[str, Sequence[str]]) -> Mapping[str, Cycle]:
    """Node → a way from it back to itself; nodes without any are left out.

    It is the shortest one. Only in a graph so large and so entangled that looking for the shortest ones takes too long, some
    nodes get one that leads through another node.

    Args:
        edges: node → the nodes that it leads to; those that are no nodes lead nowhere.
    """
    found: Dict[str, Cycle] = {}
    steps = 0
    for component in _components(edges):
        ways = _Ways(component)
        for node in component:
            if steps < _MOST_STEPS or node == ways.middle:
                cycle, taken = _shortest(node, component)
                steps += taken
                found[node] = _shown(cycle, cycle, len(cycle))
            else:
                found[node] = ways.through_middle(node)
    return {node: found[node] for node in edges if node in found}


def _shown(beginning: Sequence[str], end: Sequence[str], length: int) -> Cycle:
    if length <= 2 * _SHOWN + 1:
        return Cycle(tuple(beginning))
    first, last = tuple(beginning[:_SHOWN]), tuple(end[-_SHOWN:])
    return Cycle(first, length - len(first) - len(last), last)


def _shortest(start: str, edges: Edges) -> Tuple[List[str], int]:
    """The shortest path from a node back to itself, with the node at both ends, and the edges that were looked at.

    Args:
        start: a node on a cycle.
        edges: of a strongly connected component.
    """
    came_from: Dict[str, str] = {}
    queue = [start]
    steps = 0
    for node in queue:
        for target in edges[node]:
            steps += 1
            if target == start:
                return [start, *reversed(_path(node, start, came_from)), start], steps
            if target not in came_from:
                came_from[target] = node
                queue.append(target)
    return [start], steps


def _path(node: str, end: str, pointers: Mapping[str, str]) -> List[str]:
    """The nodes from one to another, along the pointers, without the other."""
    path: List[str] = []
    while node != end:
        path.append(node)
        node = pointers[node]
    return path


class _Ways:
    """The ways of all nodes of a component to the one in the middle, and from there to them.

    Args:
        edges: of a strongly connected component.
    """

    def __init__(self, edges: Edges) -> None:
        self.middle = next(iter(edges))
        self._edges = edges
        self._there: Dict[str, Tuple[str, int]] = {}
        self._back: Dict[str, Tuple[str, int]] = {}

    def through_middle(self, node: str) -> Cycle:
        """A way from a node back to itself."""
        if not self._there:
            backwards: Dict[str, List[str]] = {name: [] for name in self._edges}
            for name, targets in self._edges.items():
                for target in targets:
                    backwards[target].append(name)
            self._there = _reached(self.middle, backwards)
            self._back = _reached(self.middle, self._edges)
        there, back = self._some(node, self._there), self._some(node, self._back)[::-1]
        length = self._there[node][1] + self._back[node][1] + 1
        whole = [*there, *back[1:]]
        return _shown(whole if length <= 2 * _SHOWN + 1 else there, back, length)

    def _some(self, node: str, pointers: Mapping[str, Tuple[str, int]]) -> List[str]:
        """The nodes from one to the middle, as many as may be shown."""
        path = [node]
        while node != self.middle and len(path) <= 2 * _SHOWN:
            node = pointers[node][0]
            path.append(node)
        return path


def _reached(start: str, edges: Edges) -> Dict[str, Tuple[str, int]]:
    """Node → the one before it on the shortest path from the start, and the length of that path."""
    found = {start: (start, 0)}
    queue = [start]
    for node in queue:
        for target in edges[node]:
            if target not in found:
                found[target] = node, found[node][1] + 1
                queue.append(target)
    return found


def _components(edges: Edges) -> Iterator[Dict[str, List[str]]]:
    """The strongly connected components with a cycle, each with its edges (Kosaraju's algorithm)."""
    component: Dict[str, str] = {}
    backwards: Dict[str, List[str]] = {}
    for node, targets in edges.items():
        for target in targets:
            backwards.setdefault(target, []).append(node)
    for root in reversed(_finished(edges)):
        waiting = [] if root in component else [root]
        component.setdefault(root, root)
        while waiting:
            for node in backwards.get(waiting.pop(), ()):
                if node not in component:
                    component[node] = root
                    waiting.append(node)
    parts: Dict[str, Dict[str, List[str]]] = {}
    for node, targets in edges.items():
        inside = [target for target in targets if component.get(target) == component[node]]
        if inside:
            parts.setdefault(component[node], {})[node] = inside
    yield from parts.values()


def _finished(edges: Edges) -> List[str]:
    """The nodes in depth-first post-order: each after all that can be reached from it, unless that reaches it too."""
    order: List[str] = []
    seen: Set[str] = set()
    for start in edges:
        waiting = [] if start in seen else [(start, iter(edges[start]))]
        seen.add(start)
        while waiting:
            node, targets = waiting[-1]
            target = next((name for name in targets if name in edges and name not in seen), None)
            if target is None:
                order.append(node)
                waiting.pop()
            else:
                seen.add(target)
                waiting.append((target, iter(edges[target])))
    return order
