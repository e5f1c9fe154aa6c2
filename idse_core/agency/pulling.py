"""The effects of a pull on the workspace. Each leaves a state that the next run understands.

Per document: the content is at hand and verified, then the live file is written if it still is what was planned on, then
both sides agree. The state file is written once at the end, for all sessions.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from idse_core import files, identifiers
from idse_core.agency.base_store import BaseStore
from idse_core.agency.conflicts import Versions, is_laid_aside, lay_aside, new_conflict, shown_folder
from idse_core.agency.documents import (
    NAMES,
    Content,
    as_object,
    file_bytes,
    hex_digest,
    is_json,
    place_of,
    state_document,
)
from idse_core.agency.json_merge import merge_json
from idse_core.agency.looking import Looking
from idse_core.agency.merge import merge
from idse_core.agency.outcome import DocumentOutcome, PlannedAction, Result
from idse_core.agency.planner import Action
from idse_core.agency.protocol import STATE_KEY, canonical_json
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import DocumentPlan, SessionPlan
from idse_core.agent_registry import DEFAULT_AGENTS, AgentRegistry
from idse_core.design_store import AGENT_REGISTRY, CURRENT_SESSION, SESSION_STATE, Place
from idse_core.errors import (
    ConfigError,
    ConflictError,
    IdseError,
    RefusedError,
    StorageError,
    UnreadableError,
)
from idse_core.events import FileDisplaced, FileWritten, Listener, SessionCreated
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel

__all__ = ["Puller"]

_Effect = Callable[[str, DocumentPlan, Optional[Content]], DocumentOutcome]
"""What is done with a document of a session, which is here as it was planned on."""

_AT_ONCE = 4
"""Sessions that are written at once: as many as let a disk flush together what it can."""

_CHANGED = "it was saved while we were at it; pull again"
_ALONE = "its session has no artifact"
_MISSING = "its content did not come, or is larger than a document may be"


class _Ahead(NamedTuple):
    """A state entry to take over: planned on the digest ``expected``; ``value`` None to forget it.

    ``is_new``: the session was not here, so an entry that is there was left behind by an earlier one.
    """

    document: DocumentPlan
    expected: Optional[str]
    value: Optional[Mapping[str, object]]
    result: Result
    is_new: bool = False


class _Arrival(NamedTuple):
    """A session that is not here yet.

    Attributes:
        incoming: the documents that arrive with it.
        outcomes: what came of the others.
        documents: name → bytes of its files.
        state: what is to be recorded of it.
    """

    session: str
    incoming: List[DocumentPlan]
    outcomes: List[DocumentOutcome]
    documents: Mapping[str, bytes]
    state: Optional[bytes]


class Puller:
    """Brings what the Agency Core has into the workspace.

    Args:
        workspace: a project, which is created when it does not exist.
        base: contents, and what is agreed.
        on_event: told of writes.
        is_stopped: whether no further session is to be begun.

    Attributes:
        created: whether the project was created.
        interrupted: somebody pressed Ctrl-C, or ``is_stopped``.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        base: BaseStore,
        *,
        on_event: Listener,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._workspace = workspace
        self._base = base
        self._announce = on_event
        self._is_stopped = is_stopped
        self._recorder = Recorder(base)
        self._looking = Looking(workspace)
        self._states: Dict[str, _Ahead] = {}
        self._effects: Dict[Action, _Effect] = {
            Action.RECORD_BASE: self._remember,
            Action.DELETE_LOCAL: self._delete,
            Action.PULL: self._write_remote,
            Action.RESTORE: self._write_remote,
            Action.MERGE: self._join,
            Action.CONFLICT_WITHOUT_BASE: self._join,
            Action.CONFLICT_DELETED_REMOTELY: self._join,
        }
        self._arriving: Dict[Future[Optional[IdseError]], _Arrival] = {}
        self._begun: Set[str] = set()
        self.created = False
        self.interrupted = False

    def apply(self, plans: Sequence[SessionPlan], tell: Callable[[str, List[DocumentOutcome]], None]) -> None:
        """Do what is planned, but for states, which ``finish`` writes; what was done is recorded however this ends.

        Args:
            plans: of all sessions.
            tell: hears of each session what came of it, in the calling thread.
        """
        # A new session waits mostly for the disk, so several are written at once.
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="idse-pull") as pool:
            try:
                for plan in plans:
                    if self._is_stopped():
                        self.interrupted = True
                        break
                    if plan.exists:
                        tell(plan.session, self._change(plan))
                    else:
                        self._begin(plan, pool, tell)
                    self._recorder.pause()
                self._finish_until(0, tell)
            except KeyboardInterrupt:
                self.interrupted = True
                self._finish_until(0, tell)
            finally:
                self._recorder.flush()

    def _change(self, plan: SessionPlan) -> List[DocumentOutcome]:
        with self._workspace.lock():
            return self._let_go(plan) if plan.leaves else self._each(plan)

    def finish(self, synced: Set[str], at: str) -> Dict[str, DocumentOutcome]:
        """Write the state of all sessions at once, and when they were synced.

        Args:
            synced: sessions of which everything else succeeded.
            at: now, ISO 8601 UTC.

        Returns:
            Session → what came of its state, for those that had one to take over.
        """
        self._recorder.flush()
        exists = self._workspace.project in self._workspace.store.list_projects()
        if not exists or not (self._states or synced):
            return {}
        missed: Set[str] = set()

        def change(model: StageStateModel) -> StageStateModel:
            missed.clear()
            wanted: Dict[str, Optional[Mapping[str, object]]] = {}
            for session, ahead in self._states.items():
                present = state_document(model, session)
                if ahead.is_new or (None if present is None else hex_digest(present)) == ahead.expected:
                    wanted[session] = ahead.value
                else:
                    missed.add(session)
            known = set(self._workspace.sessions())
            taken = model.take_over(wanted) if wanted else model
            return taken.synced_all(sorted((synced & known) - missed), at)

        why = _CHANGED
        try:
            with self._workspace.lock():
                self._workspace.update_state(change)
        except (ConflictError, RefusedError, StorageError) as error:
            missed, why = set(self._states), error.message
        outcomes = {
            session: self._state_outcome(session, ahead, session in missed, why)
            for session, ahead in self._states.items()
        }
        self._recorder.flush()
        return outcomes

    # Sessions

    def _begin(
        self, plan: SessionPlan, pool: ThreadPoolExecutor, tell: Callable[[str, List[DocumentOutcome]], None]
    ) -> None:
        """A session that is not here: built aside and complete in one go."""
        arrival = self._prepared(plan)
        if not arrival.documents:
            alone = [_outcome(plan.session, item, Result.SKIPPED, detail=_ALONE) for item in arrival.incoming]
            tell(plan.session, [*arrival.outcomes, *alone])
            return
        if not self._is_here():
            tell(plan.session, self._arrived(arrival, self._create_project(arrival), is_first=True))
            return
        fold = identifiers.fold(plan.session)
        # One that differs from another only in case has to see that one.
        self._finish_until(0 if fold in self._begun else _AT_ONCE - 1, tell)
        self._begun.add(fold)
        self._arriving[pool.submit(self._create, plan.session, arrival.documents)] = arrival

    def _finish_until(self, remaining: int, tell: Callable[[str, List[DocumentOutcome]], None]) -> None:
        """Wait until so many sessions are being written at most."""
        while len(self._arriving) > remaining:
            done, _ = wait(self._arriving, return_when=FIRST_COMPLETED)
            for future in done:
                arrival = self._arriving.pop(future)
                tell(arrival.session, self._arrived(arrival, future.result(), is_first=False))

    def _prepared(self, plan: SessionPlan) -> _Arrival:
        incoming = [item for item in plan.documents if item.action in {Action.PULL, Action.RESTORE}]
        outcomes = [self._one(plan.session, item) for item in plan.documents if item not in incoming]
        contents: Dict[str, bytes] = {}
        documents: Dict[str, bytes] = {}
        for document in incoming:
            name = NAMES[document.key]
            data = self._base.content(document.remote_digest or "")
            if data is None:
                outcomes.append(_outcome(plan.session, document, Result.SKIPPED, detail=_MISSING))
                continue
            try:
                written = file_bytes(document.key, data, like=None, path=name)
            except UnreadableError as error:
                outcomes.append(_outcome(plan.session, document, Result.SKIPPED, detail=error.message))
                continue
            contents[document.key] = data
            if document.key != STATE_KEY:
                documents[name] = written
        arriving = [item for item in incoming if item.key in contents]
        return _Arrival(plan.session, arriving, outcomes, documents, contents.get(STATE_KEY))

    def _arrived(self, arrival: _Arrival, error: Optional[IdseError], *, is_first: bool) -> List[DocumentOutcome]:
        session, outcomes = arrival.session, arrival.outcomes
        if error is not None:
            failed = (_outcome(session, item, Result.SKIPPED, detail=error.message) for item in arrival.incoming)
            return [*outcomes, *failed]
        self._announce(SessionCreated(self._workspace.project, session))
        for document in arrival.incoming:
            if document.key == STATE_KEY and not is_first:
                outcomes.append(self._take_state(session, document, arrival.state or b"{}"))
                self._states[session] = self._states[session]._replace(is_new=True)
            else:
                self._recorder.agree(session, document.key, document.remote)
                outcomes.append(self._done(session, document))
        return outcomes

    def _create(self, session: str, documents: Mapping[str, bytes]) -> Optional[IdseError]:
        """Runs in a thread of its own; gives what went wrong."""
        try:
            self._workspace.store.save_session(self._workspace.project, session, documents)
        except (ConflictError, RefusedError, StorageError) as error:
            return error
        return None

    def _create_project(self, arrival: _Arrival) -> Optional[IdseError]:
        """The project arrives whole with its first session, so that CURRENT_SESSION is never wrong."""
        project, session = self._workspace.project, arrival.session
        model = StageStateModel.new(project, session)
        if arrival.state is not None:
            model = model.take_over({session: as_object(arrival.state, path=SESSION_STATE)})
        own = {
            AGENT_REGISTRY: AgentRegistry(DEFAULT_AGENTS).serialize(),
            SESSION_STATE: model.serialize(),
            CURRENT_SESSION: f"{session}\n".encode(),
        }
        places = {Place(project, session, name): data for name, data in arrival.documents.items()}
        places.update({Place(project, None, name): data for name, data in own.items()})
        try:
            self._workspace.store.create_project(project, places)
        except (ConflictError, RefusedError, StorageError) as error:
            return error
        self.created = True
        return None

    def _is_here(self) -> bool:
        return self.created or self._workspace.project in self._workspace.store.list_projects()

    def _each(self, plan: SessionPlan) -> List[DocumentOutcome]:
        return [self._one(plan.session, document) for document in plan.documents]

    def _let_go(self, plan: SessionPlan) -> List[DocumentOutcome]:
        """A session that was deleted at the Agency Core and not touched here."""
        try:
            self._step_aside(plan.session)
        except (ConflictError, RefusedError, StorageError) as error:
            return [_outcome(plan.session, item, Result.SKIPPED, detail=error.message) for item in plan.documents]
        outcomes = self._each(plan)
        if all(outcome.result is Result.DONE for outcome in outcomes):
            self._workspace.store.discard_session(self._workspace.project, plan.session)
        else:
            self._states.pop(plan.session, None)
        return outcomes

    def _step_aside(self, session: str) -> None:
        """Make another session the current one before this one goes."""
        if self._workspace.current_session().id != session:
            return
        remaining = [other for other in self._workspace.sessions() if other != session]
        if not remaining:
            raise RefusedError(
                f"'{session}' was deleted at the Agency Core, but is the only session here; nothing was done",
                hint="a project needs a session: `idse spawn` makes another one",
            )
        try:
            parent = self._workspace.metadata(session).parent_session
        except (ConfigError, UnreadableError):
            parent = None
        successor = parent if parent in remaining else BLUEPRINT if BLUEPRINT in remaining else remaining[0]
        self._workspace.point_to(successor)
        self._workspace.update_state(lambda model: model.select(successor))

    # Documents

    def _one(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        try:
            return self._act(session, document)
        except (ConflictError, RefusedError, StorageError) as error:
            return _outcome(session, document, Result.SKIPPED, error.path, error.message)

    def _act(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        if document.action is Action.FORGET_BASE:
            self._recorder.agree(session, document.key, None)
            return _outcome(session, document, Result.DONE)
        if document.action in {Action.PUSH, Action.PUSH_TOMBSTONE}:
            return _outcome(session, document, Result.LEFT, self._path(session, document.key))
        present = self._looking.document(session, document.key)
        found = None if present is None else present.digest
        if found != (None if document.local is None else document.local.digest):
            return _outcome(session, document, Result.SKIPPED, self._path(session, document.key), _CHANGED)
        return self._effects[document.action](session, document, present)

    def _remember(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        self._recorder.agree(session, document.key, document.remote, None if present is None else present.data)
        return self._done(session, document)

    def _write_remote(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        data = self._base.content(document.remote_digest or "")
        if data is None:
            return _outcome(session, document, Result.SKIPPED, self._path(session, document.key), _MISSING)
        if document.key == STATE_KEY:
            return self._take_state(session, document, data)
        self._write(session, document.key, data, present)
        self._recorder.agree(session, document.key, document.remote, data)
        return self._done(session, document)

    def _delete(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        if document.key == STATE_KEY:
            self._states[session] = _Ahead(document, None if present is None else present.digest, None, Result.DONE)
            return self._done(session, document)
        path = self._path(session, document.key)
        if present is not None:
            kept = self._workspace.store.displace(
                place_of(self._workspace.project, session, document.key), expected=present.stored
            )
            if kept is not None:
                self._announce(FileDisplaced(path, kept))
        self._recorder.agree(session, document.key, None)
        return _outcome(session, document, Result.DONE, path)

    def _join(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        """Both sides changed it."""
        conflict = new_conflict(self._workspace, session, document.key, base=document.base, remote=document.remote)
        theirs = None if document.remote_digest is None else self._base.content(document.remote_digest)
        if document.remote_digest is not None and theirs is None:
            return _outcome(session, document, Result.SKIPPED, self._path(session, document.key), _MISSING)
        ours = b"" if present is None else present.data
        base = None if document.base_digest is None else self._base.content(document.base_digest)
        clean, merged = _merged(document.key, base, ours, theirs)
        if not clean or is_laid_aside(self._workspace, conflict):
            shown = [_shown(document.key, data) for data in (base, ours, theirs, merged)]
            lay_aside(self._workspace, conflict, Versions(*shown))
            folder = shown_folder(self._workspace, conflict)
            return _outcome(session, document, Result.CONFLICT, folder, _why(document))
        if document.key == STATE_KEY:
            return self._take_state(session, document, merged or b"{}", Result.MERGED)
        if merged is not None and merged != ours:
            self._keep(session, document.key, present)
            self._write(session, document.key, merged, present)
        self._recorder.agree(session, document.key, document.remote, theirs)
        return _outcome(session, document, Result.MERGED, self._path(session, document.key))

    def _take_state(
        self, session: str, document: DocumentPlan, data: bytes, result: Result = Result.DONE
    ) -> DocumentOutcome:
        path = self._path(session, document.key)
        try:
            value = as_object(data, path=path)
        except UnreadableError as error:
            return _outcome(session, document, Result.SKIPPED, path, error.message)
        expected = None if document.local is None else document.local.digest
        self._states[session] = _Ahead(document, expected, value, result)
        return _outcome(session, document, result, path)

    def _state_outcome(self, session: str, ahead: _Ahead, missed: bool, why: str) -> DocumentOutcome:  # noqa: FBT001
        document = ahead.document
        path = self._path(session, STATE_KEY)
        if missed:
            return _outcome(session, document, Result.SKIPPED, path, why)
        self._recorder.agree(session, STATE_KEY, None if ahead.value is None else document.remote)
        return _outcome(session, document, ahead.result, path)

    # Files

    def _write(self, session: str, key: str, data: bytes, present: Optional[Content]) -> None:
        place = place_of(self._workspace.project, session, key)
        path = self._path(session, key)
        like = self._workspace.store.read(place) if is_json(key) else None
        written = file_bytes(key, data, like=None if like is None else like.data, path=path)
        expected = None if present is None else present.stored
        document = self._workspace.store.write(place, written, expected=expected)
        self._announce(FileWritten(document.path, document.digest))

    def _keep(self, session: str, key: str, present: Optional[Content]) -> None:
        """A copy of what was here before a merge: nobody else has it."""
        if present is None:
            return
        suffix = "json" if is_json(key) else "md"
        name = f"before-merge-{present.digest[:16]}-{session}-{NAMES[key]}.{suffix}"
        folder = self._workspace.local / "displaced" / self._workspace.project
        if files.read_bytes(folder / name, root=self._workspace.folder) is None:
            files.write_bytes(folder / name, present.data, expected=None, root=self._workspace.folder, displaced=folder)

    def _path(self, session: str, key: str) -> str:
        return self._workspace.store.locate(place_of(self._workspace.project, session, key))

    def _done(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        return _outcome(session, document, Result.DONE, self._path(session, document.key))


def _merged(key: str, base: Optional[bytes], ours: bytes, theirs: Optional[bytes]) -> Tuple[bool, Optional[bytes]]:
    """Whether it went together, and what came of it; None where there is nothing to show."""
    if theirs is None or (base is None and key != STATE_KEY):
        return False, None
    if is_json(key):
        before = {} if base is None else as_object(base, path="base")
        merging = merge_json(before, as_object(ours, path="ours"), as_object(theirs, path="theirs"))
        return merging.clean or key == STATE_KEY, canonical_json(merging.value)
    text = merge(base or b"", ours, theirs)
    is_shown = text.clean or not any(b"\0" in data for data in (ours, theirs))
    return text.clean, text.data if is_shown else None


def _shown(key: str, data: Optional[bytes]) -> Optional[bytes]:
    """A version as a file for a person."""
    return data if data is None or not is_json(key) else file_bytes(key, data, like=None, path=key)


def _why(document: DocumentPlan) -> str:
    if document.action is Action.CONFLICT_DELETED_REMOTELY:
        return "it was edited here and deleted at the Agency Core"
    if document.action is Action.CONFLICT_WITHOUT_BASE:
        return "both sides have one, and they never were the same"
    return "both sides changed the same place"


def _outcome(session: str, document: DocumentPlan, result: Result, path: str = "", detail: str = "") -> DocumentOutcome:
    planned = PlannedAction(session, document.key, document.action, document.size)
    return DocumentOutcome(planned, result, path, detail)
