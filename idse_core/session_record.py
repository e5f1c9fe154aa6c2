"""The entry of one session in ``session_state.json``, read and written.

Unknown keys and the order of keys are kept; values that mean the same already are not rewritten.
"""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple, Optional

from idse_core.pipeline_artifacts import Stage
from idse_core.stage_basis import Basis, lean, parse_basis
from idse_core.stage_states import StageState, ValidationStatus

__all__ = ["SessionRecord", "object_at", "read_record", "write_record", "write_summary"]


class SessionRecord(NamedTuple):
    """What the file records about one session.

    Attributes:
        stages: recorded states; the states that people see are derived anew.
        last_sync: ISO 8601 UTC, or None.
        known: whether the file says anything about the session.
        basis: stage → the digests of the stages before it, and its own, when it was completed or accepted.
    """

    stages: Mapping[Stage, StageState]
    validation_status: ValidationStatus
    last_sync: Optional[str]
    basis: Basis
    known: bool = True


def read_record(entry: Mapping[str, object]) -> SessionRecord:
    """Parse an entry; an unknown value is read as the harmless default."""
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


def object_at(parent: Dict[str, object], key: str) -> Dict[str, object]:
    """Replace the object under a key by a copy that may be changed; what is not an object becomes an empty one.

    Only the path to a change is copied: there may be thousands of sessions beside it.
    """
    value = parent.get(key)
    found: Dict[str, object] = dict(value) if isinstance(value, dict) else {}
    parent[key] = found
    return found


def write_record(entry: Dict[str, object], record: SessionRecord) -> None:
    """Update an entry to this record; keys and values that mean it already, or are unknown to us, stay as they are."""
    write_summary(entry, record)
    if not record.basis:
        return
    written = object_at(entry, "basis")
    if parse_basis(written) == record.basis:
        return
    entries = lean(record.basis)
    for stage in Stage:
        if stage in entries:
            written[stage.value] = {member.value: digest for member, digest in entries[stage].items()}
        else:
            written.pop(stage.value, None)


def write_summary(entry: Dict[str, object], record: SessionRecord) -> None:
    """As ``write_record``, without the basis: all that the top level of the file says about its session."""
    stages = object_at(entry, "stages")
    known = _stages(stages)
    for stage, state in record.stages.items():
        if stage.value not in stages or known[stage] is not state:
            stages[stage.value] = state.value
    entry["validation_status"] = record.validation_status.value
    entry["last_sync"] = record.last_sync
