"""Applying a pull to the workspace, session by session. After each step, the next run can continue from there."""

from __future__ import annotations

from typing import Callable, Dict, List, Sequence, Set

from idse_core.agency.base_store import BaseStore
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.pull_context import PullContext
from idse_core.agency.pulled_documents import PulledDocuments
from idse_core.agency.pulled_sessions import Arrivals, Tell
from idse_core.agency.pulled_states import PulledStates
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import SessionPlan
from idse_core.errors import ConflictError, RefusedError, StorageError
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import SessionGraph

__all__ = ["Puller"]


class Puller:
    """Applies the changes of the Agency Core to the workspace.

    Args:
        workspace: the project, which is created when it does not exist.
        base: the sync state, with the contents.
        on_event: called for every write.
        is_stopped: returns whether no further session may be begun.

    Attributes:
        created: whether the project was created.
        interrupted: whether it ended early by Ctrl-C or ``is_stopped``.
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
        self._is_stopped = is_stopped
        self._graph = SessionGraph(workspace, on_event=on_event)
        self._recorder = Recorder(base)
        self._states = PulledStates(workspace, self._recorder, on_event=on_event)
        self._context = PullContext(workspace, base, self._recorder, self._states, on_event)
        self._documents = PulledDocuments(self._context)
        self.created = False
        self.interrupted = False

    def apply(self, plans: Sequence[SessionPlan], tell: Tell) -> None:
        """Carry out the plans, except for states, which ``finish`` writes; whatever was done is recorded in any case.

        Args:
            plans: of all sessions.
            tell: called with the outcomes of each session, in the calling thread.
        """
        with Arrivals(self._context, self._documents, tell=tell) as arrivals:
            try:
                self._each_session(plans, arrivals, tell)
                arrivals.finish()
            except KeyboardInterrupt:
                self.interrupted = True
                arrivals.finish()
            finally:
                self.created = arrivals.created
                self._recorder.flush()

    def finish(self, synced: Set[str], at: str) -> Dict[str, DocumentOutcome]:
        """Write the states of all sessions at once, and the time of the sync.

        Args:
            synced: the sessions in which everything else succeeded.
            at: the present time, in ISO 8601 and UTC.

        Returns:
            Session → outcome for its state, for the sessions whose state had to be written.
        """
        self._recorder.flush()
        outcomes = self._states.write(synced, at)
        self._recorder.flush()
        return outcomes

    def _each_session(self, plans: Sequence[SessionPlan], arrivals: Arrivals, tell: Tell) -> None:
        for plan in plans:
            if self._is_stopped():
                self.interrupted = True
                return
            if plan.exists:
                tell(plan.session, self._change(plan))
            else:
                arrivals.begin(plan)
            self._recorder.pause()

    def _change(self, plan: SessionPlan) -> List[DocumentOutcome]:
        with self._workspace.lock():
            return self._let_go(plan) if plan.leaves else self._each_document(plan)

    def _each_document(self, plan: SessionPlan) -> List[DocumentOutcome]:
        return [self._documents.apply(plan.session, document) for document in plan.documents]

    def _let_go(self, plan: SessionPlan) -> List[DocumentOutcome]:
        """Remove a session that was deleted at the Agency Core and not changed here."""
        try:
            self._graph.leave(plan.session)
        except (ConflictError, RefusedError, StorageError) as error:
            return [item.came_to(Result.SKIPPED, plan.session, detail=error.message) for item in plan.documents]
        outcomes = self._each_document(plan)
        if all(outcome.result is Result.DONE for outcome in outcomes):
            self._workspace.store.discard_session(self._workspace.project, plan.session)
        else:
            self._states.leave(plan.session)
        return outcomes
