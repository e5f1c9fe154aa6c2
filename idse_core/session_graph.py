"""Sessions as a graph: created, listed, switched, archived; parents and dependencies without cycles."""

from __future__ import annotations

from shlex import quote
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import identifiers
from idse_core.design_store import METADATA
from idse_core.errors import NotFoundError, RefusedError, UsageError
from idse_core.events import Listener, SessionCreated, ignore
from idse_core.lineage import GraphProblem, find_problems
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, TemplateValues
from idse_core.project_workspace import ProjectWorkspace, utc_now
from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType
from idse_core.stage_state_model import StageStateModel, ValidationStatus

__all__ = ["NewSession", "SessionFilter", "SessionGraph", "meant_session"]


class NewSession(NamedTuple):
    """What to create. ``name`` is an id, or a title from which one is made."""

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
    """Which sessions to list; a field that is not set lets all through."""

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


class SessionGraph:
    """The sessions of one project.

    Args:
        workspace: opened at the project.
        on_event: receives an event for every new session, and warnings about what was worked around.
    """

    def __init__(self, workspace: ProjectWorkspace, *, on_event: Listener = ignore) -> None:
        self._workspace = workspace
        self._announce = on_event

    def list(self, wanted: Optional[SessionFilter] = None) -> Tuple[SessionMetadata, ...]:
        """The sessions' metadata, blueprint first. A broken file yields defaults and a warning."""
        found = tuple(self._metadata(session) for session in self._workspace.sessions())
        return found if wanted is None else tuple(item for item in found if wanted.allows(item))

    def create(self, new: NewSession) -> SessionMetadata:
        """Create a session with its full pipeline, and make it the current one unless told not to.

        The session is complete on disk before ``CURRENT_SESSION`` names it: even if the process is killed, the pointer
        is valid.

        Raises:
            UsageError: the id can't be used or is taken.
            NotFoundError: the parent or a dependency does not exist.
            RefusedError: a newer version of the tool wrote the recorded states; nothing is changed.
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
            workspace.state().model.require_writable()
            workspace.repair_pointer()
            workspace.store.save_session(workspace.project, session, documents, new.layout)
            if new.switch:
                workspace.point_to(session)
            workspace.change_state(lambda model: _with_session(model, session, select=new.switch))
        self._announce(SessionCreated(workspace.project, session))
        return metadata

    def switch(self, query: str) -> SessionMetadata:
        """Make a session the current one.

        Args:
            query: the session's id, or enough of it to be unambiguous.

        Raises:
            UsageError: it matches several sessions, which are listed, or the session is archived.
            NotFoundError: it matches none.
            RefusedError: a newer version of the tool wrote the recorded states; nothing is changed.
        """
        session = self.find(query)
        metadata = self._metadata(session)
        if metadata.archived:
            raise UsageError(f"session '{session}' is archived", hint=f"idse session restore {quote(session)}")
        with self._workspace.lock():
            self._workspace.state().model.require_writable()
            self._workspace.point_to(session)
            self._workspace.change_state(lambda model: model.select(session))
        return metadata

    def find(self, query: str) -> str:
        """The one session that a query matches: by its exact id, else by prefix, by substring, by letters in order.

        Raises:
            UsageError: it matches several sessions, which are listed.
            NotFoundError: it matches none.
        """
        try:
            return meant_session(query, self._workspace.sessions())
        except NotFoundError:
            if any(item.name == query for item in self._workspace.passed_over()):
                self._workspace.require_session(query)  # says why it is not recognised as a session
            raise

    def archive(self, session: str) -> SessionMetadata:
        """Archive a session. If it is the current one, ``CURRENT_SESSION`` first moves to the parent or the blueprint.

        Raises:
            UsageError: it is the blueprint.
            RefusedError: it is the only session.
        """
        if session == BLUEPRINT:
            raise UsageError(
                "the blueprint can't be archived: every other session descends from it",
                hint="archive the sessions that are done, one by one",
            )
        workspace = self._workspace
        with workspace.lock():
            metadata = workspace.metadata(workspace.require_session(session))
            workspace.repair_pointer()
            self.leave(session)
            return metadata if metadata.archived else self._set(metadata, status=SessionStatus.ARCHIVED)

    def leave(self, session: str) -> str:
        """Make another session the current one before this one goes; returns the current session.

        The caller holds the lock. The other session is the parent, else the blueprint, else the first of the rest; an
        archived one only when all of them are archived.

        Raises:
            RefusedError: it is the only session, or a newer version of the tool wrote the recorded states.
        """
        workspace = self._workspace
        current = workspace.current_session().id
        if current != session:
            return current
        others = [other for other in workspace.sessions() if other != session]
        if not others:
            raise RefusedError(
                f"'{session}' is the only session of project '{workspace.project}', which needs one",
                hint="`idse spawn` makes another one",
            )
        wanted = (self._metadata(session).parent_session, BLUEPRINT, *others)
        preferred = [other for other in dict.fromkeys(wanted) if other in others]
        successor = next((other for other in preferred if not self._metadata(other).archived), preferred[0])
        workspace.state().model.require_writable()
        workspace.point_to(successor)
        workspace.change_state(lambda model: model.select(successor))
        return successor

    def restore(self, session: str) -> SessionMetadata:
        """Restore an archived session, as a draft."""
        with self._workspace.lock():
            metadata = self._workspace.metadata(self._workspace.require_session(session))
            self._workspace.repair_pointer()
            return self._set(metadata, status=SessionStatus.DRAFT) if metadata.archived else metadata

    def set(self, session: str, changes: Mapping[str, object]) -> SessionMetadata:
        """Change fields of a session's metadata.

        Args:
            session: the session's id.
            changes: field name of ``SessionMetadata`` → new value.

        Raises:
            UsageError: a change would make a cycle, or names a session that does not exist.
        """
        with self._workspace.lock():
            metadata = self._workspace.metadata(self._workspace.require_session(session))
            changed = metadata._replace(**changes)  # type: ignore[arg-type]  # the face offers typed options only
            changed = changed._replace(title=identifiers.single_line(changed.title) or session)
            others = [item for item in self.list() if item.session_id != session]
            problems = [
                problem
                for problem in find_problems([*others, changed])
                if problem.session == session and problem.field in changes
            ]
            if problems:
                message, hint = _explain(problems[0])
                raise UsageError(message, hint=hint)
            self._workspace.repair_pointer()
            return self._set(changed)

    def _set(self, metadata: SessionMetadata, **changes: object) -> SessionMetadata:
        changed = metadata._replace(updated_at=utc_now(), present=True, **changes)  # type: ignore[arg-type]  # as above
        self._workspace.write_metadata(changed)
        return changed

    def _metadata(self, session: str) -> SessionMetadata:
        return self._workspace.metadata_or_default(session, self._announce)

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
            raise UsageError(f"session '{session}' exists already", hint=f"idse switch {quote(session)}")
        if other is not None:
            raise UsageError(
                f"session '{session}' conflicts with '{other}': only their case or form differs",
                hint=f"choose another id, or `idse switch {quote(other)}`",
            )


def meant_session(query: str, sessions: Sequence[str]) -> str:
    """The one of some sessions that a query means: exactly, else by beginning, by part, by letters in order.

    Args:
        query: an id, or enough of it.
        sessions: ids.

    Raises:
        UsageError: it could mean several; lists them.
        NotFoundError: it means none.
    """
    if query in sessions:
        return query
    candidates = _candidates(query, sessions)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        shown = ", ".join(candidates[:8]) + (" …" if len(candidates) > 8 else "")
        raise UsageError(f"'{query}' could mean {len(candidates)} sessions: {shown}", hint="type a little more")
    raise NotFoundError(f"there is no session like '{query}'", hint="`idse session list` lists them")


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
        title=identifiers.single_line(new.title) or identifiers.single_line(new.name),
        session_type=new.session_type,
        parent_session=new.parent or None,
        depends_on=new.depends_on,
        owner=new.owner,
        tags=new.tags,
        created_at=now,
        updated_at=now,
    )


def _with_session(model: StageStateModel, session: str, *, select: bool) -> StageStateModel:
    recorded = model.record(session, {}, ValidationStatus.UNKNOWN)
    return recorded.select(session) if select else recorded


def _explain(problem: GraphProblem) -> Tuple[str, str]:
    """The message and the hint for a problem."""
    if problem.kind == "unknown":
        return f"there is no session '{problem.detail}'", "`idse session list` lists them"
    return f"that would make a cycle: {problem.detail}", "`idse session list` shows which session depends on which"
