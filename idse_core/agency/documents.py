"""A session's documents on the wire: the place in the store of each key, and the bytes that digests are computed from.

An artifact is sent as the bytes of its file. Metadata and state are sent as canonical JSON, so that another order of
keys or other spaces are not a change; the state is the session's entry in ``session_state.json`` without its local
members.
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
"""Wire key → the document's name for people; except for the state, also its name in the store."""

_HALF_A_PAIR = "look for an escape such as \\ud83d that stands alone: complete or remove it"

ARTIFACTS = frozenset(ARTIFACT_KEYS.values())


class Content(NamedTuple):
    """A document as it is in the workspace.

    Attributes:
        data: the bytes in wire form.
        digest: of ``data``, 64 hexadecimal digits.
        stored: the store's digest of the file, to be expected by a write. None for the state.
        path: of the file.
    """

    data: bytes
    digest: str
    stored: Optional[str]
    path: str


def is_json(key: str) -> bool:
    """Whether the wire form of a document is canonical JSON."""
    return key in {METADATA_KEY, STATE_KEY}


def hex_digest(data: bytes) -> str:
    """The SHA-256 as used in revisions: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def place_of(project: str, session: str, key: str) -> Place:
    """The place of a document in the store; for the state, that of the file with the states of all sessions."""
    return Place(project, None, SESSION_STATE) if key == STATE_KEY else Place(project, session, NAMES[key])


def canonical(key: str, data: bytes, *, path: str) -> bytes:
    """Convert the bytes of a file to the wire form.

    Raises:
        UnreadableError: the metadata is not a JSON object, or has no canonical form.
    """
    return canonical_json(as_object(data, path=path)) if is_json(key) else data


def as_object(data: bytes, *, path: str) -> Dict[str, Any]:
    """Parse a JSON object that has a canonical form.

    Raises:
        UnreadableError: the data is not such an object.
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
    """Convert the wire form to the bytes of a file.

    Args:
        key: of the document.
        data: in wire form.
        like: the existing file, whose order of keys is kept; None if there is none.
        path: of the file, for errors.

    Raises:
        UnreadableError: metadata or state that is not a JSON object.
    """
    if not is_json(key):
        return data
    value = as_object(data, path=path)
    return json_text.dump(_ordered(value, {} if like is None else _known(like, path)))


def read_document(workspace: ProjectWorkspace, session: str, key: str) -> Optional[Content]:
    """Read one document; None when it is absent.

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
    """A session's state as a separate document; None when `state_document` gives None."""
    data = state_document(model, session)
    if data is None:
        return None
    path = workspace.store.locate(place_of(workspace.project, session, STATE_KEY))
    return Content(data, hex_digest(data), None, path)


def state_document(model: StageStateModel, session: str) -> Optional[bytes]:
    """The wire form of a session's state; None when nothing is recorded, or it has no canonical JSON."""
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
    """The object with its keys in the order of ``like``, or for a new file in the order of metadata fields."""
    order = [key for key in (like or dict.fromkeys(session_metadata.FIELDS)) if key in value]
    return {**{key: value[key] for key in order}, **value}


def _check_numbers(value: object, written: bytes, path: str) -> None:
    """Refuse NaN and infinity, which Python reads and writes although JSON does not have them."""
    if b"NaN" in written or b"Infinity" in written:
        _refuse_no_numbers(value, path)


def _refuse_no_numbers(value: object, path: str) -> None:
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124
        raise UnreadableError(
            "it holds a number that JSON does not have",
            reason="encoding",
            hint="write null or a text in the place of NaN and Infinity",
            path=path,
        )
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _refuse_no_numbers(item, path)
