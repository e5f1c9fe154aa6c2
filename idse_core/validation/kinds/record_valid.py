"""``record-valid``: a record file of the workspace exists and can be understood."""

from __future__ import annotations

from typing import Iterator, Literal

from idse_core.constitution_rules import Reach
from idse_core.errors import IdseError
from idse_core.validation.facts import ProjectFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """Which file, and what about it.

    Attributes:
        record: the file; ``metadata`` stands for every session's, the others belong to the project.
        demand: ``present``: the file exists; ``valid``: if it exists it can be understood.
    """

    record: Literal["CURRENT_SESSION", "session_state.json", "agent_registry.json", "trace.json", "metadata"]
    demand: Literal["present", "valid"]


def check(params: Params, project: ProjectFacts) -> Iterator[Hit]:
    """A hit for every such file that is absent, or broken, as the rule demands."""
    for session, record in project.records_called(params.record):
        if params.demand == "present" and not record.present:
            values = (("path", record.path), ("problem", "missing"))
            yield Hit(values=values, subject="missing", session=session, path=record.path)
        if params.demand == "valid" and record.problem is not None:
            yield _broken(record.path, record.problem, session)


def _broken(path: str, problem: IdseError, session: str) -> Hit:
    line = problem.line or 1
    values = (("hint", problem.hint), ("path", path), ("problem", problem.message))
    return Hit(
        line=line,
        column=problem.column or 1,
        end_line=line,
        values=values,
        subject=problem.message,
        session=session,
        path=path,
    )


KIND = Kind("record-valid", Reach.PROJECT, Params, check, ("hint", "path", "problem"))
