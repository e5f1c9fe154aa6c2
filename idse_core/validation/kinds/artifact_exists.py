"""``artifact-exists``: the artifacts exist and are not empty."""

from __future__ import annotations

from typing import Iterator

from idse_core.constitution_rules import Reach
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """No parameters."""


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every artifact that is absent or empty."""
    del params
    for artifact in session.artifacts.values():
        if artifact.present and not artifact.empty:
            continue
        problem = "empty" if artifact.present else "missing"
        values = (("artifact", artifact.path.rsplit("/", 1)[-1]), ("problem", problem), ("stage", artifact.stage.value))
        yield Hit(values=values, subject=problem, stage=artifact.stage, path=artifact.path)


KIND = Kind(
    "artifact-exists",
    Reach.SESSION,
    Params,
    check,
    ("artifact", "problem", "stage"),
    fixes=lambda _: True,  # the fix writes the whole template; there is no text to correct
)
