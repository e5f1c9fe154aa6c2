"""The state of every stage, derived from what the artifacts say.

Pure: evidence in, values out. The artifact is the truth, so a state that is shown is always derived.

```
pending ──edited──▶ in_progress ──no open marker, no error──▶ completed
   ▲                     ▲                                        │
   └── absent, empty ────┴────────── marker or error again ───────┘
       or template       stale: completed, but an earlier stage changed since
```
"""

from __future__ import annotations

from enum import Enum
from typing import Iterable, Mapping, NamedTuple, Optional, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.stage_basis import Basis, Digests, stale_from

__all__ = ["StageEvidence", "StageState", "StageStatus", "ValidationStatus", "derive", "next_stage"]


class StageState(str, Enum):
    """How far a stage is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"

    def __str__(self) -> str:
        return str(self.value)


class ValidationStatus(str, Enum):
    """The verdict of the Constitution on a session."""

    UNKNOWN = "unknown"
    PASSING = "passing"
    FAILING = "failing"

    def __str__(self) -> str:
        return str(self.value)


class StageEvidence(NamedTuple):
    """What is known about one stage's artifact.

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


def derive(evidence: Mapping[Stage, StageEvidence], basis: Basis) -> Tuple[StageStatus, ...]:
    """The state of all seven stages.

    Args:
        evidence: what the artifacts say; a stage that is missing counts as absent.
        basis: what completed stages were based on, from ``session_state.json``.
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
