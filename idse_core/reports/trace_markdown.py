"""Traces as Markdown tables, for a wiki or a pull request."""

from __future__ import annotations

import re
from typing import List, Sequence, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.reports.quoting import quoted
from idse_core.reports.trace_words import MEANINGS, explain, note, summary
from idse_core.traceability import Reference, Requirement, SessionTrace, TraceStatus

__all__ = ["render_trace_markdown"]

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_HEADER = ("Requirement", "Status", "Defined", "Criteria", "Plan", "Tasks", "Report", "Remark")


def render_trace_markdown(traces: Sequence[Tuple[SessionTrace, SessionTrace]]) -> str:
    """Render the requirements of sessions; whatever a document says is text, never markup.

    Args:
        traces: for each session the whole trace, and the part that the call selected.
    """
    project = traces[0][0].project if traces else ""
    lines = [f"# Requirements of {_text(project)}", ""]
    for whole, shown in traces:
        lines += _session(whole, shown)
    lines += ["## What the statuses mean", ""]
    lines += [f"- **{status}**: {MEANINGS[status]}" for status in TraceStatus]
    return "\n".join(lines) + "\n"


def _session(whole: SessionTrace, shown: SessionTrace) -> List[str]:
    lines = [f"## {_text(whole.session)}", "", f"{_text(summary(whole))}.", ""]
    remark = _text(note(whole))
    if remark:
        lines += [f"{remark[0].upper()}{remark[1:]}.", ""]
    if not shown.requirements:
        return lines
    lines += [f"Specification: {_text(whole.paths[Stage.SPEC])}", ""]
    lines += [_cells(_HEADER), _cells(["---"] * len(_HEADER))]
    lines += [_cells(_row(shown, item)) for item in shown.requirements]
    return [*lines, ""]


def _row(trace: SessionTrace, item: Requirement) -> List[str]:
    return [
        _text(item.id),
        item.status.value,
        _lines(item.definitions),
        ", ".join(_text(place.name) for place in item.criteria),
        _lines(item.plan),
        ", ".join(_task(place) for place in item.tasks),
        _lines(item.implementation),
        _text(explain(trace, item)),
    ]


def _task(place: Reference) -> str:
    if place.done is None:
        return _text(place.name)
    return f"{_text(place.name)} {'(done)' if place.done else '(open)'}"


def _lines(places: Sequence[Reference]) -> str:
    return ", ".join(f"line {place.line}" for place in places)


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\1", quoted(text))
