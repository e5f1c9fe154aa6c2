"""Validating a push, without the database: what it changes, and which revisions the documents must have before."""

from __future__ import annotations

import hashlib
import math
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from idse_core.agency.names import is_portable
from idse_core.agency.protocol import (
    ARTIFACT_KEYS,
    DOCUMENT_KEYS,
    METADATA_KEY,
    STATE_KEY,
    PushRequest,
    Revision,
    canonical_json,
    decode_content,
    document,
)
from idse_core.agency.server.problems import ProblemError, invalid, too_large

__all__ = ["Change", "Push", "check_id", "understood"]

_ARTIFACTS = frozenset(ARTIFACT_KEYS.values())
_WITH_BASE = _ARTIFACTS | {METADATA_KEY}
_RECORD_BYTES = 1 << 20  # of metadata or state: in a response they are escaped, which can double their size
_RECORD_DEPTH = 64  # levels that a parser must be able to handle


class Change(NamedTuple):
    """One document's new state: its bytes, or None when it is deleted."""

    key: str
    data: Optional[bytes]
    digest: Optional[str]


class Push(NamedTuple):
    """A validated push.

    Attributes:
        changes: sorted by key.
        expected: key → the revision that the document must have now; None: absent. Has every key of ``changes``.
        digest: of the whole request in canonical form, so that it does not depend on the formatting of the JSON.
    """

    project: str
    project_name: str
    session: str
    changes: Tuple[Change, ...]
    expected: Dict[str, Optional[Revision]]
    digest: str


def understood(request: PushRequest) -> Push:
    """Validate a push without the database.

    Raises:
        ProblemError: 400 it violates the protocol, 413 a record is too large, 428 a base is missing.
    """
    check_id(request.project_id, "project_id")
    check_id(request.session_id, "session_id")
    _check_keys(request)
    contents = _contents(request)
    changes = [Change(key, data, hashlib.sha256(data).hexdigest()) for key, data in contents.items()]
    changes += [Change(key, None, None) for key in request.deleted]
    if not changes:
        raise invalid("the push changes nothing")
    return Push(
        request.project_id,
        request.project_name,
        request.session_id,
        tuple(sorted(changes)),
        _expected(request, set(contents)),
        hashlib.sha256(canonical_json(document(request))).hexdigest(),
    )


def check_id(identifier: str, name: str) -> None:
    """Refuse an id of a project or session that can't be the name of a folder on a client.

    Raises:
        ProblemError: 400, the id is not valid.
    """
    if not is_portable(identifier):
        raise invalid(f"{name} can't be the name of a folder on every system")


def _check_keys(request: PushRequest) -> None:
    _known(request.artifacts, _ARTIFACTS, "artifacts")
    _known(request.encodings, request.artifacts, "encodings")
    _known(request.base, _WITH_BASE, "base")
    _known(request.deleted, DOCUMENT_KEYS, "deleted")
    both = set(request.deleted) & _written(request)
    if both:
        raise invalid(f"both changed and deleted: {', '.join(sorted(both))}")


def _known(given: Any, known: Any, member: str) -> None:  # noqa: ANN401  # collections of keys
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise invalid(f"{member} has {len(unknown)} keys that are not allowed there, such as {unknown[0][:40]!a}")


def _written(request: PushRequest) -> Set[str]:
    records = {METADATA_KEY: request.session_metadata, STATE_KEY: request.state_json}
    return {*request.artifacts, *(key for key, record in records.items() if record is not None)}


def _contents(request: PushRequest) -> Dict[str, bytes]:
    found: Dict[str, bytes] = {}
    for key, content in request.artifacts.items():
        try:
            found[key] = decode_content(content, request.encodings.get(key))
        except ValueError:
            raise invalid(f"the content of {key} is not in its encoding") from None
    for key, record in ((METADATA_KEY, request.session_metadata), (STATE_KEY, request.state_json)):
        if record is not None:
            found[key] = _record(key, record)
    return found


def _record(key: str, record: Dict[str, Any]) -> bytes:
    _check_record(key, record)
    try:
        data = canonical_json(record)
    except ValueError:  # half a surrogate pair, or a number of thousands of digits
        raise invalid(f"{key} holds a text or a number that can't be written as JSON") from None
    if len(data) > _RECORD_BYTES:
        raise too_large(f"{key} has {len(data)} bytes, the limit is {_RECORD_BYTES}")
    return data


def _check_record(key: str, record: Dict[str, Any]) -> None:
    """Refuse too deep nesting, and numbers that JSON does not have; not recursive, but level by level."""
    level: List[Any] = [record]
    for _ in range(_RECORD_DEPTH):
        inside: List[Any] = []
        for value in level:
            if isinstance(value, float) and not math.isfinite(value):
                raise invalid(f"{key} holds a number that JSON does not have")
            if isinstance(value, (dict, list)):
                inside += value.values() if isinstance(value, dict) else value
        if not inside:
            return
        level = inside
    raise invalid(f"{key} is nested deeper than {_RECORD_DEPTH} levels")


def _expected(request: PushRequest, written: Set[str]) -> Dict[str, Optional[Revision]]:
    missing = sorted((written & _WITH_BASE) - set(request.base))
    if missing:
        raise ProblemError(428, "base-missing", f"base has no entry for {', '.join(missing)}")
    # Includes documents that the push only relies on, without changing them.
    expected = {key: _revision(text, f"base of {key}") for key, text in request.base.items()}
    if STATE_KEY in written or request.base_state is not None:
        expected[STATE_KEY] = _revision(request.base_state, "base_state")
    for key, text in request.deleted.items():
        revision = _revision(text, f"deleted {key}")
        if expected.setdefault(key, revision) != revision:
            raise invalid(f"base and deleted name different revisions of {key}")
    return expected


def _revision(text: Optional[str], what: str) -> Optional[Revision]:
    if text is None:
        return None
    try:
        return Revision.parse(text)
    except ValueError:
        raise invalid(f"{what} is not a revision") from None
