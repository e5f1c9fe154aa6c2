"""Traces for people: one table per session, at most 80 columns wide, with remarks below rows that need a look."""

from __future__ import annotations

import textwrap
from typing import Callable, List, Mapping, Sequence, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import Style
from idse_core.reports.trace_words import MEANINGS, explain, note, summary
from idse_core.traceability import Reference, Requirement, SessionTrace, TraceStatus

__all__ = ["render_trace_text"]

_WIDTH = 80
_COLORS: Mapping[TraceStatus, str] = {
    TraceStatus.DONE: "green",
    TraceStatus.COVERED: "green",
    TraceStatus.WAIVED: "dim",
    TraceStatus.SUSPECT: "yellow",
    TraceStatus.UNCOVERED: "red",
    TraceStatus.DUPLICATE: "red",
    TraceStatus.ORPHANED: "red",
}
_GLYPHS: Mapping[TraceStatus, Tuple[str, str]] = {
    TraceStatus.DONE: ("●", "*"),
    TraceStatus.COVERED: ("◐", "~"),
    TraceStatus.WAIVED: ("\u2013", "-"),
    TraceStatus.SUSPECT: ("↻", "?"),
    TraceStatus.UNCOVERED: ("○", "."),
    TraceStatus.DUPLICATE: ("✗", "x"),
    TraceStatus.ORPHANED: ("✗", "x"),
}
"""Status → its glyph, and the one for terminals that show ASCII only."""

_HEADER = ("status", "id", "line", "criteria", "plan", "tasks", "report")
_WIDEST = (11, 10, 5, 13, 8, 13, 6)
_INDENT = "  "

_NUMBERS = """\
Numbers are lines: of the spec, of the plan, and of the implementation report,
where being named does not mean being finished. Tasks: ticked / all, which."""

Row = Tuple[str, ...]


def render_trace_text(
    traces: Sequence[Tuple[SessionTrace, SessionTrace]], style: Style, locate: Callable[[str], str]
) -> str:
    """Render the requirements of sessions.

    Args:
        traces: for each session the whole trace, and the part that the call selected.
        style: how text looks on its stream.
        locate: converts a path of the workspace to one that can be opened from here.
    """
    blocks = ["\n".join(_session(whole, shown, style, locate)) for whole, shown in traces]
    used = {item.status for _, shown in traces for item in shown.requirements}
    legend = [
        f"{style.sign(*_GLYPHS[status])}{status.value}: {MEANINGS[status]}" for status in TraceStatus if status in used
    ]
    if legend:
        legend.append(_NUMBERS)
        blocks.append(style.paint("\n".join(legend), "dim"))
    return "\n\n".join(blocks) + "\n"


def _session(whole: SessionTrace, shown: SessionTrace, style: Style, locate: Callable[[str], str]) -> List[str]:
    name = f"{quoted(whole.project)} {style.glyphs.into} {quoted(whole.session)}"
    lines = [style.paint(name, "bold"), *_wrapped(summary(whole))]
    lines += [style.paint(line, "dim") for line in _wrapped(note(whole))]
    if not shown.requirements:
        return lines
    rows = [_row(item, style) for item in shown.requirements]
    widths = [max(len(row[column]) for row in (_HEADER, *rows)) for column in range(len(_HEADER))]
    lines += ["", _INDENT + quoted_path(locate(whole.paths[Stage.SPEC])), ""]
    if style.plain:
        return [*lines, *(line for item in shown.requirements for line in _spoken(shown, item, style))]
    lines.append(style.paint(_INDENT + _joined(_HEADER, widths), "dim"))
    remarks = [explain(shown, item) for item in shown.requirements]
    for item, row, remark, following in zip(shown.requirements, rows, remarks, [*remarks[1:], ""]):
        color = _COLORS[item.status]
        status = row[0].ljust(widths[0])
        lines.append((_INDENT + style.paint(status, color) + _joined(row, widths)[len(status) :]).rstrip())
        if remark != following:
            lines += [style.paint(line, color) for line in _wrapped(remark, indent=len(_INDENT) + 2)]
    return lines


def _spoken(shown: SessionTrace, item: Requirement, style: Style) -> List[str]:
    """A requirement as a sentence: each cell after the heading of its column."""
    cells = zip(_HEADER[1:], _row(item, style)[1:])
    named = ", ".join(f"{head} {cell}" for head, cell in cells if cell != style.glyphs.nothing)
    remark = explain(shown, item)
    return [f"{_INDENT}{item.status.value}: {named}", *(_wrapped(remark, indent=len(_INDENT) + 2) if remark else [])]


def _row(item: Requirement, style: Style) -> Row:
    line = str(item.definitions[0].line) if item.definitions else ""
    cells = (
        f"{style.sign(*_GLYPHS[item.status])}{item.status.value}",
        item.id,
        line,
        _listed([place.label or str(place.line) for place in item.criteria], _WIDEST[3]),
        _lines(item.plan, _WIDEST[4]),
        _tasks(item),
        _lines(item.implementation, _WIDEST[6]),
    )
    nothing = style.glyphs.nothing
    return tuple(_short(cell, width) if cell else nothing for cell, width in zip(cells, _WIDEST))


def _lines(places: Sequence[Reference], width: int) -> str:
    return _listed([str(place.line) for place in places], width)


def _tasks(item: Requirement) -> str:
    ticked, boxes = item.done_tasks
    if not boxes:
        return _lines(item.tasks, _WIDEST[5])
    state = f"{ticked}/{boxes} "
    keys = [quoted(place.label) or str(place.line) for place in item.tasks if place.done is not None]
    return state + _listed(keys, _WIDEST[5] - len(state))


def _listed(names: Sequence[str], width: int) -> str:
    """As many names as fit, and the number of the others."""
    names = tuple(dict.fromkeys(names))
    for shown in range(len(names), 0, -1):
        more = f" +{len(names) - shown}" if shown < len(names) else ""
        text = ", ".join(names[:shown]) + more
        if len(text) <= width:
            return text
    return f"{len(names)}" if names else ""


def _short(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 2]}.."


def _joined(row: Row, widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()


def _wrapped(text: str, indent: int = len(_INDENT)) -> List[str]:
    space = " " * indent
    return textwrap.wrap(quoted(text), _WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)
