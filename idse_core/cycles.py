"""Cycles in a directed graph. Pure."""

from __future__ import annotations

from typing import Dict, Mapping, Tuple

__all__ = ["shortest_cycle"]


def shortest_cycle(start: str, edges: Mapping[str, Tuple[str, ...]]) -> Tuple[str, ...]:
    """The shortest path from ``start`` back to itself, with ``start`` at both ends; empty when there is none."""
    came_from: Dict[str, str] = {}
    queue = [start]
    for node in queue:
        for target in edges.get(node, ()):
            if target == start:
                return _path_back(start, node, came_from)
            if target in edges and target not in came_from:
                came_from[target] = node
                queue.append(target)
    return ()


def _path_back(start: str, node: str, came_from: Mapping[str, str]) -> Tuple[str, ...]:
    path = [start]
    while node != start:
        path.append(node)
        node = came_from[node]
    return (start, *reversed(path[1:]), start)
