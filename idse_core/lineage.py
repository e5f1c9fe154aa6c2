"""How sessions are related: the tree of parents, and what is wrong with parents and dependencies. Pure."""

from __future__ import annotations

from typing import Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from idse_core.cycles import cycles
from idse_core.session_metadata import SessionMetadata

__all__ = ["GraphProblem", "LineageNode", "find_problems", "lineage"]


class LineageNode(NamedTuple):
    """A session in the depth-first order of the tree.

    Attributes:
        depth: 0 for a root.
        last: for each depth from 1 on, whether the ancestor at that depth (or the session itself) is the last child.
    """

    metadata: SessionMetadata
    depth: int
    last: Tuple[bool, ...] = ()


class GraphProblem(NamedTuple):
    """A problem in the graph, at one session.

    Attributes:
        kind: ``unknown`` (a session that does not exist), or ``cycle``.
        field: ``parent_session`` or ``depends_on``.
        detail: the unknown id, or the cycle as ``a → b → a``.
    """

    session: str
    kind: str
    field: str
    detail: str


def lineage(sessions: Sequence[SessionMetadata]) -> Tuple[LineageNode, ...]:
    """The sessions in depth-first order: children below their parent, none left out or listed twice.

    A session counts as a root when its parent is unknown, or when it is part of a cycle.
    """
    by_id = {item.session_id: item for item in sessions}
    looping = {problem.session for problem in find_problems(sessions) if problem.field == "parent_session"}
    children: Dict[Optional[str], List[SessionMetadata]] = {}
    for item in sessions:
        rooted = item.parent_session not in by_id or item.session_id in looping
        children.setdefault(None if rooted else item.parent_session, []).append(item)
    nodes: List[LineageNode] = []
    stack = [LineageNode(item, 0) for item in reversed(children.get(None, []))]
    while stack:
        node = stack.pop()
        nodes.append(node)
        below = children.get(node.metadata.session_id, [])
        stack.extend(
            LineageNode(below[index], node.depth + 1, (*node.last, index == len(below) - 1))
            for index in range(len(below) - 1, -1, -1)
        )
    return tuple(nodes)


def find_problems(sessions: Iterable[SessionMetadata]) -> Tuple[GraphProblem, ...]:
    """Find parents and dependencies that don't exist, and cycles: each cycle once per session that is part of it."""
    by_id = {item.session_id: item for item in sessions}
    problems: List[GraphProblem] = []
    for field in ("parent_session", "depends_on"):
        edges = {session: _targets(item, field) for session, item in by_id.items()}
        found = cycles(edges)
        for session, targets in edges.items():
            problems += [GraphProblem(session, "unknown", field, name) for name in targets if name not in by_id]
            if session in found:
                problems.append(GraphProblem(session, "cycle", field, str(found[session])))
    return tuple(problems)


def _targets(metadata: SessionMetadata, field: str) -> Tuple[str, ...]:
    if field == "depends_on":
        return metadata.depends_on
    return (metadata.parent_session,) if metadata.parent_session else ()
