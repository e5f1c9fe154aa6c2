"""The wire protocol, version 2: the messages between a client and an Agency Core, independent of the domain.

Every body is one JSON object. A session's *documents* are sent under fixed keys, never under paths: the seven
artifacts, its metadata and its entry of the state file. Each has a `Revision` on the server; a push names the revision
that each of its documents is based on, and is accepted as a whole or not at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any, Dict, List, Literal, Mapping, NamedTuple, Optional, Sequence, Tuple, Type, TypeVar

from idse_core.agency.wire import (
    Kind,
    anything,
    boolean,
    constant,
    document,
    integer,
    list_of,
    map_of,
    optional,
    record,
    text,
    written,
)
from idse_core.pipeline_artifacts import Stage

__all__ = [
    "ARTIFACT_KEYS",
    "DOCUMENT_KEYS",
    "KINDS",
    "METADATA_KEY",
    "PROTOCOL",
    "STATE_KEY",
    "Encoding",
    "Limits",
    "Mismatch",
    "Problem",
    "PullItem",
    "PullPage",
    "PullRequest",
    "PushRequest",
    "PushResult",
    "Revision",
    "ServerInfo",
    "canonical_json",
    "decode_content",
    "digest_of_revision",
    "document",
    "encode_content",
    "is_revision",
    "parsed",
    "written",
]

PROTOCOL = 2

ARTIFACT_KEYS: Dict[Stage, str] = {stage: f"{stage.value}_md" for stage in Stage}
METADATA_KEY = "session_metadata"
STATE_KEY = "state_json"
DOCUMENT_KEYS: Tuple[str, ...] = (*ARTIFACT_KEYS.values(), METADATA_KEY, STATE_KEY)

KINDS: Dict[Type[Any], Kind] = {}
"""Every record type of the protocol → its kind, which validates it."""

Encoding = Literal["base64"]

_SOME = optional(text())

_REVISION = re.compile(r"v([1-9][0-9]{0,17})-([0-9a-f]{64})", re.ASCII)


class Revision(NamedTuple):
    """One state of one document on the server; ``str()`` gives the wire form ``v17-<sha256>``.

    Attributes:
        seq: the number of the push that wrote it, counted per project from 1.
        digest: SHA-256 of the bytes, 64 lower-case hexadecimal digits.
    """

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"v{self.seq}-{self.digest}"

    @classmethod
    def parse(cls, text: str) -> Revision:
        """Parse the wire form.

        Raises:
            ValueError: the text is not a revision.
        """
        match = _REVISION.fullmatch(text)
        if match is None:
            raise ValueError(f"not a revision: {text[:100]!r}")
        return cls(int(match.group(1)), match.group(2))

    @classmethod
    def of(cls, seq: int, data: bytes) -> Revision:
        """The revision of these bytes."""
        return cls(seq, hashlib.sha256(data).hexdigest())


def is_revision(text: str) -> bool:
    """Whether a text is the wire form of a revision."""
    return _REVISION.fullmatch(text) is not None


def digest_of_revision(revision: str) -> str:
    """The digest in a revision in wire form: its last 64 digits. Not checked, because it was when it was received."""
    return revision[-64:]


class Limits(NamedTuple):
    """The limits of the server.

    Attributes:
        body_bytes: the maximum size of a request body, after decompression.
        page_items: the maximum number of items in the response to a pull.
    """

    body_bytes: int = 32 << 20
    page_items: int = 500


KINDS[Limits] = record(Limits, body_bytes=integer(), page_items=integer())


class ServerInfo(NamedTuple):
    """The response to ``GET /sync/info``.

    Attributes:
        protocol: the supported versions.
        server_id: identifies the server's data: another id means another history, even at the same address.
    """

    protocol: Sequence[int]
    server_id: str
    limits: Limits = Limits()


KINDS[ServerInfo] = record(
    ServerInfo,
    protocol=list_of(integer()),
    server_id=text(least=1, most=64, pattern="[A-Za-z0-9_-]+"),
    limits=KINDS[Limits],
)


class PushRequest(NamedTuple):
    """The request ``POST /sync/push``: what changed in one session; applied in one transaction.

    Attributes:
        session_metadata: the metadata, if it changed.
        artifacts: artifact key → content, for the artifacts that changed.
        encodings: artifact key → encoding, for contents that are not UTF-8 text.
        base: key → the revision that the new content replaces; null: the document must not exist. Has an entry for
            every key of ``artifacts`` and, if it is sent, for ``session_metadata``.
        deleted: key → the revision that is deleted.
        state_json: the session's entry of the state file without its local members, if it changed.
        base_state: like ``base``, for ``state_json``.
    """

    project_id: str
    session_id: str
    project_name: str = ""
    session_metadata: Optional[Dict[str, Any]] = None
    artifacts: Mapping[str, str] = {}
    encodings: Mapping[str, Encoding] = {}
    base: Mapping[str, Optional[str]] = {}
    deleted: Mapping[str, str] = {}
    state_json: Optional[Dict[str, Any]] = None
    base_state: Optional[str] = None
    protocol: int = PROTOCOL


KINDS[PushRequest] = record(
    PushRequest,
    project_id=text(),
    session_id=text(),
    project_name=text(),
    session_metadata=optional(anything()),
    artifacts=map_of(text()),
    encodings=map_of(constant("base64")),
    base=map_of(_SOME),
    deleted=map_of(text()),
    state_json=optional(anything()),
    base_state=_SOME,
    protocol=constant(PROTOCOL),
)


class PushResult(NamedTuple):
    """The response to an accepted push.

    Attributes:
        revisions: key → the new revision; null for a deleted document.
        seq: the number of this push in the project.
        server_time: in ISO 8601, for display only.
        replayed: whether the same push had been accepted before, so that nothing was written this time.
    """

    revisions: Mapping[str, Optional[str]]
    seq: int
    server_time: str = ""
    replayed: bool = False


KINDS[PushResult] = record(PushResult, revisions=map_of(_SOME), seq=integer(), server_time=text(), replayed=boolean())


class PullRequest(NamedTuple):
    """The request ``POST /sync/pull``: what changed in a project, or in one of its sessions, after a cursor.

    Attributes:
        since: an opaque cursor from an earlier response (``next``); empty for everything.
        limit: the maximum number of items in the response, 1 to 10,000; the server may return fewer.
        want: ``content``, or ``manifest`` to leave out the contents.
    """

    project_id: str
    session_id: Optional[str] = None
    since: str = ""
    limit: int = 500
    want: Literal["manifest", "content"] = "content"
    protocol: int = PROTOCOL


KINDS[PullRequest] = record(
    PullRequest,
    project_id=text(),
    session_id=_SOME,
    since=text(),
    limit=integer(least=1, most=10_000),
    want=constant("manifest", "content"),
    protocol=constant(PROTOCOL),
)


class PullItem(NamedTuple):
    """The latest state of one document.

    Attributes:
        key: one of ``DOCUMENT_KEYS``.
        revision: the current revision; null for a tombstone.
        deleted: for a tombstone the revision that was deleted, otherwise null.
        seq: the number of the push that wrote this state; items are sorted by it.
        content: text or, if ``encoding`` says so, base64; metadata and state are canonical JSON text. Null in a
            manifest and for a tombstone.
        size: of the content, in bytes.
    """

    session_id: str
    key: str
    seq: int
    revision: Optional[str] = None
    deleted: Optional[str] = None
    content: Optional[str] = None
    encoding: Optional[Encoding] = None
    size: int = 0


KINDS[PullItem] = record(
    PullItem,
    session_id=text(),
    key=text(),
    seq=integer(),
    revision=_SOME,
    deleted=_SOME,
    content=_SOME,
    encoding=optional(constant("base64")),
    size=integer(),
)


class PullPage(NamedTuple):
    """The response to a pull.

    Attributes:
        items: sorted by ``seq``.
        next: the cursor to continue from, never an address; it stays valid for a later sync.
        more: whether there are further items now.
        head: the newest ``seq`` of the project; 0 for a project that the server does not know.
        project_name: the name in the latest push.
    """

    items: List[PullItem]
    next: str
    head: int
    more: bool = False
    project_name: str = ""


KINDS[PullPage] = record(
    PullPage, items=list_of(KINDS[PullItem]), next=text(), head=integer(), more=boolean(), project_name=text()
)


class Mismatch(NamedTuple):
    """One failed precondition: ``expected`` and ``current`` are revisions, or null for an absent document."""

    key: str
    expected: Optional[str] = None
    current: Optional[str] = None


KINDS[Mismatch] = record(Mismatch, key=text(), expected=_SOME, current=_SOME)


class Problem(NamedTuple):
    """An error as ``application/problem+json`` (RFC 9457).

    Attributes:
        type: ``urn:idse:problem:<word>``.
        conflicts: for a push refused with 412, every failed precondition.
    """

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str = ""
    instance: str = ""
    conflicts: Sequence[Mismatch] = ()


KINDS[Problem] = record(
    Problem,
    type=text(),
    title=text(),
    status=integer(),
    detail=text(),
    instance=text(),
    conflicts=list_of(KINDS[Mismatch]),
)


Record = TypeVar("Record")


def parsed(make: Type[Record], value: object) -> Record:
    """Convert a received JSON document to a record.

    Raises:
        ValueError: the document is not valid; the message names the member, but does not repeat its value.
    """
    found: Record = KINDS[make].read(value)
    return found


def encode_content(data: bytes) -> Tuple[str, Optional[Encoding]]:
    """Encode bytes for the wire: as text if they are UTF-8, otherwise as base64; also returns the encoding."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return base64.b64encode(data).decode("ascii"), "base64"


def decode_content(content: str, encoding: Optional[str]) -> bytes:
    """Decode the content of a document to bytes.

    Raises:
        ValueError: not base64, or text that has no UTF-8 (lone surrogates).
    """
    if encoding is None:
        return content.encode("utf-8")  # UnicodeEncodeError is a ValueError
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def canonical_json(document: Dict[str, Any]) -> bytes:
    """The bytes of metadata or state that revisions are computed from: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
