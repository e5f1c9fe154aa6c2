"""The session states in a pull: collected while documents are written, then written for all sessions at once."""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple, Optional, Set

from idse_core.agency.documents import Content, as_object, hex_digest, place_of, state_document
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.protocol import STATE_KEY
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import DocumentPlan
from idse_core.errors import ConflictError, RefusedError, StorageError, UnreadableError
from idse_core.events import Listener, Warned, ignore
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel

__all__ = ["CHANGED", "PulledStates"]

CHANGED = "it changed during the sync; pull again"
"""Why a document that has changed since the plan was made is left alone."""


class _Ahead(NamedTuple):
    """A state entry to write: ``expected`` is the digest that the plan is based on; ``value`` None removes the entry.

    ``is_new``: the session is new here, so an existing entry is a leftover of an earlier session with the same id.
    """

    document: DocumentPlan
    expected: Optional[str]
    value: Optional[Mapping[str, object]]
    result: Result
    is_new: bool = False


class PulledStates:
    """Collects entries of the state file, and writes them.

    Args:
        workspace: the project, which need not exist.
        recorder: records what both sides agree on once the entries are written.
        on_event: called when the time of a sync can't be recorded.
    """

    def __init__(self, workspace: ProjectWorkspace, recorder: Recorder, *, on_event: Listener = ignore) -> None:
        self._workspace = workspace
        self._recorder = recorder
        self._announce = on_event
        self._ahead: Dict[str, _Ahead] = {}

    def take(
        self, session: str, document: DocumentPlan, data: bytes, result: Result = Result.DONE, *, is_new: bool = False
    ) -> DocumentOutcome:
        """Collect an entry to write; return the outcome that holds if the write succeeds.

        Args:
            session: the session of the entry.
            document: the plan for the entry.
            data: the entry, in wire form.
            result: the result to report once the entry is written.
            is_new: whether the session is new in the workspace.
        """
        path = self._path(session)
        try:
            value = as_object(data, path=path)
        except UnreadableError as error:
            return document.came_to(Result.SKIPPED, session, path=path, detail=error.message)
        expected = None if document.local is None else document.local.digest
        self._ahead[session] = _Ahead(document, expected, value, result, is_new)
        return document.came_to(result, session, path=path)

    def forget(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        """Collect an entry to remove."""
        self._ahead[session] = _Ahead(document, None if present is None else present.digest, None, Result.DONE)
        return document.came_to(Result.DONE, session, path=self._path(session))

    def leave(self, session: str) -> None:
        """Leave the entry of a session as it is, even if it was collected."""
        self._ahead.pop(session, None)

    def write(self, synced: Set[str], at: str) -> Dict[str, DocumentOutcome]:
        """Write all collected entries at once, and the time of the sync.

        Args:
            synced: the sessions in which everything else succeeded.
            at: the present time, in ISO 8601 and UTC.

        Returns:
            Session → outcome for its state, for the sessions with a collected entry.
        """
        exists = self._workspace.project in self._workspace.store.list_projects()
        if not exists or not (self._ahead or synced):
            return {}
        missed: Set[str] = set()

        def change(model: StageStateModel) -> StageStateModel:
            missed.clear()
            missed.update(session for session in self._ahead if not self._is_as_planned(model, session))
            wanted = {session: ahead.value for session, ahead in self._ahead.items() if session not in missed}
            known = set(self._workspace.sessions())
            taken = model.take_over(wanted) if wanted else model
            return taken.synced(sorted((synced & known) - missed), at)

        why = CHANGED
        try:
            with self._workspace.lock():
                self._workspace.change_state(change)
        except (ConflictError, RefusedError, StorageError) as error:
            missed, why = set(self._ahead), error.message
            if synced:
                self._announce(Warned(f"the time of this sync was not recorded: {error.message}", error.hint))
        return {session: self._outcome(session, why if session in missed else "") for session in self._ahead}

    def _is_as_planned(self, model: StageStateModel, session: str) -> bool:
        ahead = self._ahead[session]
        present = state_document(model, session)
        return ahead.is_new or (None if present is None else hex_digest(present)) == ahead.expected

    def _outcome(self, session: str, problem: str) -> DocumentOutcome:
        document, _, value, result, _ = self._ahead[session]
        path = self._path(session)
        if problem:
            return document.came_to(Result.SKIPPED, session, path=path, detail=problem)
        self._recorder.agree(session, STATE_KEY, None if value is None else document.remote)
        return document.came_to(result, session, path=path)

    def _path(self, session: str) -> str:
        return self._workspace.store.locate(place_of(self._workspace.project, session, STATE_KEY))
