"""``upstream-changed``: a completed stage whose basis changed since (it is stale)."""

from __future__ import annotations

from typing import Iterator

from idse_core.constitution_rules import Reach
from idse_core.stage_state_model import StageState
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """No parameters."""


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every stale stage; it names what changed.

    A change that left the earlier stage incomplete is not counted: the rule about the sequence of stages covers it.
    """
    del params
    for stage, status in session.statuses.items():
        settled = [name for name in status.stale_from if session.statuses[name].state is StageState.COMPLETED]
        if not settled:
            continue
        changed = " and ".join(earlier.value for earlier in settled)
        values = (("changed", changed), ("stage", stage.value))
        yield Hit(values=values, subject=changed, stage=stage, path=session.artifacts[stage].path)


KIND = Kind("upstream-changed", Reach.SESSION, Params, check, ("changed", "stage"), phase=Phase.STATES)
