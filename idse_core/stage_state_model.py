"""The state of every stage: derived from what the artifacts say, recorded in ``session_state.json``.

Pure: bytes and evidence in, values and bytes out. The artifact is the truth and the file a record of it, so a state
that is shown is always derived; the record serves other readers, and remembers what can't be derived: ``last_sync``
and the *basis*, the digests a stage was completed on.

```
pending ──edited──▶ in_progress ──no open marker, no error──▶ completed
   ▲                     ▲                                        │
   └── absent, empty ────┴────────── marker or error again ───────┘
       or template       stale: completed, but an earlier stage changed since
```
"""

from __future__ import annotations

from enum import Enum
from typing import Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

from idse_core import json_text
from idse_core.errors import ConfigError, RefusedError
from idse_core.pipeline_artifacts import Stage
from idse_core.stage_basis import Basis, Digests, basis_of, lean, parse_basis, same_basis, stale_from

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


class StageState(str, Enum):
    """How far a stage is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"

    def __str__(self) -> str:
        return str(self.value)


class ValidationStatus(str, Enum):
    """What the Constitution says of a session."""

    UNKNOWN = "unknown"
    PASSING = "passing"
    FAILING = "failing"

    def __str__(self) -> str:
        return str(self.value)


class StageEvidence(NamedTuple):
    """What is known of one stage's artifact.

    Attributes:
        digest: of the artifact's bytes; None when it is absent or can't be read.
        written: it exists, is not empty, and is not just the template's text.
        open_markers: how many places still wait for a person's input.
        errors: how many findings of severity error it has, open markers included.
    """

    digest: Optional[str]
    written: bool
    open_markers: int = 0
    errors: int = 0


class StageStatus(NamedTuple):
    """The derived state of one stage.

    Attributes:
        stale_from: earlier stages that changed since this one was completed, in pipeline order.
    """

    stage: Stage
    state: StageState
    open_markers: int
    errors: int
    digest: Optional[str]
    stale_from: Tuple[Stage, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether an earlier stage changed since this one was completed."""
        return bool(self.stale_from)


Judged = Tuple[str, Mapping[Stage, StageStatus], ValidationStatus]
"""A session, its stages and the verdict on it."""


class SessionRecord(NamedTuple):
    """What the file remembers of one session.

    Attributes:
        stages: recorded states; what a person sees is derived anew.
        last_sync: ISO 8601 UTC, or None.
        known: whether the file says anything of the session.
        basis: stage → the digests of the stages before it, and its own, when it was completed or accepted.
    """

    stages: Mapping[Stage, StageState]
    validation_status: ValidationStatus
    last_sync: Optional[str]
    basis: Basis
    known: bool = True


def derive(evidence: Mapping[Stage, StageEvidence], basis: Basis) -> Tuple[StageStatus, ...]:
    """The state of all seven stages.

    Args:
        evidence: what the artifacts say; a stage that is missing counts as absent.
        basis: what completed stages were based on, from the record.
    """
    nothing = StageEvidence(None, written=False)
    digests: Digests = {stage: evidence.get(stage, nothing).digest for stage in Stage}
    return tuple(_status(stage, evidence.get(stage, nothing), digests, basis) for stage in Stage)


def _status(stage: Stage, found: StageEvidence, digests: Digests, basis: Basis) -> StageStatus:
    if not found.written:
        state = StageState.PENDING
    elif found.open_markers or found.errors:
        state = StageState.IN_PROGRESS
    else:
        state = StageState.COMPLETED
    stale = stale_from(stage, digests, basis.get(stage)) if state is StageState.COMPLETED else ()
    return StageStatus(stage, state, found.open_markers, found.errors, found.digest, stale)


def next_stage(statuses: Iterable[StageStatus]) -> Optional[StageStatus]:
    """The stage to work on next: the first that is not completed, else the first stale one, else None."""
    ordered = tuple(statuses)
    unfinished = (status for status in ordered if status.state is not StageState.COMPLETED)
    return next(unfinished, None) or next((status for status in ordered if status.stale), None)


class StageStateModel:
    """``session_state.json`` of one project. Immutable: every change gives a new model.

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
        """Read the file's bytes. Values we don't know are taken for the harmless default, and kept as they are.

        Raises:
            ConfigError: not a JSON object; says where it breaks.
        """
        document = json_text.parse_object(data, path=path)
        model = cls(document)
        if not model.read_only and not isinstance(document.get("sessions", {}), dict):
            line, column = json_text.locate(data, ["sessions"])
            raise ConfigError("'sessions' must be an object", path=path, line=line, column=column)
        return model

    def serialize(self) -> bytes:
        """The bytes of the file."""
        return json_text.dump(dict(self._document))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StageStateModel) or self._document != other._document:
            return False
        return self.serialize() == other.serialize()  # in the file true is not 1, and keys have an order

    def __hash__(self) -> int:
        return hash(self.serialize())

    @property
    def current(self) -> str:
        """The session whose state stands at the top level; empty when the file does not say."""
        value = self._document.get("session_id")
        return value if isinstance(value, str) else ""

    @property
    def read_only(self) -> bool:
        """Whether a newer version of the tool wrote the file."""
        version = self._document.get("schema_version", SCHEMA_VERSION)
        return isinstance(version, (int, float)) and version > SCHEMA_VERSION

    def session(self, session: str) -> SessionRecord:
        """What is remembered of a session; a new one's defaults when nothing is."""
        entry = self._entries().get(session)
        if not isinstance(entry, dict):
            entry = self._document if self.current == session else {}
        return _record(entry)

    def record(
        self,
        session: str,
        statuses: Mapping[Stage, StageStatus],
        validation_status: ValidationStatus,
    ) -> StageStateModel:
        """Remember what was judged; the same model's bytes when nothing meaningful changed.

        A stage that is completed and not stale gets the current digests as its basis; a stale one keeps the old.

        Raises:
            RefusedError: the file is of a newer version.
        """
        return self.record_all([(session, statuses, validation_status)])

    def record_all(self, judged: Iterable[Judged]) -> StageStateModel:
        """Remember what was judged of many sessions, as ``record`` does of one.

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
        """Confirm that a stale stage still holds on what the earlier stages say now.

        Raises:
            RefusedError: the file is of a newer version.
        """
        before = self.session(session)
        basis = {**before.basis, stage: basis_of(stage, digests)}
        return self._with(session, before._replace(basis=basis))

    def synced(self, session: str, at: str) -> StageStateModel:
        """Remember a sync that fully succeeded.

        Args:
            session: the session that was synced.
            at: when, ISO 8601 UTC.

        Raises:
            RefusedError: the file is of a newer version.
        """
        return self._with(session, self.session(session)._replace(last_sync=at))

    def shared(self, session: str) -> Optional[Mapping[str, object]]:
        """What other workspaces may know of a session: all that is recorded but ``last_sync``; None when nothing is."""
        present = self._entries().get(session)
        entry: Dict[str, object] = dict(present) if isinstance(present, dict) else {}
        if present is None and self.current == session:
            _write_record(entry, self.session(session))  # an earlier tool kept one session only, at the top
        found = {key: value for key, value in entry.items() if key != "last_sync"}
        return found or None

    def take_over(self, shared: Mapping[str, Optional[Mapping[str, object]]]) -> StageStateModel:
        """Replace what is recorded of sessions by what other workspaces know; ``last_sync`` stays as it is here.

        Args:
            shared: session → as ``shared`` gives it; None to forget the session.

        Raises:
            RefusedError: the file is of a newer version.
        """
        document = self._changeable()
        sessions = _object_at(document, "sessions")
        for session, value in shared.items():
            before = sessions.pop(session, None)
            if value is None:
                continue
            last_sync = before.get("last_sync") if isinstance(before, dict) else self.session(session).last_sync
            order = dict.fromkeys(before) if isinstance(before, dict) else {}
            entry = {**order, **value, "last_sync": last_sync}
            sessions[session] = {key: entry[key] for key in entry if key in value or key == "last_sync"}
            if document.get("session_id") == session:
                _write_summary(document, _record(entry))
        return StageStateModel(document)

    def synced_all(self, sessions: Iterable[str], at: str) -> StageStateModel:
        """Remember a sync that fully succeeded for several sessions; nothing else is said of one that has no entry.

        Args:
            sessions: those that were synced.
            at: when, ISO 8601 UTC.

        Raises:
            RefusedError: the file is of a newer version.
        """
        document = self._changeable()
        entries = _object_at(document, "sessions")
        for session in sessions:
            is_new, known = not isinstance(entries.get(session), dict), self.session(session)
            entry = _object_at(entries, session)
            if is_new and known.known:
                _write_record(entry, known)
            entry["last_sync"] = at
            if document.get("session_id") == session:
                document["last_sync"] = at
        return StageStateModel(document)

    def select(self, session: str) -> StageStateModel:
        """Make a session the one that the top level describes.

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
        if self.read_only:
            raise RefusedError(
                "session_state.json was written by a newer version of idse and is not changed",
                hint="update idse: pip install --upgrade idse-orchestrator",
            )
        document: Dict[str, object] = dict(self._document)
        document.setdefault("schema_version", SCHEMA_VERSION)
        return document

    def _with_all(self, records: Mapping[str, SessionRecord], current: Optional[str] = None) -> StageStateModel:
        document = self._changeable()
        if current is not None and current != self.current:
            if self.current and not isinstance(self._entries().get(self.current), dict):
                # An earlier tool kept one session only, at the top: it must not be lost when another takes its place.
                kept = _object_at(_object_at(document, "sessions"), self.current)
                _write_record(kept, self.session(self.current))
            document["session_id"] = current
        top = document.get("session_id")
        if isinstance(top, str) and top in records:
            _write_summary(document, records[top])
        sessions = _object_at(document, "sessions")
        for session, record in records.items():
            _write_record(_object_at(sessions, session), record)
        return StageStateModel(document)


def _record(entry: Mapping[str, object]) -> SessionRecord:
    last_sync = entry.get("last_sync")
    return SessionRecord(
        stages=_stages(entry.get("stages")),
        validation_status=_validation_status(entry.get("validation_status")),
        last_sync=last_sync if isinstance(last_sync, str) else None,
        basis=parse_basis(entry.get("basis")),
        known=bool(entry),
    )


def _stages(value: object) -> Mapping[Stage, StageState]:
    found = value if isinstance(value, dict) else {}
    return {stage: _stage_state(found.get(stage.value)) for stage in Stage}


def _stage_state(value: object) -> StageState:
    if value == "complete":  # what the earlier tool wrote
        return StageState.COMPLETED
    known = {state.value: state for state in StageState}
    return known.get(value, StageState.PENDING) if isinstance(value, str) else StageState.PENDING


def _validation_status(value: object) -> ValidationStatus:
    known = {status.value: status for status in ValidationStatus}
    return known.get(value, ValidationStatus.UNKNOWN) if isinstance(value, str) else ValidationStatus.UNKNOWN


def _renewed_basis(before: Basis, statuses: Mapping[Stage, StageStatus]) -> Basis:
    digests: Digests = {stage: status.digest for stage, status in statuses.items()}
    renewed = dict(before)
    for stage, status in statuses.items():
        if status.state is StageState.COMPLETED and not status.stale:
            basis = basis_of(stage, digests)
            if not same_basis(before.get(stage), basis):
                renewed[stage] = basis
    return renewed


def _object_at(parent: Dict[str, object], key: str) -> Dict[str, object]:
    """A copy of the object under a key, put in its place to be changed; what is no object becomes an empty one.

    Only what is on the way to a change is copied: there may be thousands of sessions beside it.
    """
    value = parent.get(key)
    found: Dict[str, object] = dict(value) if isinstance(value, dict) else {}
    parent[key] = found
    return found


def _write_record(entry: Dict[str, object], record: SessionRecord) -> None:
    _write_summary(entry, record)
    if not record.basis:
        return
    written = _object_at(entry, "basis")
    if parse_basis(written) == record.basis:
        return
    entries = lean(record.basis)
    for stage in Stage:
        if stage in entries:
            written[stage.value] = {member.value: digest for member, digest in entries[stage].items()}
        else:
            written.pop(stage.value, None)


def _write_summary(entry: Dict[str, object], record: SessionRecord) -> None:
    stages = _object_at(entry, "stages")
    known = _stages(stages)
    for stage, state in record.stages.items():
        if stage.value not in stages or known[stage] is not state:
            stages[stage.value] = state.value
    entry["validation_status"] = record.validation_status.value
    entry["last_sync"] = record.last_sync
