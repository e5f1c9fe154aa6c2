"""The project's records about one session, as JSON and back, for the cache: the records themselves hold thousands."""

from __future__ import annotations

import json
from typing import Mapping, Optional, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import SessionRecord, StageState, ValidationStatus
from idse_core.trace_record import Confirmation

__all__ = ["Given", "record_from_json", "record_to_json"]

Given = Tuple[SessionRecord, Mapping[str, Confirmation]]
"""A session's recorded states, and the confirmations of its requirements."""


def record_to_json(given: Given) -> str:
    """Serialise: equal records give equal texts."""
    record, confirmed = given
    basis = {
        stage.value: {earlier.value: digest for earlier, digest in of.items()} for stage, of in record.basis.items()
    }
    stages = {stage.value: state.value for stage, state in record.stages.items()}
    document = [
        stages,
        record.validation_status.value,
        record.last_sync,
        basis,
        record.known,
        sorted(confirmed.items()),
    ]
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def record_from_json(text: str) -> Optional[Given]:
    """Parse; None when the text is not such a record."""
    try:
        stages, verdict, last_sync, basis, known, confirmed = json.loads(text)
        record = SessionRecord(
            stages={Stage(stage): StageState(state) for stage, state in stages.items()},
            validation_status=ValidationStatus(verdict),
            last_sync=last_sync,
            basis={
                Stage(stage): {Stage(earlier): digest for earlier, digest in of.items()} for stage, of in basis.items()
            },
            known=known,
        )
        return record, {name: Confirmation(said, tuple(cover)) for name, (said, cover) in confirmed}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
