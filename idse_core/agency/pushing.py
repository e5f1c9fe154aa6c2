"""Sending a push: one or more requests per session, several at once, each recorded when it is acknowledged."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from idse_core.agency.base_store import BaseStore, Observed
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.protocol import (
    DOCUMENT_KEYS,
    Mismatch,
    PushRequest,
    PushResult,
    Revision,
    digest_of_revision,
    is_revision,
)
from idse_core.agency.push_batches import Batch, PushBatches
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import SessionPlan
from idse_core.agency.transport import PreconditionError, Transport
from idse_core.errors import AuthorizationError, IdseError, RefusedError, RemoteError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Pushed", "Pusher"]

_NOT_TRIED = "it was not attempted: the run ended before"
_NEWER = "the Agency Core has something newer: pull first"
_WITH_NEWER = "with it something that the Agency Core has newer: pull first"


class Pushed(NamedTuple):
    """The outcomes of one session, or of a part of it.

    Attributes:
        sent: the size of the acknowledged documents, in bytes.
    """

    session: str
    outcomes: List[DocumentOutcome]
    sent: int


class Pusher:
    """Sends the documents that changed in the workspace.

    Args:
        workspace: the project to read from.
        base: the sync state, in which agreements are recorded.
        transport: called from several threads.
        parallel: the maximum number of requests at once.
        limit: the maximum size of a request, in bytes.
        new_key: makes the idempotency key of a request.
        tell: called with the outcomes of a session, possibly in several parts, in the calling thread.
        is_stopped: returns whether no further request may be begun.

    Attributes:
        failure: the error that ended the push early; None if there was none.
        interrupted: whether it ended early by Ctrl-C or ``is_stopped``.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        base: BaseStore,
        transport: Transport,
        *,
        parallel: int,
        limit: int,
        new_key: Callable[[], str],
        tell: Callable[[Pushed], None],
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._base = base
        self._transport = transport
        self._parallel = max(1, parallel)
        self._new_key = new_key
        self._tell = tell
        self._is_stopped = is_stopped
        self._under_way: Dict[Future[PushResult], Batch] = {}
        self._recorder = Recorder(base)
        self._batches = PushBatches(workspace, base, self._recorder, limit=limit)
        self._stop = threading.Event()
        self.failure: Optional[IdseError] = None
        self.interrupted = False

    def push(self, plans: Sequence[SessionPlan]) -> None:
        """Carry out the plans, and report the outcomes of each session to ``tell``.

        Everything acknowledged is recorded before this returns, even if it ends by an error or by Ctrl-C.
        """
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="idse-push") as pool:
            try:
                for plan in plans:
                    if self._should_end():
                        break
                    self._submit(plan, pool)
                self._finish_until(0)
            except KeyboardInterrupt:
                self.interrupted = True
                self._stop.set()
                # Requests in progress are not aborted, and their responses are recorded.
                self._finish_until(0)
            finally:
                self._stop.set()
                self._recorder.flush()

    def _submit(self, plan: SessionPlan, pool: ThreadPoolExecutor) -> None:
        prepared = self._batches.prepared(plan)
        if prepared.outcomes:
            self._tell(Pushed(plan.session, prepared.outcomes, 0))
        for batch in prepared.batches:
            self._finish_until(self._parallel - 1)
            if self._should_end():
                self._tell(_failed(batch, _NOT_TRIED))
            else:
                self._under_way[pool.submit(self._send, batch.request, self._new_key())] = batch

    def _should_end(self) -> bool:
        if self._is_stopped():
            self.interrupted = True
            self._stop.set()
        return self._stop.is_set()

    def _finish_until(self, remaining: int) -> None:
        """Wait until at most this many requests are in progress."""
        while len(self._under_way) > remaining:
            done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            for future in done:
                self._tell(self._taken(self._under_way.pop(future), future))
            self._recorder.pause()

    def _send(self, request: PushRequest, key: str) -> PushResult:
        """Send one request, in a worker thread."""
        if self._stop.is_set():
            raise _StoppedError
        return self._transport.push(request, key=key)

    def _taken(self, batch: Batch, future: Future[PushResult]) -> Pushed:
        try:
            return self._acknowledged(batch, future.result())
        except _StoppedError:
            return _failed(batch, _NOT_TRIED)
        except PreconditionError as error:
            return self._moved(batch, error)
        except (AuthorizationError, RefusedError, RemoteError) as error:
            self._give_up(error)
            return _failed(batch, error.message)

    def _acknowledged(self, batch: Batch, result: PushResult) -> Pushed:
        revisions: Dict[str, Optional[str]] = {}
        for document in batch.documents:
            content = batch.contents.get(document.key)
            revision = result.revisions.get(document.key)
            if content is None:
                revisions[document.key] = None
            elif revision is None or not is_revision(revision) or digest_of_revision(revision) != content.digest:
                raise RemoteError(
                    f"the Agency Core took a push of '{batch.session}' but names other content than was sent",
                    hint="idse sync status",
                )
            else:
                revisions[document.key] = revision
        for document in batch.documents:
            content = batch.contents.get(document.key)
            data = None if content is None else content.data
            self._recorder.agree(batch.session, document.key, revisions[document.key], data)
        return Pushed(batch.session, batch.all_came_to(Result.DONE), batch.size)

    def _moved(self, batch: Batch, error: PreconditionError) -> Pushed:
        """Handle a refused request: nothing was written; store the revisions that the Agency Core has instead."""
        self._recorder.flush()
        known = [item for item in error.mismatches if item.key in DOCUMENT_KEYS]
        self._base.correct(
            [_observed(batch.session, item) for item in known if item.current is None or is_revision(item.current)]
        )
        named = {item.key for item in error.mismatches}
        outcomes = [
            batch.came_to(document, Result.MOVED, _NEWER if document.key in named else _WITH_NEWER)
            for document in batch.documents
        ]
        return Pushed(batch.session, outcomes, 0)

    def _give_up(self, error: IdseError) -> None:
        """End the push: an error that is left after all retries, or a refusal, would meet the next session too."""
        self.failure = self.failure or error
        self._stop.set()


class _StoppedError(Exception):
    """Raised in place of sending a request when the push has been stopped."""


def _failed(batch: Batch, why: str) -> Pushed:
    return Pushed(batch.session, batch.all_came_to(Result.FAILED, why), 0)


def _observed(session: str, mismatch: Mismatch) -> Observed:
    seq = 0 if mismatch.current is None else Revision.parse(mismatch.current).seq
    return Observed(session, mismatch.key, mismatch.current, seq, 0)
