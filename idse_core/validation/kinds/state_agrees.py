"""``state-agrees``: session_state.json says what the artifacts say."""

from __future__ import annotations

from typing import Iterator

from idse_core.constitution_rules import Reach
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """No parameters."""


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every stage whose recorded state differs from that of its artifact."""
    del params
    if session.recorded is None:
        return
    for stage, status in session.statuses.items():
        recorded = session.recorded[stage]
        if recorded is not status.state:
            values = (("derived", status.state.value), ("recorded", recorded.value), ("stage", stage.value))
            yield Hit(values=values, subject=recorded.value, stage=stage, path=session.artifacts[stage].path)


KIND = Kind(
    "state-agrees",
    Reach.SESSION,
    Params,
    check,
    ("derived", "recorded", "stage"),
    phase=Phase.RECORD,
    reads_states=True,
)
