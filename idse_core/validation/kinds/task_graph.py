"""``task-graph``: the dependencies between tasks lead to tasks that exist, and never form a cycle."""

from __future__ import annotations

from typing import Dict, Iterator, Literal, Sequence, Tuple

from idse_core.constitution_rules import Reach
from idse_core.cycles import cycles
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.results import TaskNote
from idse_core.validation.task_keys import is_key


class Params(Parameters):
    """Which fault to look for.

    Attributes:
        forbid: ``cycle``, ``unknown`` for a dependency on a task that does not exist, or ``duplicate`` for a repeated
            number.
        stage: the artifact that holds the tasks.
    """

    forbid: Literal["cycle", "unknown", "duplicate"]
    stage: Stage = Stage.TASKS


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every task with that fault."""
    stage = Stage(params.stage)
    notes = session.notes.get(stage)
    tasks = [task for task in (notes.tasks if notes is not None else ()) if task.key]
    for task, detail in _faults(params.forbid, tasks):
        yield Hit(
            line=task.line,
            column=task.column,
            end_line=task.line,
            values=(("detail", detail), ("task", task.key)),
            subject=f"{task.key} {detail}",
            heading=task.heading,
            excerpt=task.text,
            stage=stage,
            path=session.artifacts[stage].path,
        )


def _faults(fault: str, tasks: Sequence[TaskNote]) -> Iterator[Tuple[TaskNote, str]]:
    edges: Dict[str, Tuple[str, ...]] = {}
    for task in tasks:
        if task.key in edges and fault == "duplicate":
            yield task, task.key
        edges[task.key] = edges.get(task.key, ()) + task.needs
    if fault == "unknown":
        yield from ((task, name) for task in tasks for name in task.needs if name not in edges and is_key(name))
    elif fault == "cycle":
        found = cycles(edges)
        for task in tasks:
            if task.key in found and found[task.key].first[1] in task.needs:  # of two with that number, the one to mend
                yield task, str(found[task.key])


KIND = Kind("task-graph", Reach.SESSION, Params, check, ("detail", "task"))
