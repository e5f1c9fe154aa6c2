"""An Agency Core in memory, as a `Transport`: the wire protocol without a network. For tests and simulations.

One `MemoryCore` is one server; any number of clients may share it, from any number of threads. It keeps every revision
that it ever accepted, so that a test can check whether something acknowledged is still there.
"""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Dict, List, NamedTuple, Optional, Tuple

from idse_core.agency.protocol import (
    ARTIFACT_KEYS,
    DOCUMENT_KEYS,
    METADATA_KEY,
    PROTOCOL,
    STATE_KEY,
    Limits,
    Mismatch,
    PullItem,
    PullPage,
    PullRequest,
    PushRequest,
    PushResult,
    Revision,
    ServerInfo,
    canonical_json,
    decode_content,
    document,
    encode_content,
)
from idse_core.agency.transport import CursorGoneError, PreconditionError
from idse_core.errors import RemoteError

__all__ = ["Head", "MemoryCore"]

_ARTIFACTS = frozenset(ARTIFACT_KEYS.values())


class Head(NamedTuple):
    """The latest state of one document: for a tombstone ``data`` is None, and ``deleted`` the deleted revision."""

    seq: int
    data: Optional[bytes]
    deleted: Optional[str] = None

    @property
    def revision(self) -> Optional[str]:
        return None if self.data is None else str(Revision.of(self.seq, self.data))


class MemoryCore:
    """One server.

    Args:
        server_id: identifies its data.
        page_items: the maximum number of items in a page.

    Attributes:
        calls: the name of every call in order, including refused ones.
        history: every revision ever accepted: (project, session, key) → contents, oldest first.
    """

    def __init__(self, server_id: str = "memory", *, page_items: int = 500) -> None:
        self.server_id = server_id
        self.calls: List[str] = []
        self.pushed: List[PushRequest] = []
        self.history: Dict[Tuple[str, str, str], List[bytes]] = {}
        self.oldest_cursor = 0
        self._page_items = page_items
        self._heads: Dict[str, Dict[Tuple[str, str], Head]] = {}
        self._seqs: Dict[str, int] = {}
        self._names: Dict[str, str] = {}
        self._answers: Dict[str, Tuple[str, PushResult]] = {}
        self._lock = threading.RLock()
        self.closed = 0

    # The transport

    def info(self) -> ServerInfo:
        with self._lock:
            self.calls.append("info")
            return ServerInfo(protocol=[PROTOCOL], server_id=self.server_id, limits=Limits(page_items=self._page_items))

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        with self._lock:
            self.calls.append("push")
            body = hashlib.sha256(json.dumps(document(request)).encode("ascii")).hexdigest()
            if key in self._answers:
                known, answer = self._answers[key]
                if known != body:
                    raise RemoteError("422: this key was used for another push")
                return answer._replace(replayed=True)
            answer = self._take(request)
            self.pushed.append(request)
            self._answers[key] = body, answer
            return answer

    def pull(self, request: PullRequest) -> PullPage:
        with self._lock:
            self.calls.append("pull")
            after = self._position(request.since, request.project_id)
            heads = self._heads.get(request.project_id, {})
            found = sorted(
                ((head.seq, session, key), head)
                for (session, key), head in heads.items()
                if request.session_id in {None, session} and (head.seq, session, key) > after
            )
            page = found[: min(request.limit, self._page_items)]
            last = page[-1][0] if page else after
            return PullPage(
                items=[_item(session, key, head, request.want) for (_, session, key), head in page],
                next="|".join([self.server_id, *map(str, last)]),
                more=len(found) > len(page),
                head=self._seqs.get(request.project_id, 0),
                project_name=self._names.get(request.project_id, ""),
            )

    def close(self) -> None:
        self.closed += 1

    # For tests

    def get(self, project: str, session: str, key: str) -> Optional[bytes]:
        """The present content of a document; None when it is absent."""
        head = self._heads.get(project, {}).get((session, key))
        return None if head is None else head.data

    def sessions(self, project: str) -> Tuple[str, ...]:
        """The sessions that have a document."""
        heads = self._heads.get(project, {})
        return tuple(sorted({session for (session, _), head in heads.items() if head.data is not None}))

    def put(self, project: str, session: str, key: str, data: Optional[bytes]) -> None:
        """Write a new revision, or with None a tombstone, as if by another client; no base is checked."""
        with self._lock:
            self._write(project, session, {key: data})

    def documents(self, project: str) -> Dict[Tuple[str, str], bytes]:
        """All existing documents: (session, key) → content."""
        heads = self._heads.get(project, {})
        return {place: head.data for place, head in heads.items() if head.data is not None}

    def copy(self) -> MemoryCore:
        """An independent server with a copy of the data."""
        made = MemoryCore(self.server_id, page_items=self._page_items)
        made._heads = {project: dict(heads) for project, heads in self._heads.items()}
        made._seqs, made._names, made._answers = dict(self._seqs), dict(self._names), dict(self._answers)
        made.history = {place: list(revisions) for place, revisions in self.history.items()}
        return made

    def roll_back(self, project: str, seq: int) -> None:
        """Simulate a restored backup: everything after ``seq`` is gone, and later cursors are not valid."""
        self._seqs[project] = seq
        heads = self._heads.get(project, {})
        self._heads[project] = {place: head for place, head in heads.items() if head.seq <= seq}

    # Inside

    def _take(self, request: PushRequest) -> PushResult:
        new, expected = _asked(request)
        heads = self._heads.get(request.project_id, {})
        wrong = []
        for key, revision in expected.items():
            head = heads.get((request.session_id, key))
            current = None if head is None else head.revision
            if current != revision:
                wrong.append(Mismatch(key=key, expected=revision, current=current))
        if wrong:
            raise PreconditionError("412: the server holds other revisions", mismatches=tuple(wrong))
        self._names[request.project_id] = request.project_name
        seq = self._write(request.project_id, request.session_id, new)
        revisions = {key: None if data is None else str(Revision.of(seq, data)) for key, data in new.items()}
        return PushResult(revisions=revisions, seq=seq, server_time="2026-01-01T00:00:00Z")

    def _write(self, project: str, session: str, new: Dict[str, Optional[bytes]]) -> int:
        seq = self._seqs.get(project, 0) + 1
        self._seqs[project] = seq
        heads = self._heads.setdefault(project, {})
        for key, data in new.items():
            before = heads.get((session, key))
            heads[session, key] = Head(seq, data, None if data is not None or before is None else before.revision)
            if data is not None:
                self.history.setdefault((project, session, key), []).append(data)
        return seq

    def _position(self, since: str, project: str) -> Tuple[int, str, str]:
        if not since:
            return 0, "", ""
        server, seq, session, key = since.split("|")
        too_new = int(seq) > self._seqs.get(project, 0)
        if server != self.server_id or int(seq) < self.oldest_cursor or too_new:
            raise CursorGoneError("410: the server does not know this cursor")
        return int(seq), session, key


def _asked(request: PushRequest) -> Tuple[Dict[str, Optional[bytes]], Dict[str, Optional[str]]]:
    """What a push writes and what it expects: key → content and key → revision, None for absent."""
    new: Dict[str, Optional[bytes]] = {}
    for key, text in request.artifacts.items():
        if key not in _ARTIFACTS:
            raise RemoteError(f"400: there is no artifact {key!r}")
        new[key] = decode_content(text, request.encodings.get(key))
    if request.session_metadata is not None:
        new[METADATA_KEY] = canonical_json(request.session_metadata)
    missing = [key for key in new if key not in request.base]
    if missing:
        raise RemoteError(f"428: no base for {', '.join(missing)}")
    expected = {key: request.base[key] for key in new}
    if request.state_json is not None:
        new[STATE_KEY], expected[STATE_KEY] = canonical_json(request.state_json), request.base_state
    for key, revision in request.deleted.items():
        if key not in DOCUMENT_KEYS or key in new:
            raise RemoteError(f"400: {key!r} can't be deleted")
        new[key], expected[key] = None, revision
    return new, expected


def _item(session: str, key: str, head: Head, want: str) -> PullItem:
    content, encoding = (None, None) if head.data is None or want == "manifest" else encode_content(head.data)
    return PullItem(
        session_id=session,
        key=key,
        revision=head.revision,
        deleted=head.deleted,
        seq=head.seq,
        content=content,
        encoding=encoding,
        size=0 if head.data is None else len(head.data),
    )
