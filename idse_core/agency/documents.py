"""A session's documents as they travel: which place each key means, and the bytes that their digests are of.

An artifact's bytes are the file's. Metadata and state travel as canonical JSON, so that order and spaces of a file are
nobody's change; the state is the session's entry of ``session_state.json`` without what is local.
"""

from __future__ import annotations

import hashlib
from typing import Any, Dict, Mapping, NamedTuple, Optional

from idse_core import json_text, session_metadata
from idse_core.agency.protocol import ARTIFACT_KEYS, METADATA_KEY, STATE_KEY, canonical_json
from idse_core.design_store import METADATA, SESSION_STATE, Place
from idse_core.errors import ConfigError, UnreadableError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel

__all__ = [
    "ARTIFACTS",
    "NAMES",
    "Content",
    "as_object",
    "canonical",
    "file_bytes",
    "hex_digest",
    "is_json",
    "place_of",
    "read_document",
    "state_content",
    "state_document",
]

NAMES: Dict[str, str] = {
    **{key: stage.value for stage, key in ARTIFACT_KEYS.items()},
    METADATA_KEY: METADATA,
    STATE_KEY: "state",
}
"""Wire key → what people call the document; but for the state also its name in the store."""

_HALF_A_PAIR = "look for an escape such as \\ud83d that stands alone: complete or remove it"

ARTIFACTS = frozenset(ARTIFACT_KEYS.values())


class Content(NamedTuple):
    """A document as it is here.

    Attributes:
        data: the bytes that travel.
        digest: of ``data``, 64 hexadecimal digits.
        stored: the store's digest of the file; for a write that expects it. None for the state.
        path: the file.
    """

    data: bytes
    digest: str
    stored: Optional[str]
    path: str


def is_json(key: str) -> bool:
    """Whether a document travels as canonical JSON."""
    return key in {METADATA_KEY, STATE_KEY}


def hex_digest(data: bytes) -> str:
    """SHA-256 as it stands in revisions."""
    return hashlib.sha256(data).hexdigest()


def place_of(project: str, session: str, key: str) -> Place:
    """Where a document lies in the store; the state's place is the whole file."""
    return Place(project, None, SESSION_STATE) if key == STATE_KEY else Place(project, session, NAMES[key])


def canonical(key: str, data: bytes, *, path: str) -> bytes:
    """The bytes that travel for the bytes of a file.

    Raises:
        UnreadableError: metadata that is no JSON object, or can't be one elsewhere.
    """
    return canonical_json(as_object(data, path=path)) if is_json(key) else data


def as_object(data: bytes, *, path: str) -> Dict[str, Any]:
    """A JSON object whose canonical form exists.

    Raises:
        UnreadableError: it is none.
    """
    try:
        value = json_text.parse_object(data, path=path)
        _check_numbers(value, canonical_json(value), path)
    except ConfigError as error:
        raise UnreadableError(
            error.message, reason="encoding", hint=error.hint, path=error.path, line=error.line, column=error.column
        ) from error
    except (ValueError, RecursionError) as error:  # half a surrogate pair
        raise UnreadableError(
            "it holds text that is not Unicode", reason="encoding", hint=_HALF_A_PAIR, path=path
        ) from error
    return value


def file_bytes(key: str, data: bytes, *, like: Optional[bytes], path: str) -> bytes:
    """The bytes to write for the bytes that travelled.

    Args:
        key: which document.
        data: as they travelled.
        like: the file that is there: its order of keys is kept.
        path: the file, for errors.

    Raises:
        UnreadableError: what travelled is no JSON object.
    """
    if not is_json(key):
        return data
    value = as_object(data, path=path)
    return json_text.dump(_ordered(value, {} if like is None else _known(like, path)))


def read_document(workspace: ProjectWorkspace, session: str, key: str) -> Optional[Content]:
    """One document as it is now; None when it is absent.

    Raises:
        IdseError: it can't be read.
    """
    if key == STATE_KEY:
        return state_content(workspace, workspace.state().model, session)
    found = workspace.store.read(place_of(workspace.project, session, key))
    if found is None:
        return None
    data = canonical(key, found.data, path=found.path)
    return Content(data, hex_digest(data), found.digest, found.path)


def state_content(workspace: ProjectWorkspace, model: StageStateModel, session: str) -> Optional[Content]:
    """A session's state as a document of its own; None as for `state_document`."""
    data = state_document(model, session)
    if data is None:
        return None
    path = workspace.store.locate(place_of(workspace.project, session, STATE_KEY))
    return Content(data, hex_digest(data), None, path)


def state_document(model: StageStateModel, session: str) -> Optional[bytes]:
    """What travels of a session's state; None when nothing is recorded, or nothing that could travel."""
    shared = model.shared(session)
    if shared is None:
        return None
    try:
        data = canonical_json(dict(shared))
        _check_numbers(shared, data, "")
    except (UnreadableError, ValueError, RecursionError):
        return None
    return data


def _known(like: bytes, path: str) -> Mapping[str, object]:
    try:
        return json_text.parse_object(like, path=path)
    except ConfigError:
        return {}


def _ordered(value: Dict[str, Any], like: Mapping[str, object]) -> Dict[str, Any]:
    """The same object, known keys in their known order; of a new one the order in which we write metadata."""
    order = [key for key in (like or dict.fromkeys(session_metadata.FIELDS)) if key in value]
    return {**{key: value[key] for key in order}, **value}


def _check_numbers(value: object, written: bytes, path: str) -> None:
    """JSON knows no NaN and no infinity, though Python reads and writes them."""
    if b"NaN" in written or b"Infinity" in written:
        _refuse_no_numbers(value, path)


def _refuse_no_numbers(value: object, path: str) -> None:
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124
        raise UnreadableError(
            "it holds a number that JSON does not know",
            reason="encoding",
            hint="write null or a text in the place of NaN and Infinity",
            path=path,
        )
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _refuse_no_numbers(item, path)
