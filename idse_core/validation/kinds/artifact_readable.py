"""``artifact-readable``: an artifact that exists is text that can be read safely."""

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
    """A hit for every artifact that is not UTF-8, too large, not a plain file, or a link that leads outside."""
    del params
    for artifact in session.artifacts.values():
        problem = artifact.problem
        if problem is None:
            continue
        line = problem.line or 1
        values = (("problem", problem.message), ("reason", problem.reason), ("stage", artifact.stage.value))
        yield Hit(
            line=line,
            column=problem.column or 1,
            end_line=line,
            values=values,
            subject=problem.reason,
            stage=artifact.stage,
            path=artifact.path,
        )


KIND = Kind("artifact-readable", Reach.SESSION, Params, check, ("problem", "reason", "stage"))
