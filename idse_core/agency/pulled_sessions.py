"""Sessions that a pull brings to a workspace that does not have them: each built aside and complete in one go."""

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
"""Hears of a session what came of it, in the thread of the caller."""

_AT_ONCE = 4
"""Sessions that are written at once: as many as let a disk flush together what it can."""

_ALONE = "its session has no artifact"


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


class Arrivals:
    """Writes sessions that are not here, several at once: each waits mostly for the disk. To be entered with ``with``.

    Args:
        context: of the pull; its project is created with the first of them when it does not exist.
        documents: does what is planned for the documents that do not arrive.
        tell: hears of each session what came of it.

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
        """Begin with a session, once there is room for it."""
        arrival = self._prepared(plan)
        if not arrival.documents:
            alone = [item.came_to(Result.SKIPPED, plan.session, detail=_ALONE) for item in arrival.incoming]
            self._tell(plan.session, [*arrival.outcomes, *alone])
            return
        if not self._is_here():
            self._tell(plan.session, self._arrived(arrival, self._create_project(arrival), is_first=True))
            return
        fold = identifiers.fold(plan.session)
        # One that differs from another only in case has to see that one.
        self.finish(0 if fold in self._begun else _AT_ONCE - 1)
        self._begun.add(fold)
        self._arriving[self._pool.submit(self._create, plan.session, arrival.documents)] = arrival

    def finish(self, remaining: int = 0) -> None:
        """Wait until so many sessions are being written at most."""
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
