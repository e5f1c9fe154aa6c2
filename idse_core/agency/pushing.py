"""The effects of a push: one transaction per session, several at once, each recorded when it was acknowledged."""

from __future__ import annotations

import json
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.agency.base_store import BaseStore, Observed
from idse_core.agency.conflicts import is_laid_aside, new_conflict, shown_folder
from idse_core.agency.documents import Content, as_object, place_of
from idse_core.agency.looking import Looking, SeenSession
from idse_core.agency.names import is_portable
from idse_core.agency.outcome import DocumentOutcome, PlannedAction, Result
from idse_core.agency.planner import Action
from idse_core.agency.protocol import (
    DOCUMENT_KEYS,
    METADATA_KEY,
    STATE_KEY,
    Mismatch,
    PushRequest,
    PushResult,
    Revision,
    encode_content,
)
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import DocumentPlan, SessionPlan
from idse_core.agency.transport import PreconditionError, Transport
from idse_core.errors import (
    AuthorizationError,
    ConflictError,
    IdseError,
    RefusedError,
    RemoteError,
    StorageError,
)
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Pushed", "Pusher"]

_CHANGED = "it was saved while we were at it; push again"
_PULL_FIRST = "both sides changed it: pull first"
_UNSETTLED = "both sides changed it, and nobody has decided yet"
_NOT_PORTABLE = "its session's id can't be a folder everywhere"
_NOT_TRIED = "it was not tried any more"
_OUTGOING = frozenset([Action.PUSH, Action.PUSH_TOMBSTONE, Action.RECORD_BASE])
_NOTHING = SeenSession({}, {})
_OVERHEAD = 4096  # bytes of a request besides its contents


class Pushed(NamedTuple):
    """What came of one session.

    Attributes:
        sent: bytes of documents that were acknowledged.
    """

    session: str
    outcomes: List[DocumentOutcome]
    sent: int


class _Batch(NamedTuple):
    """One request and what it carries."""

    session: str
    request: PushRequest
    documents: List[DocumentPlan]
    contents: Mapping[str, Content]


class Pusher:
    """Sends what changed here.

    Args:
        workspace: read from.
        base: what is agreed is written there.
        transport: called from several threads.
        parallel: how many requests are under way at once.
        limit: bytes that one request may have.
        new_key: the key of one request.
        tell: hears what came of a session, maybe in several parts; in the calling thread.
        is_stopped: whether nothing more is to be begun; asked from several threads.

    Attributes:
        failure: why not all was tried; None when all was.
        interrupted: somebody pressed Ctrl-C, or ``is_stopped``.
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
        self._workspace = workspace
        self._base = base
        self._transport = transport
        self._parallel = max(1, parallel)
        self._limit = limit
        self._new_key = new_key
        self._tell = tell
        self._is_stopped = is_stopped
        self._looking = Looking(workspace)
        self._under_way: Dict[Future[PushResult], _Batch] = {}
        self._recorder = Recorder(base)
        self._stop = threading.Event()
        self.failure: Optional[IdseError] = None
        self.interrupted = False

    def push(self, plans: Sequence[SessionPlan]) -> None:
        """Do what is planned, and tell of each session what came of it.

        What was acknowledged is recorded before this ends, also when it ends by an error or by Ctrl-C.
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
                # Those that are under way end by themselves; what they are told is not thrown away.
                self._finish_until(0)
            finally:
                self._stop.set()
                self._recorder.flush()

    def _submit(self, plan: SessionPlan, pool: ThreadPoolExecutor) -> None:
        outcomes, batches = self._prepared(plan)
        if outcomes:
            self._tell(Pushed(plan.session, outcomes, 0))
        for batch in batches:
            self._finish_until(self._parallel - 1)
            if self._should_end():
                self._tell(self._not_tried(batch))
            else:
                self._under_way[pool.submit(self._send, batch.request, self._new_key())] = batch

    def _should_end(self) -> bool:
        if self._is_stopped():
            self.interrupted = True
            self._stop.set()
        return self._stop.is_set()

    def _finish_until(self, remaining: int) -> None:
        """Wait until so many requests are under way at most."""
        while len(self._under_way) > remaining:
            done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            for future in done:
                self._tell(self._taken(self._under_way.pop(future), future))
            self._recorder.pause()

    # Preparing

    def _prepared(self, plan: SessionPlan) -> Tuple[List[DocumentOutcome], List[_Batch]]:
        """What is decided without asking, and the requests for the rest."""
        outcomes: List[DocumentOutcome] = []
        outgoing: List[DocumentPlan] = []
        contents: Dict[str, Content] = {}
        seen: Optional[SeenSession] = None
        for document in plan.documents:
            try:
                if seen is None and plan.exists and document.action in _OUTGOING:
                    seen = self._looking.session(plan.session)
                decided = self._without_asking(plan, document, seen or _NOTHING, contents)
            except (ConflictError, RefusedError, StorageError) as error:
                decided = self._outcome(plan.session, document, Result.SKIPPED, error.message)
            if decided is None:
                outgoing.append(document)
            else:
                outcomes.append(decided)
        return outcomes, list(self._batches(plan.session, outgoing, contents))

    def _without_asking(
        self, plan: SessionPlan, document: DocumentPlan, seen: SeenSession, contents: Dict[str, Content]
    ) -> Optional[DocumentOutcome]:
        """What is decided about a document; None when it is to be sent, with its content in ``contents``."""
        if document.action is Action.FORGET_BASE:
            self._recorder.agree(plan.session, document.key, None)
            return self._outcome(plan.session, document, Result.DONE)
        if document.action in {Action.PULL, Action.DELETE_LOCAL}:
            return self._outcome(plan.session, document, Result.LEFT)
        if document.action not in _OUTGOING:
            return self._not_ours_to_send(plan.session, document)
        if not is_portable(plan.session):
            return self._outcome(plan.session, document, Result.SKIPPED, _NOT_PORTABLE)
        return self._looked_at(plan, document, seen, contents)

    def _not_ours_to_send(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        conflict = new_conflict(self._workspace, session, document.key, base=document.base, remote=document.remote)
        if not is_laid_aside(self._workspace, conflict):
            return self._outcome(session, document, Result.MOVED, _PULL_FIRST)
        waiting = self._outcome(session, document, Result.CONFLICT, _UNSETTLED)
        return waiting._replace(path=shown_folder(self._workspace, conflict))

    def _looked_at(
        self, plan: SessionPlan, document: DocumentPlan, seen: SeenSession, contents: Dict[str, Content]
    ) -> Optional[DocumentOutcome]:
        if document.key in seen.problems:
            return self._outcome(plan.session, document, Result.SKIPPED, seen.problems[document.key])
        present = seen.documents.get(document.key)
        # Two looks that agree: what an editor is still writing is not sent.
        if (None if present is None else present.digest) != (None if document.local is None else document.local.digest):
            return self._outcome(plan.session, document, Result.SKIPPED, _CHANGED)
        if present is None:
            return None
        if document.action is Action.RECORD_BASE:
            self._recorder.agree(plan.session, document.key, document.remote, present.data)
            return self._outcome(plan.session, document, Result.DONE, path=present.path)
        contents[document.key] = present
        return None

    def _batches(
        self, session: str, documents: List[DocumentPlan], contents: Mapping[str, Content]
    ) -> Iterator[_Batch]:
        """One request, or as many as the limit of a request needs."""
        chosen: List[DocumentPlan] = []
        size = _OVERHEAD
        for document in documents:
            weight = _weight(contents.get(document.key))
            if chosen and size + weight > self._limit:
                yield self._batch(session, chosen, contents)
                chosen, size = [], _OVERHEAD
            chosen.append(document)
            size += weight
        if chosen:
            yield self._batch(session, chosen, contents)

    def _batch(self, session: str, documents: List[DocumentPlan], contents: Mapping[str, Content]) -> _Batch:
        members: Dict[str, Any] = {"artifacts": {}, "encodings": {}, "base": {}, "deleted": {}}
        for document in documents:
            key = document.key
            if key not in contents:
                members["deleted"][key] = document.remote
                continue
            data = contents[key].data
            if key == STATE_KEY:
                members["state_json"], members["base_state"] = as_object(data, path=key), document.remote
                continue
            members["base"][key] = document.remote
            if key == METADATA_KEY:
                members["session_metadata"] = as_object(data, path=key)
                continue
            text, encoding = encode_content(data)
            members["artifacts"][key] = text
            if encoding is not None:
                members["encodings"][key] = encoding
        request = PushRequest(
            project_id=self._base.project_id, project_name=self._workspace.project, session_id=session, **members
        )
        return _Batch(
            session, request, documents, {item.key: contents[item.key] for item in documents if item.key in contents}
        )

    # Sending

    def _send(self, request: PushRequest, key: str) -> PushResult:
        """Runs in a thread of its own."""
        if self._stop.is_set():
            raise _StoppedError
        return self._transport.push(request, key=key)

    def _taken(self, batch: _Batch, future: Future[PushResult]) -> Pushed:
        try:
            return self._acknowledged(batch, future.result())
        except _StoppedError:
            return self._not_tried(batch)
        except PreconditionError as error:
            return self._moved(batch, error)
        except RefusedError as error:
            self._give_up(error)
            return self._failed(batch, error)
        except (AuthorizationError, RemoteError) as error:
            self._give_up(error)
            return self._failed(batch, error)

    def _acknowledged(self, batch: _Batch, result: PushResult) -> Pushed:
        revisions: Dict[str, Optional[str]] = {}
        for document in batch.documents:
            content = batch.contents.get(document.key)
            revision = result.revisions.get(document.key)
            if content is None:
                revisions[document.key] = None
            elif revision is None or _digest(revision) != content.digest:
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
        paths = {key: content.path for key, content in batch.contents.items()}
        outcomes = [
            self._outcome(batch.session, document, Result.DONE, path=paths.get(document.key, ""))
            for document in batch.documents
        ]
        return Pushed(batch.session, outcomes, sum(len(content.data) for content in batch.contents.values()))

    def _moved(self, batch: _Batch, error: PreconditionError) -> Pushed:
        """The whole transaction was refused; what the Agency Core has instead is known now."""
        self._recorder.flush()
        known = [item for item in error.mismatches if item.key in DOCUMENT_KEYS]
        self._base.correct([_observed(batch.session, item) for item in known if _is_revision(item.current)])
        named = {item.key for item in error.mismatches}
        others = "with it something that the Agency Core has newer: pull first"
        outcomes = [
            self._outcome(
                batch.session,
                document,
                Result.MOVED,
                "the Agency Core has something newer: pull first" if document.key in named else others,
            )
            for document in batch.documents
        ]
        return Pushed(batch.session, outcomes, 0)

    def _give_up(self, error: IdseError) -> None:
        """After retries, or for want of a right, the next session will not fare better."""
        self.failure = self.failure or error
        self._stop.set()

    def _failed(self, batch: _Batch, error: IdseError) -> Pushed:
        return Pushed(
            batch.session,
            [self._outcome(batch.session, item, Result.FAILED, error.message) for item in batch.documents],
            0,
        )

    def _not_tried(self, batch: _Batch) -> Pushed:
        outcomes = [self._outcome(batch.session, item, Result.FAILED, _NOT_TRIED) for item in batch.documents]
        return Pushed(batch.session, outcomes, 0)

    def _outcome(
        self, session: str, document: DocumentPlan, result: Result, detail: str = "", path: str = ""
    ) -> DocumentOutcome:
        """An outcome; ``path`` where it is known, else it is looked up."""
        planned = PlannedAction(session, document.key, document.action, document.size)
        place = place_of(self._workspace.project, session, document.key)
        return DocumentOutcome(planned, result, path or self._workspace.store.locate(place), detail)


class _StoppedError(Exception):
    """A request that was not sent because the run ended."""


def _weight(content: Optional[Content]) -> int:
    """Bytes of a content in a request, at most."""
    if content is None:
        return 100
    if len(content.data) < 1 << 16:
        return len(content.data) * 6  # every character escaped
    text, _ = encode_content(content.data)
    return len(json.dumps(text))


def _digest(revision: str) -> str:
    try:
        return Revision.parse(revision).digest
    except ValueError:
        return ""


def _is_revision(text: Optional[str]) -> bool:
    return text is None or bool(_digest(text))


def _observed(session: str, mismatch: Mismatch) -> Observed:
    seq = 0 if mismatch.current is None else Revision.parse(mismatch.current).seq
    return Observed(session, mismatch.key, mismatch.current, seq, 0)
