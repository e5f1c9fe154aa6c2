"""Sessions as a graph: created, listed, switched, archived; parents and dependencies without cycles."""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import identifiers
from idse_core.design_store import METADATA
from idse_core.errors import ConfigError, NotFoundError, UsageError
from idse_core.events import Listener, SessionCreated, Warned, ignore
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, TemplateValues
from idse_core.project_workspace import ProjectWorkspace, utc_now
from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType
from idse_core.stage_state_model import StageStateModel, ValidationStatus

__all__ = ["GraphProblem", "LineageNode", "NewSession", "SessionFilter", "SessionGraph", "find_problems", "lineage"]


class NewSession(NamedTuple):
    """What to create. ``name`` is an id, or a title that is slugged into one."""

    name: str
    title: str = ""
    session_type: SessionType = SessionType.FEATURE
    parent: Optional[str] = None
    depends_on: Tuple[str, ...] = ()
    owner: str = ""
    tags: Tuple[str, ...] = ()
    stack: str = ""
    layout: Optional[Layout] = None
    switch: bool = True


class SessionFilter(NamedTuple):
    """Which sessions to list; an absent field lets all through."""

    session_type: Optional[SessionType] = None
    status: Optional[SessionStatus] = None
    tag: Optional[str] = None
    owner: Optional[str] = None
    archived: bool = False

    def allows(self, metadata: SessionMetadata) -> bool:
        """Whether a session passes. Archived ones pass only when asked for."""
        wants_archived = self.archived or self.status is SessionStatus.ARCHIVED
        return (
            (wants_archived or not metadata.archived)
            and self.session_type in {None, metadata.session_type}
            and self.status in {None, metadata.status}
            and self.owner in {None, metadata.owner}
            and (self.tag is None or self.tag in metadata.tags)
        )


class LineageNode(NamedTuple):
    """A session in the order of a tree.

    Attributes:
        depth: 0 for a root.
        last: at each depth from 1 on, whether the ancestor (or itself) is the last child there.
    """

    metadata: SessionMetadata
    depth: int
    last: Tuple[bool, ...] = ()


class GraphProblem(NamedTuple):
    """What is wrong with the graph at one session.

    Attributes:
        kind: ``unknown`` (a session that does not exist), or ``cycle``.
        field: ``parent_session`` or ``depends_on``.
        detail: the unknown id, or the cycle as ``a → b → a``.
    """

    session: str
    kind: str
    field: str
    detail: str


class SessionGraph:
    """The sessions of one project.

    Args:
        workspace: whose sessions.
        on_event: told of new sessions and of what was worked around.
    """

    def __init__(self, workspace: ProjectWorkspace, *, on_event: Listener = ignore) -> None:
        self._workspace = workspace
        self._announce = on_event

    def list(self, wanted: Optional[SessionFilter] = None) -> Tuple[SessionMetadata, ...]:
        """The sessions' metadata, blueprint first. One with a broken file is listed with defaults, and announced."""
        found = tuple(self._metadata(session) for session in self._workspace.sessions())
        return found if wanted is None else tuple(item for item in found if wanted.allows(item))

    def create(self, new: NewSession) -> SessionMetadata:
        """Create a session with its full pipeline, and make it the current one unless told not to.

        The session is complete on disk before ``CURRENT_SESSION`` names it: killed at any point, the pointer is valid.

        Raises:
            UsageError: the id can't be used or is taken, or a parent or dependency does not exist.
        """
        session = identifiers.new_id(new.name, what="session")
        workspace = self._workspace
        self._refuse_taken(session)
        for other in (*([new.parent] if new.parent else []), *new.depends_on):
            workspace.require_session(other)
        metadata = _metadata_of(session, new)
        documents = self._documents(metadata, new.stack)
        with workspace.lock():
            self._refuse_taken(session)
            workspace.repair_pointer()
            workspace.store.save_session(workspace.project, session, documents, new.layout)
            if new.switch:
                workspace.point_to(session)
            workspace.update_state(lambda model: _with_session(model, session, select=new.switch))
        self._announce(SessionCreated(workspace.project, session))
        return metadata

    def switch(self, query: str) -> SessionMetadata:
        """Make a session the current one.

        Args:
            query: its id, or enough of it to mean only one.

        Raises:
            UsageError: it could mean several; lists them.
            NotFoundError: it means none.
        """
        session = self.find(query)
        metadata = self._metadata(session)
        if metadata.archived:
            raise UsageError(f"session '{session}' is archived", hint=f"idse session restore {session}")
        with self._workspace.lock():
            self._workspace.point_to(session)
            self._workspace.update_state(lambda model: model.select(session))
        return metadata

    def find(self, query: str) -> str:
        """The one session that a query means: exactly, else by beginning, by part, by letters in order.

        Raises:
            UsageError: it could mean several; lists them.
            NotFoundError: it means none.
        """
        sessions = self._workspace.sessions()
        if query in sessions:
            return query
        candidates = _candidates(query, sessions)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            shown = ", ".join(candidates[:8]) + (" …" if len(candidates) > 8 else "")
            raise UsageError(f"'{query}' could mean {len(candidates)} sessions: {shown}", hint="type a little more")
        raise NotFoundError(f"there is no session like '{query}'", hint="`idse session list` lists them")

    def archive(self, session: str) -> SessionMetadata:
        """Put a session away. ``CURRENT_SESSION`` leaves it first, to the parent or the blueprint.

        Raises:
            UsageError: it is the blueprint.
        """
        if session == BLUEPRINT:
            raise UsageError("the blueprint can't be archived: every other session hangs on it")
        workspace = self._workspace
        with workspace.lock():
            metadata = workspace.metadata(workspace.require_session(session))
            if workspace.current_session().id == session:
                successor = self._successor(metadata)
                workspace.point_to(successor)
                workspace.update_state(lambda model: model.select(successor))
            return self._set(metadata, status=SessionStatus.ARCHIVED)

    def restore(self, session: str) -> SessionMetadata:
        """Take an archived session out again, as a draft."""
        with self._workspace.lock():
            metadata = self._workspace.metadata(self._workspace.require_session(session))
            return self._set(metadata, status=SessionStatus.DRAFT) if metadata.archived else metadata

    def set(self, session: str, changes: Mapping[str, object]) -> SessionMetadata:
        """Change fields of a session's metadata.

        Args:
            session: its id.
            changes: field name of ``SessionMetadata`` → new value.

        Raises:
            UsageError: it would make a cycle, or names a session that does not exist.
        """
        with self._workspace.lock():
            metadata = self._workspace.metadata(self._workspace.require_session(session))
            changed = metadata._replace(**changes)  # type: ignore[arg-type]  # the face offers typed options only
            others = [item for item in self.list() if item.session_id != session]
            problems = [problem for problem in find_problems([*others, changed]) if problem.session == session]
            if problems:
                raise UsageError(_explain(problems[0]))
            return self._set(changed)

    def _set(self, metadata: SessionMetadata, **changes: object) -> SessionMetadata:
        changed = metadata._replace(updated_at=utc_now(), present=True, **changes)  # type: ignore[arg-type]  # as above
        self._workspace.write_metadata(changed)
        return changed

    def _metadata(self, session: str) -> SessionMetadata:
        try:
            return self._workspace.metadata(session)
        except ConfigError as error:
            self._announce(Warned(str(error), error.hint))
            return SessionMetadata.default(session)

    def _documents(self, metadata: SessionMetadata, stack: str) -> Dict[str, bytes]:
        values = TemplateValues(
            title=metadata.title,
            project=self._workspace.project,
            session_id=metadata.session_id,
            session_type=metadata.session_type.value,
            stack=stack,
        )
        artifacts = self._workspace.pipeline_artifacts().render_all(values)
        documents = {stage.value: data for stage, data in artifacts.items()}
        documents[METADATA] = metadata.serialize()
        return documents

    def _refuse_taken(self, session: str) -> None:
        other = identifiers.taken_by(session, self._workspace.sessions())
        if other == session:
            raise UsageError(f"session '{session}' exists already", hint=f"idse switch {session}")
        if other is not None:
            raise UsageError(f"session '{session}' can't stand beside '{other}': only their case or form differs")

    def _successor(self, metadata: SessionMetadata) -> str:
        known = self._workspace.sessions()
        preferred = (metadata.parent_session, BLUEPRINT, *known)
        return next(
            (
                session
                for session in preferred
                if session in known and session != metadata.session_id and not self._metadata(session).archived
            ),
            metadata.session_id,
        )


def lineage(sessions: Sequence[SessionMetadata]) -> Tuple[LineageNode, ...]:
    """The sessions in the order of a tree: children below their parent, nobody left out or shown twice.

    A session whose parent is unknown, or part of a cycle, stands as a root.
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
    """Parents and dependencies that don't exist, and cycles: each cycle once per session that is part of it."""
    by_id = {item.session_id: item for item in sessions}
    problems: List[GraphProblem] = []
    for field in ("parent_session", "depends_on"):
        edges = {session: _targets(item, field) for session, item in by_id.items()}
        for session, targets in edges.items():
            problems += [GraphProblem(session, "unknown", field, name) for name in targets if name not in by_id]
            cycle = _cycle_through(session, edges)
            if cycle:
                problems.append(GraphProblem(session, "cycle", field, " → ".join(cycle)))
    return tuple(problems)


def _targets(metadata: SessionMetadata, field: str) -> Tuple[str, ...]:
    if field == "depends_on":
        return metadata.depends_on
    return (metadata.parent_session,) if metadata.parent_session else ()


def _cycle_through(start: str, edges: Mapping[str, Tuple[str, ...]]) -> Tuple[str, ...]:
    """The shortest way from ``start`` back to itself, both ends named; empty when there is none."""
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


def _candidates(query: str, sessions: Sequence[str]) -> Tuple[str, ...]:
    wanted = identifiers.fold(query.strip())
    folded = {session: identifiers.fold(session) for session in sessions}
    tests = (
        lambda text: text == wanted,
        lambda text: text.startswith(wanted),
        lambda text: wanted in text,
        lambda text: _in_order(wanted, text),
    )
    for test in tests if wanted else ():
        found = tuple(session for session in sessions if test(folded[session]))
        if found:
            return found
    return ()


def _in_order(letters: str, text: str) -> bool:
    remaining = iter(text)
    return all(letter in remaining for letter in letters)


def _metadata_of(session: str, new: NewSession) -> SessionMetadata:
    now = utc_now()
    return SessionMetadata(
        session_id=session,
        title=new.title or new.name.strip(),
        session_type=new.session_type,
        parent_session=new.parent,
        depends_on=new.depends_on,
        owner=new.owner,
        tags=new.tags,
        created_at=now,
        updated_at=now,
    )


def _with_session(model: StageStateModel, session: str, *, select: bool) -> StageStateModel:
    recorded = model.record(session, {}, ValidationStatus.UNKNOWN)
    return recorded.select(session) if select else recorded


def _explain(problem: GraphProblem) -> str:
    if problem.kind == "unknown":
        return f"there is no session '{problem.detail}'"
    return f"that would make a cycle: {problem.detail}"
