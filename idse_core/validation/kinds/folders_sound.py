"""``folders-sound``: everything among the sessions is a session, so that a validation leaves nothing out."""

from __future__ import annotations

from typing import Iterator

from idse_core.constitution_rules import Reach
from idse_core.validation.facts import ProjectFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters


class Params(Parameters):
    """No parameters."""


def check(params: Params, project: ProjectFacts) -> Iterator[Hit]:
    """A hit for every folder or link whose name can't be a session's, or that leads elsewhere."""
    del params
    for path, item in project.passed_over.items():
        values = (("advice", item.advice), ("folder", item.shown), ("problem", item.problem))
        yield Hit(values=values, subject=f"{item.shown}: {item.problem}", path=path)


KIND = Kind("folders-sound", Reach.PROJECT, Params, check, ("advice", "folder", "problem"))
