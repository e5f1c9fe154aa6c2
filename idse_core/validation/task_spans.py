"""The extent of a task: everything that is listed below it, up to the next task."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from idse_core.markdown import ItemPlace

__all__ = ["task_spans"]


def task_spans(places: Sequence[ItemPlace]) -> List[Tuple[int, int]]:
    """The span of each task, in order; a task nested in another has a span of its own.

    Args:
        places: the places of all list items.
    """
    tasks = [item for item in places if item.checked is not None]
    ends = [*(item.start for item in tasks[1:]), None]
    return [(item.start, item.full_end if end is None else min(item.full_end, end)) for item, end in zip(tasks, ends)]
