"""The effects of a pull on the workspace, session by session. Each leaves a state that the next run understands."""

from __future__ import annotations

from typing import Callable, Dict, List, Sequence, Set

from idse_core.agency.arriving import Arrivals, Tell
from idse_core.agency.base_store import BaseStore
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.pulled_documents import PulledDocuments
from idse_core.agency.pulled_states import PulledStates
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import SessionPlan
from idse_core.errors import ConfigError, ConflictError, RefusedError, StorageError, UnreadableError
from idse_core.events import Listener
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Puller"]


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
        self._states = PulledStates(workspace, self._recorder)
        self._documents = PulledDocuments(workspace, base, self._recorder, self._states, on_event)
        self.created = False
        self.interrupted = False

    def apply(self, plans: Sequence[SessionPlan], tell: Tell) -> None:
        """Do what is planned, but for states, which ``finish`` writes; what was done is recorded however this ends.

        Args:
            plans: of all sessions.
            tell: hears of each session what came of it, in the calling thread.
        """
        given = (self._workspace, self._base, self._recorder, self._states, self._documents)
        with Arrivals(*given, tell=tell, on_event=self._announce) as arrivals:
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
        """Write the state of all sessions at once, and when they were synced.

        Args:
            synced: sessions of which everything else succeeded.
            at: now, ISO 8601 UTC.

        Returns:
            Session → what came of its state, for those that had one to take over.
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
        """A session that was deleted at the Agency Core and not touched here."""
        try:
            self._step_aside(plan.session)
        except (ConflictError, RefusedError, StorageError) as error:
            return [item.came_to(Result.SKIPPED, plan.session, detail=error.message) for item in plan.documents]
        outcomes = self._each_document(plan)
        if all(outcome.result is Result.DONE for outcome in outcomes):
            self._workspace.store.discard_session(self._workspace.project, plan.session)
        else:
            self._states.leave(plan.session)
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
