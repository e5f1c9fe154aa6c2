"""The recorded stages of every session: ``session_state.json`` of one project, as a value.

Pure: bytes in, values and bytes out. States that are shown are always derived (``stage_states``); the record serves
other readers, and holds what can't be derived: ``last_sync`` and the *basis*, the digests that a stage was completed
on.
"""

from __future__ import annotations

from typing import Dict, Iterable, Mapping, Optional, Tuple

from idse_core import json_text
from idse_core.errors import ConfigError, RefusedError
from idse_core.pipeline_artifacts import Stage
from idse_core.session_record import SessionRecord, object_at, read_record, write_record, write_summary
from idse_core.stage_basis import Basis, Digests, basis_of, same_basis, stale_from
from idse_core.stage_states import (
    StageEvidence,
    StageState,
    StageStatus,
    ValidationStatus,
    derive,
    next_stage,
)

__all__ = [
    "SCHEMA_VERSION",
    "SessionRecord",
    "StageEvidence",
    "StageState",
    "StageStateModel",
    "StageStatus",
    "ValidationStatus",
    "derive",
    "next_stage",
    "stale_from",
]

SCHEMA_VERSION = 1
"""The newest ``schema_version`` of ``session_state.json`` that this version writes."""

_REBUILD = "idse state rebuild"

Judged = Tuple[str, Mapping[Stage, StageStatus], ValidationStatus]
"""A session, its stages and the verdict on it."""


class StageStateModel:
    """``session_state.json`` of one project. Immutable: every change returns a new model.

    Unknown keys and the order of keys are kept. A file of a newer ``schema_version`` can be read but not changed.
    """

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    @classmethod
    def new(cls, project: str, session: str) -> StageStateModel:
        """The model of a new project whose current session is ``session``."""
        model = cls({"schema_version": SCHEMA_VERSION, "project_name": project, "session_id": session})
        return model.record(session, {}, ValidationStatus.UNKNOWN).select(session)

    @classmethod
    def parse(cls, data: bytes, *, path: str) -> StageStateModel:
        """Parse the content of the file. Unknown values are read as the harmless default, and kept as they are.

        Raises:
            ConfigError: not a JSON object; says where it breaks.
        """
        document = json_text.parse_object(data, path=path, hint=_REBUILD)
        model = cls(document)
        if not model.read_only and not isinstance(document.get("sessions", {}), dict):
            line, column = json_text.locate(data, ["sessions"])
            raise ConfigError("'sessions' must be an object", path=path, line=line, column=column, hint=_REBUILD)
        return model

    def serialize(self) -> bytes:
        """The content of the file."""
        return json_text.dump(dict(self._document))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StageStateModel) or self._document != other._document:
            return False
        return self.serialize() == other.serialize()  # in the file `true` is not 1, and the order of keys counts

    def __hash__(self) -> int:
        return hash(self.serialize())

    @property
    def current(self) -> str:
        """The session whose state is at the top level; empty when the file does not say."""
        value = self._document.get("session_id")
        return value if isinstance(value, str) else ""

    @property
    def read_only(self) -> bool:
        """Whether a newer version of the tool wrote the file."""
        version = self._document.get("schema_version", SCHEMA_VERSION)
        return isinstance(version, (int, float)) and version > SCHEMA_VERSION

    def require_writable(self) -> None:
        """Make sure that the file may be changed.

        Raises:
            RefusedError: the file is of a newer version.
        """
        if self.read_only:
            raise RefusedError(
                "session_state.json was written by a newer version of idse and is not changed",
                hint="update idse: pip install --upgrade idse-orchestrator",
            )

    def session(self, session: str) -> SessionRecord:
        """What is recorded about a session; the defaults of a new one when nothing is."""
        entry = self._entries().get(session)
        if not isinstance(entry, dict):
            entry = self._document if self.current == session else {}
        return read_record(entry)

    def record(
        self,
        session: str,
        statuses: Mapping[Stage, StageStatus],
        validation_status: ValidationStatus,
    ) -> StageStateModel:
        """Record the verdict on a session; the bytes stay the same when nothing meaningful changed.

        A stage that is completed and not stale gets the current digests as its basis; a stale one keeps the old.

        Raises:
            RefusedError: the file is of a newer version.
        """
        return self.record_all([(session, statuses, validation_status)])

    def record_all(self, judged: Iterable[Judged]) -> StageStateModel:
        """Record the verdicts on many sessions, as ``record`` does for one.

        Raises:
            RefusedError: the file is of a newer version.
        """
        records: Dict[str, SessionRecord] = {}
        for session, statuses, validation_status in judged:
            before = self.session(session)
            stages = {stage: statuses[stage].state if stage in statuses else before.stages[stage] for stage in Stage}
            basis = _renewed_basis(before.basis, statuses)
            records[session] = SessionRecord(stages, validation_status, before.last_sync, basis)
        return self._with_all(records)

    def accept(self, session: str, stage: Stage, digests: Digests) -> StageStateModel:
        """Confirm that a stale stage still holds, given what the earlier stages say now.

        Raises:
            RefusedError: the file is of a newer version.
        """
        before = self.session(session)
        basis = {**before.basis, stage: basis_of(stage, digests)}
        return self._with(session, before._replace(basis=basis))

    def shared(self, session: str) -> Optional[Mapping[str, object]]:
        """What other workspaces may know about a session: all but ``last_sync``; None when nothing is recorded."""
        present = self._entries().get(session)
        entry: Dict[str, object] = dict(present) if isinstance(present, dict) else {}
        if present is None and self.current == session:
            write_record(entry, self.session(session))  # an earlier tool kept one session only, at the top
        found = {key: value for key, value in entry.items() if key != "last_sync"}
        return found or None

    def take_over(self, shared: Mapping[str, Optional[Mapping[str, object]]]) -> StageStateModel:
        """Replace what is recorded about sessions by what other workspaces know; ``last_sync`` stays as it is here.

        Args:
            shared: session → the result of ``shared``; None to forget the session.

        Raises:
            RefusedError: the file is of a newer version.
        """
        document = self._changeable()
        sessions = object_at(document, "sessions")
        for session, value in shared.items():
            before = sessions.pop(session, None)
            if value is None:
                continue
            last_sync = before.get("last_sync") if isinstance(before, dict) else self.session(session).last_sync
            order = dict.fromkeys(before) if isinstance(before, dict) else {}
            entry = {**order, **value, "last_sync": last_sync}
            sessions[session] = {key: entry[key] for key in entry if key in value or key == "last_sync"}
            if document.get("session_id") == session:
                write_summary(document, read_record(entry))
        return StageStateModel(document)

    def synced(self, sessions: Iterable[str], at: str) -> StageStateModel:
        """Record a sync that fully succeeded for several sessions; one without an entry gets nothing but ``last_sync``.

        Args:
            sessions: the sessions that were synced.
            at: the time, ISO 8601 UTC.

        Raises:
            RefusedError: the file is of a newer version.
        """
        document = self._changeable()
        entries = object_at(document, "sessions")
        for session in sessions:
            is_new, known = not isinstance(entries.get(session), dict), self.session(session)
            entry = object_at(entries, session)
            if is_new and known.known:
                write_record(entry, known)
            entry["last_sync"] = at
            if document.get("session_id") == session:
                document["last_sync"] = at
        return StageStateModel(document)

    def select(self, session: str) -> StageStateModel:
        """Make a session the current one, whose state is at the top level.

        Raises:
            RefusedError: the file is of a newer version.
        """
        return self._with(session, self.session(session), current=session)

    def _entries(self) -> Mapping[str, object]:
        entries = self._document.get("sessions")
        return entries if isinstance(entries, dict) else {}

    def _with(self, session: str, record: SessionRecord, current: Optional[str] = None) -> StageStateModel:
        return self._with_all({session: record}, current)

    def _changeable(self) -> Dict[str, object]:
        self.require_writable()
        document: Dict[str, object] = dict(self._document)
        document.setdefault("schema_version", SCHEMA_VERSION)
        return document

    def _with_all(self, records: Mapping[str, SessionRecord], current: Optional[str] = None) -> StageStateModel:
        document = self._changeable()
        if current is not None and current != self.current:
            if self.current and not isinstance(self._entries().get(self.current), dict):
                # An earlier tool kept one session only, at the top: it must not be lost when another takes its place.
                kept = object_at(object_at(document, "sessions"), self.current)
                write_record(kept, self.session(self.current))
            document["session_id"] = current
        top = document.get("session_id")
        if isinstance(top, str) and top in records:
            write_summary(document, records[top])
        sessions = object_at(document, "sessions")
        for session, record in records.items():
            write_record(object_at(sessions, session), record)
        return StageStateModel(document)


def _renewed_basis(before: Basis, statuses: Mapping[Stage, StageStatus]) -> Basis:
    digests: Digests = {stage: status.digest for stage, status in statuses.items()}
    renewed = dict(before)
    for stage, status in statuses.items():
        if status.state is StageState.COMPLETED and not status.stale:
            basis = basis_of(stage, digests)
            if not same_basis(before.get(stage), basis):
                renewed[stage] = basis
    return renewed
