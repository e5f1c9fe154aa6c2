"""``trace.json``: what a project's requirements said when their cover was confirmed.

Pure: bytes in, values and bytes out. Unlike ``session_state.json`` it can't be derived from the artifacts: it records
that somebody looked at a requirement, its criteria and its tasks together, and changes only when that happens.

```json
{"schema_version": 1,
 "sessions": {"auth-login": {"FR-3": {"text": "sha256:1f0c…", "cover": ["AC-3", "1.2"]}}}}
```
"""

from __future__ import annotations

import copy
from typing import Dict, Mapping, NamedTuple, Tuple

from idse_core import json_text
from idse_core.errors import ConfigError, RefusedError
from idse_core.late_patterns import late

__all__ = ["SCHEMA_VERSION", "Confirmation", "TraceRecord", "natural_key"]

SCHEMA_VERSION = 1
"""The newest ``schema_version`` of ``trace.json`` that this version writes."""

_BY_HAND = "correct it by hand: what was confirmed can't be derived again"
_NUMBER = late(r"([0-9]+)")
_DIGITS = 18  # nobody numbers anything with more digits; Python refuses to read more than 4300


class Confirmation(NamedTuple):
    """The confirmation that a requirement, as it stands, is covered.

    Attributes:
        text: the fingerprint of the requirement's text, ``sha256:`` and 16 hex digits.
        cover: what covered it then: ids of criteria, then numbers of tasks. For people only; nothing depends on it.
    """

    text: str
    cover: Tuple[str, ...] = ()


class TraceRecord:
    """``trace.json`` of one project. Immutable: every change returns a new record.

    Unknown keys are kept. A file of a newer ``schema_version`` can be read but not changed.
    """

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    @classmethod
    def empty(cls) -> TraceRecord:
        """The record in which nothing is confirmed."""
        return cls({"schema_version": SCHEMA_VERSION, "sessions": {}})

    @classmethod
    def parse(cls, data: bytes, *, path: str) -> TraceRecord:
        """Parse the content of the file. An entry that we don't understand confirms nothing, and is kept as it is.

        Raises:
            ConfigError: not a JSON object, or ``sessions`` is not one; with line and column.
        """
        document = json_text.parse_object(data, path=path, hint=_BY_HAND)
        record = cls(document)
        if not record.read_only and not isinstance(document.get("sessions", {}), dict):
            line, column = json_text.locate(data, ["sessions"])
            raise ConfigError("'sessions' must be an object", path=path, line=line, column=column, hint=_BY_HAND)
        return record

    def serialize(self) -> bytes:
        """The content of the file."""
        return json_text.dump(dict(self._document))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TraceRecord) and self.serialize() == other.serialize()

    def __hash__(self) -> int:
        return hash(self.serialize())

    @property
    def read_only(self) -> bool:
        """Whether a newer version of the tool wrote the file."""
        version = self._document.get("schema_version", SCHEMA_VERSION)
        return isinstance(version, (int, float)) and version > SCHEMA_VERSION

    def session(self, session: str) -> Mapping[str, Confirmation]:
        """Requirement id → its confirmation, for one session."""
        sessions = self._document.get("sessions")
        entries = sessions.get(session) if isinstance(sessions, dict) else None
        if not isinstance(entries, dict):
            return {}
        return {name: _confirmation(entry) for name, entry in entries.items() if _is_confirmation(entry)}

    def confirm(self, session: str, confirmations: Mapping[str, Confirmation]) -> TraceRecord:
        """Record confirmations; those already recorded with the same text stay as they are.

        Raises:
            RefusedError: the file is of a newer version.
        """
        return self.confirm_all({session: confirmations})

    def confirm_all(self, confirmed: Mapping[str, Mapping[str, Confirmation]]) -> TraceRecord:
        """Record confirmations of many sessions, as ``confirm`` does for one.

        Raises:
            RefusedError: the file is of a newer version.
        """
        changed = {session: self._news(session, confirmations) for session, confirmations in confirmed.items()}
        if not any(changed.values()):
            return self
        if self.read_only:
            raise RefusedError(
                "trace.json was written by a newer version of idse and is not changed",
                hint="update idse: pip install --upgrade idse-orchestrator",
            )
        document: Dict[str, object] = copy.deepcopy(dict(self._document))
        document.setdefault("schema_version", SCHEMA_VERSION)
        sessions = _object_at(document, "sessions")
        for session, news in changed.items():
            if not news:
                continue
            entries = _object_at(sessions, session)
            for name, new in news.items():
                _object_at(entries, name).update({"text": new.text, "cover": list(new.cover)})
            # In a fixed order, whoever confirmed first: two branches that confirm different things merge more often.
            sessions[session] = dict(sorted(entries.items(), key=_by_name))
        document["sessions"] = dict(sorted(sessions.items()))
        return TraceRecord(document)

    def _news(self, session: str, confirmations: Mapping[str, Confirmation]) -> Mapping[str, Confirmation]:
        """The confirmations that are new, or whose text differs from the recorded one."""
        known = self.session(session)
        return {name: new for name, new in confirmations.items() if name not in known or known[name].text != new.text}


def natural_key(name: str) -> Tuple[Tuple[int, str], ...]:
    """A sort key that puts ``FR-2`` before ``FR-10``; equal only for equal names."""
    parts = enumerate(_NUMBER.split(name))
    return (*((int(part[:_DIGITS]), "") if number % 2 else (-1, part) for number, part in parts), (0, name))


def _by_name(entry: Tuple[str, object]) -> Tuple[Tuple[int, str], ...]:
    return natural_key(entry[0])


def _is_confirmation(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("text"), str)


def _confirmation(entry: Mapping[str, object]) -> Confirmation:
    cover = entry.get("cover")
    named = (item for item in cover if isinstance(item, str)) if isinstance(cover, list) else ()
    return Confirmation(str(entry["text"]), tuple(named))


def _object_at(parent: Dict[str, object], key: str) -> Dict[str, object]:
    """The object under a key, to be changed in place; anything else there is replaced by an empty object."""
    value = parent.get(key)
    found: Dict[str, object] = value if isinstance(value, dict) else {}
    parent[key] = found
    return found
