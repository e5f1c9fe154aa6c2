"""``stage-sequence``: nobody works on a stage while an earlier one is not completed."""

from __future__ import annotations

from typing import Iterator, Tuple

from idse_core.constitution_rules import Reach
from idse_core.stage_state_model import StageState, StageStatus
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """No parameters."""


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """One hit for every stage that has content after an incomplete one; it names all incomplete ones."""
    del params
    incomplete: Tuple[StageStatus, ...] = ()
    for stage, status in session.statuses.items():
        if incomplete and status.state is not StageState.PENDING:
            artifact = session.artifacts[stage]
            names = ", ".join(_described(earlier) for earlier in incomplete)
            values = (("earlier", names), ("first", incomplete[0].stage.value), ("stage", stage.value))
            # The earlier stages are not part of its identity: they have findings of their own.
            yield Hit(values=values, subject=stage.value, stage=stage, path=artifact.path)
        if status.state is not StageState.COMPLETED:
            incomplete += (status,)


def _described(status: StageStatus) -> str:
    if status.state is StageState.PENDING:
        return f"{status.stage} is pending"
    markers = status.open_markers
    others = status.errors - markers
    parts = [f"{markers} open marker{'s' * (markers != 1)}"] if markers else []
    parts += [f"{others} {'other ' if markers else ''}error{'s' * (others != 1)}"] if others else []
    return f"{status.stage} has {' and '.join(parts)}"


KIND = Kind("stage-sequence", Reach.SESSION, Params, check, ("earlier", "first", "stage"), phase=Phase.STATES)
