"""``paths-exist``: a ticked task that names files is believed only when they exist ("phantom completion")."""

from __future__ import annotations

import posixpath
from typing import Iterator

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters

_WILDCARDS = frozenset("*?[{")


class Params(Parameters):
    """Which tasks.

    Attributes:
        stage: the artifact that holds them.
    """

    stage: Stage = Stage.TASKS


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every ticked task with files that don't exist; it names them."""
    stage = Stage(params.stage)
    notes = session.notes.get(stage)
    for task in notes.tasks if notes is not None else ():
        missing = [path for path in task.files if task.done and not _may_exist(session, stage, path)]
        if missing:
            yield Hit(
                line=task.line,
                column=task.column,
                end_line=task.line,
                values=(("missing", ", ".join(missing)), ("task", task.key or task.text[:40])),
                subject=f"{task.key} {' '.join(missing)}",
                heading=task.heading,
                excerpt=task.text,
                stage=stage,
                path=session.artifacts[stage].path,
            )


def _may_exist(session: SessionFacts, stage: Stage, path: str) -> bool:
    """Whether the path exists, seen from the repository's root or from the session's folder.

    With wildcards: whether the folder before the first of them exists; nobody claims particular files in it.
    """
    path = _before_wildcards(path)
    here = posixpath.dirname(session.artifacts[stage].path)
    places = (path, posixpath.join(here, path), posixpath.join(posixpath.dirname(here), path))
    return any(session.exists(posixpath.normpath(place)) is not False for place in places)


def _before_wildcards(path: str) -> str:
    parts = path.split("/")
    fixed = next((at for at, part in enumerate(parts) if set(part) & _WILDCARDS), len(parts))
    return "/".join(parts[:fixed]) or "."


KIND = Kind("paths-exist", Reach.SESSION, Params, check, ("missing", "task"))
