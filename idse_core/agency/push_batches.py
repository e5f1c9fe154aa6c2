"""Preparing a push: which documents are sent, in which requests, and the outcomes of the others."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional

from idse_core.agency.base_store import BaseStore
from idse_core.agency.conflicts import is_laid_aside, new_conflict, shown_folder
from idse_core.agency.documents import Content, as_object, place_of
from idse_core.agency.names import is_portable
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.planner import Action
from idse_core.agency.protocol import METADATA_KEY, STATE_KEY, PushRequest, encode_content
from idse_core.agency.recheck import Looking, SeenSession
from idse_core.agency.recording import Recorder
from idse_core.agency.session_plan import DocumentPlan, SessionPlan
from idse_core.errors import ConflictError, RefusedError, StorageError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Batch", "PreparedPush", "PushBatches"]

_CHANGED = "it changed during the sync; push again"
_PULL_FIRST = "both sides changed it: pull first"
_UNSETTLED = "both sides changed it, and nobody has decided yet"
_NOT_PORTABLE = "its session's id can't be a folder everywhere"
_OUTGOING = frozenset([Action.PUSH, Action.PUSH_TOMBSTONE, Action.RECORD_BASE])
_NOTHING = SeenSession({}, {})
_OVERHEAD = 4096  # bytes of a request in addition to its contents


class Batch(NamedTuple):
    """One request and the documents in it.

    Attributes:
        contents: key → content that is sent; a deleted document has no entry.
        paths: key → path of the live document, as in an outcome.
    """

    session: str
    request: PushRequest
    documents: List[DocumentPlan]
    contents: Mapping[str, Content]
    paths: Mapping[str, str]

    @property
    def size(self) -> int:
        """The total size of its documents, in bytes."""
        return sum(len(content.data) for content in self.contents.values())

    def came_to(self, document: DocumentPlan, result: Result, detail: str = "") -> DocumentOutcome:
        """The outcome for one of its documents."""
        return document.came_to(result, self.session, path=self.paths[document.key], detail=detail)

    def all_came_to(self, result: Result, detail: str = "") -> List[DocumentOutcome]:
        """The same outcome for each of its documents."""
        return [self.came_to(document, result, detail) for document in self.documents]


class PreparedPush(NamedTuple):
    """A session to push: the outcomes of documents that need no request, and the requests for the others."""

    outcomes: List[DocumentOutcome]
    batches: List[Batch]


class PushBatches:
    """Prepares the sessions of one push.

    Args:
        workspace: the project to read from.
        base: the sync state, which names the project at the Agency Core.
        recorder: records documents that are already equal on both sides.
        limit: the maximum size of a request, in bytes.
    """

    def __init__(self, workspace: ProjectWorkspace, base: BaseStore, recorder: Recorder, *, limit: int) -> None:
        self._workspace = workspace
        self._base = base
        self._recorder = recorder
        self._limit = limit
        self._looking = Looking(workspace)

    def prepared(self, plan: SessionPlan) -> PreparedPush:
        """Read a session's documents once more, and make the requests for those that are to be sent."""
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
                decided = self._came_to(plan.session, document, Result.SKIPPED, error.message)
            if decided is None:
                outgoing.append(document)
            else:
                outcomes.append(decided)
        return PreparedPush(outcomes, list(self._batches(plan.session, outgoing, contents)))

    def _without_asking(
        self, plan: SessionPlan, document: DocumentPlan, seen: SeenSession, contents: Dict[str, Content]
    ) -> Optional[DocumentOutcome]:
        """The outcome of a document that is not sent; None if it is to be sent, with its content in ``contents``."""
        if document.action is Action.FORGET_BASE:
            self._recorder.agree(plan.session, document.key, None)
            return self._came_to(plan.session, document, Result.DONE)
        if document.action in {Action.PULL, Action.DELETE_LOCAL}:
            return self._came_to(plan.session, document, Result.LEFT)
        if document.action not in _OUTGOING:
            return self._not_ours_to_send(plan.session, document)
        if not is_portable(plan.session):
            return self._came_to(plan.session, document, Result.SKIPPED, _NOT_PORTABLE)
        return self._looked_at(plan, document, seen, contents)

    def _not_ours_to_send(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        conflict = new_conflict(self._workspace, session, document.key, base=document.base, remote=document.remote)
        if not is_laid_aside(self._workspace, conflict):
            return self._came_to(session, document, Result.MOVED, _PULL_FIRST)
        folder = shown_folder(self._workspace, conflict)
        return document.came_to(Result.CONFLICT, session, path=folder, detail=_UNSETTLED)

    def _looked_at(
        self, plan: SessionPlan, document: DocumentPlan, seen: SeenSession, contents: Dict[str, Content]
    ) -> Optional[DocumentOutcome]:
        if document.key in seen.problems:
            return self._came_to(plan.session, document, Result.SKIPPED, seen.problems[document.key])
        present = seen.documents.get(document.key)
        # Both reads must agree, so that a file that an editor is still writing is not sent.
        if (None if present is None else present.digest) != (None if document.local is None else document.local.digest):
            return self._came_to(plan.session, document, Result.SKIPPED, _CHANGED)
        if present is None:
            return None
        if document.action is Action.RECORD_BASE:
            self._recorder.agree(plan.session, document.key, document.remote, present.data)
            return document.came_to(Result.DONE, plan.session, path=present.path)
        contents[document.key] = present
        return None

    def _batches(self, session: str, documents: List[DocumentPlan], contents: Mapping[str, Content]) -> Iterator[Batch]:
        """Distribute documents over requests, as few as the size limit allows in this order."""
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

    def _batch(self, session: str, documents: List[DocumentPlan], contents: Mapping[str, Content]) -> Batch:
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
        carried = {item.key: contents[item.key] for item in documents if item.key in contents}
        paths = {
            item.key: carried[item.key].path if item.key in carried else self._path(session, item.key)
            for item in documents
        }
        return Batch(session, request, documents, carried, paths)

    def _came_to(self, session: str, document: DocumentPlan, result: Result, detail: str = "") -> DocumentOutcome:
        """The outcome for a document that is not sent."""
        return document.came_to(result, session, path=self._path(session, document.key), detail=detail)

    def _path(self, session: str, key: str) -> str:
        return self._workspace.store.locate(place_of(self._workspace.project, session, key))


def _weight(content: Optional[Content]) -> int:
    """An upper bound for the size of a content in a request, in bytes."""
    if content is None:
        return 100
    if len(content.data) < 1 << 16:
        return len(content.data) * 6  # the worst case: every character is escaped
    text, _ = encode_content(content.data)
    return len(json.dumps(text))
