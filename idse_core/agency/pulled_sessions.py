"""Sessions that a pull adds to the workspace: each is built in a staging folder, and appears complete at once."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Set, Type

from idse_core import identifiers
from idse_core.agency.documents import NAMES, as_object, file_bytes, place_of
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.planner import Action
from idse_core.agency.protocol import STATE_KEY
from idse_core.agency.pull_context import PullContext
from idse_core.agency.pulled_documents import MISSING, PulledDocuments
from idse_core.agency.session_plan import DocumentPlan, SessionPlan
from idse_core.agent_registry import DEFAULT_AGENTS, AgentRegistry
from idse_core.design_store import AGENT_REGISTRY, CURRENT_SESSION, SESSION_STATE, Place
from idse_core.errors import ConflictError, IdseError, RefusedError, StorageError, UnreadableError
from idse_core.events import SessionCreated
from idse_core.stage_state_model import StageStateModel

__all__ = ["Arrivals", "Tell"]

Tell = Callable[[str, List[DocumentOutcome]], None]
"""Called with a session and its outcomes, in the calling thread."""

_AT_ONCE = 4
"""Sessions that are written at once: enough for the disk to combine their flushes."""

_ALONE = "its session has no artifact"


class _Arrival(NamedTuple):
    """A session to be added to the workspace.

    Attributes:
        incoming: the plans of the documents that are added with it.
        outcomes: the outcomes of its other documents.
        documents: document name → content of its file.
        state: its state in wire form, to be recorded; None if it has none.
    """

    session: str
    incoming: List[DocumentPlan]
    outcomes: List[DocumentOutcome]
    documents: Mapping[str, bytes]
    state: Optional[bytes]


class Arrivals:
    """Adds sessions to the workspace, several at once, since each mostly waits for the disk. A context manager.

    Args:
        context: of the pull; if its project does not exist, it is created with the first session.
        documents: carries out the actions on documents that are not incoming.
        tell: called with the outcomes of each session.

    Attributes:
        created: whether the project was created.
    """

    def __init__(self, context: PullContext, documents: PulledDocuments, *, tell: Tell) -> None:
        self._workspace, self._base, self._recorder, self._states, self._announce = context
        self._documents = documents
        self._tell = tell
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="idse-pull")
        self._arriving: Dict[Future[Optional[IdseError]], _Arrival] = {}
        self._begun: Set[str] = set()
        self.created = False

    def __enter__(self) -> Arrivals:  # noqa: PYI034  # typing.Self needs Python 3.11
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._pool.shutdown()

    def begin(self, plan: SessionPlan) -> None:
        """Begin to add a session, after waiting for a free thread."""
        arrival = self._prepared(plan)
        if not arrival.documents:
            alone = [item.came_to(Result.SKIPPED, plan.session, detail=_ALONE) for item in arrival.incoming]
            self._tell(plan.session, [*arrival.outcomes, *alone])
            return
        if not self._is_here():
            self._tell(plan.session, self._arrived(arrival, self._create_project(arrival), is_first=True))
            return
        fold = identifiers.fold(plan.session)
        # A session whose id differs from another's only in case must be checked after that one was written.
        self.finish(0 if fold in self._begun else _AT_ONCE - 1)
        self._begun.add(fold)
        self._arriving[self._pool.submit(self._create, plan.session, arrival.documents)] = arrival

    def finish(self, remaining: int = 0) -> None:
        """Wait until at most this many sessions are still being written."""
        while len(self._arriving) > remaining:
            done, _ = wait(self._arriving, return_when=FIRST_COMPLETED)
            for future in done:
                arrival = self._arriving.pop(future)
                self._tell(arrival.session, self._arrived(arrival, future.result(), is_first=False))

    def _prepared(self, plan: SessionPlan) -> _Arrival:
        incoming = [item for item in plan.documents if item.action in {Action.PULL, Action.RESTORE}]
        outcomes = [self._documents.apply(plan.session, item) for item in plan.documents if item not in incoming]
        contents: Dict[str, bytes] = {}
        documents: Dict[str, bytes] = {}
        for document in incoming:
            name = NAMES[document.key]
            data = self._base.content(document.remote_digest or "")
            if data is None:
                outcomes.append(document.came_to(Result.SKIPPED, plan.session, detail=MISSING))
                continue
            try:
                written = file_bytes(document.key, data, like=None, path=name)
            except UnreadableError as error:
                outcomes.append(document.came_to(Result.SKIPPED, plan.session, detail=error.message))
                continue
            contents[document.key] = data
            if document.key != STATE_KEY:
                documents[name] = written
        arriving = [item for item in incoming if item.key in contents]
        return _Arrival(plan.session, arriving, outcomes, documents, contents.get(STATE_KEY))

    def _arrived(self, arrival: _Arrival, error: Optional[IdseError], *, is_first: bool) -> List[DocumentOutcome]:
        session, outcomes = arrival.session, arrival.outcomes
        if error is not None:
            failed = (item.came_to(Result.SKIPPED, session, detail=error.message) for item in arrival.incoming)
            return [*outcomes, *failed]
        project, locate = self._workspace.project, self._workspace.store.locate
        self._announce(SessionCreated(project, session))
        for document in arrival.incoming:
            if document.key == STATE_KEY and not is_first:
                outcomes.append(self._states.take(session, document, arrival.state or b"{}", is_new=True))
            else:
                self._recorder.agree(session, document.key, document.remote)
                path = locate(place_of(project, session, document.key))
                outcomes.append(document.came_to(Result.DONE, session, path=path))
        return outcomes

    def _create(self, session: str, documents: Mapping[str, bytes]) -> Optional[IdseError]:
        """Write a session, in a worker thread; return the error, if any."""
        try:
            self._workspace.store.save_session(self._workspace.project, session, documents)
        except (ConflictError, RefusedError, StorageError) as error:
            return error
        return None

    def _create_project(self, arrival: _Arrival) -> Optional[IdseError]:
        """Create the project together with its first session, so that CURRENT_SESSION is valid from the beginning."""
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
