"""``graph-sound``: parents and dependencies of sessions exist and never lead back to the session."""

from __future__ import annotations

from typing import Iterator, Literal

from idse_core.constitution_rules import Reach
from idse_core.lineage import find_problems
from idse_core.validation.facts import ProjectFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """Which fault to look for.

    Attributes:
        forbid: ``cycle``, or ``unknown`` for a session that does not exist.
    """

    forbid: Literal["cycle", "unknown"]


def check(params: Params, project: ProjectFacts) -> Iterator[Hit]:
    """A hit for every session with that fault."""
    for problem in find_problems(project.sessions):
        if problem.kind != params.forbid:
            continue
        path = project.metadata[problem.session].path
        values = (("detail", problem.detail), ("field", problem.field), ("session", problem.session))
        subject = f"{problem.field} {problem.detail}"
        yield Hit(values=values, subject=subject, session=problem.session, path=path)


KIND = Kind("graph-sound", Reach.PROJECT, Params, check, ("detail", "field", "session"))
