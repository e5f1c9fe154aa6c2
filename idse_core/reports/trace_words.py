"""The wording that all reports of a trace share: why a requirement has its status, and what to do about it."""

from __future__ import annotations

from shlex import quote
from typing import List, Mapping

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.traceability import Requirement, SessionTrace, TraceStatus

__all__ = ["MEANINGS", "explain", "note", "summary"]

MEANINGS: Mapping[TraceStatus, str] = {
    TraceStatus.DONE: "covered, and every task that names it is ticked",
    TraceStatus.COVERED: "an acceptance criterion names it, and so do the tasks",
    TraceStatus.WAIVED: "left out on purpose, with a reason",
    TraceStatus.SUSPECT: "its words changed since its cover was confirmed",
    TraceStatus.UNCOVERED: "no acceptance criterion names it, or no task does",
    TraceStatus.DUPLICATE: "defined more than once",
    TraceStatus.ORPHANED: "referred to, but defined nowhere",
}
"""Status → its meaning."""

_MISSING = {"criteria": "no acceptance criterion names it", "tasks": "no task names it"}


def explain(trace: SessionTrace, item: Requirement) -> str:
    """Why a requirement needs a look; empty for one that is covered."""
    if item.status is TraceStatus.UNCOVERED:
        return ", and ".join(_missing(trace, part) for part in item.missing)
    if item.status is TraceStatus.WAIVED:
        return item.reason
    if item.status is TraceStatus.SUSPECT:
        again = f"idse trace accept {item.id} --session {quote(trace.session)}"
        return f"changed since its cover was confirmed; `{again}` when that still holds"
    if item.status is TraceStatus.DUPLICATE:
        return "defined in lines " + " and ".join(str(place.line) for place in item.definitions)
    if item.status is TraceStatus.ORPHANED:
        return "named, but defined nowhere: " + ", ".join(
            f"{place.stage} line {place.line}" for place in item.references
        )
    return ""


def summary(trace: SessionTrace) -> str:
    """A summary such as ``6 requirements: 4 done, 2 uncovered``."""
    counts = trace.counts
    named: List[str] = [f"{number} {status}" for status, number in counts.items() if number]
    total = count(sum(counts.values()), "requirement")
    return f"{total}: {', '.join(named)}" if named else total


def note(trace: SessionTrace) -> str:
    """Why rows or the table are empty: artifacts that are not written yet, a spec without ids; else empty."""
    looked_at = (Stage.SPEC, Stage.PLAN, Stage.TASKS, Stage.IMPLEMENTATION)
    unwritten = [stage.value for stage in looked_at if stage in trace.unwritten]
    parts = [f"not written yet: {', '.join(unwritten)}"] if unwritten else []
    if Stage.SPEC not in trace.unwritten and not trace.requirements:
        begins = " or ".join(f"{prefix}-" for prefix in trace.prefixes)
        parts.insert(0, f"the spec defines no id that begins with {begins}")
    return "; ".join(parts)


def _missing(trace: SessionTrace, part: str) -> str:
    unwritten = part == "tasks" and Stage.TASKS in trace.unwritten
    return f"{_MISSING[part]} (none is written yet)" if unwritten else _MISSING[part]
