"""A session's requirements as rows: each with its state, below it the places that accept, plan, task and report it."""

from __future__ import annotations

import re
from typing import Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from rich.text import Text

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.traceability import Reference, Requirement, SessionTrace, TraceStatus
from idse_tui.glyphs import GlyphSet
from idse_tui.look import Look
from idse_tui.presentation.texts import shown, sides

__all__ = ["TraceRow", "trace_line", "trace_rows"]

_STYLES: Mapping[TraceStatus, str] = {
    TraceStatus.DONE: "success",
    TraceStatus.COVERED: "success",
    TraceStatus.WAIVED: "muted",
    TraceStatus.SUSPECT: "warning",
    TraceStatus.UNCOVERED: "warning",
    TraceStatus.DUPLICATE: "error",
    TraceStatus.ORPHANED: "error",
}
_STATUS_WIDTH = max(len(status.value) for status in TraceStatus)
_KIND_WIDTH = 11
_ID_WIDTH = 7
_MARKUP = re.compile(r"\*\*|__|`|^[-*+]\s+(?:\[[ xX]\]\s+)?")


class TraceRow(NamedTuple):
    """One row. ``key`` stays the same as long as the place does.

    Attributes:
        place: where Enter goes; None for a row that leads nowhere.
        status: of a requirement's own row.
        kind: of a row below it: what the place is; empty for a requirement's own.
        text: what stands there.
        name: the requirement's id, or the label of the place.
        style: names a style of the look, for the text.
    """

    key: str
    place: Optional[Reference] = None
    status: Optional[TraceStatus] = None
    kind: str = ""
    name: str = ""
    text: str = ""
    style: str = "muted"


def trace_rows(trace: SessionTrace) -> Tuple[TraceRow, ...]:
    """The rows of a session: a count, then each requirement with its places."""
    if not trace.requirements:
        return ()
    counts = ", ".join(f"{number} {status}" for status, number in trace.counts.items() if number)
    total = TraceRow("#", text=f"{count(len(trace.requirements), 'requirement')}: {counts}", style="muted")
    return (total, *(row for item in trace.requirements for row in _of(item)))


def _of(item: Requirement) -> Iterator[TraceRow]:
    places = item.definitions or item.references
    said = f"waived: {item.reason}" if item.reason else item.text or "named, but defined nowhere"
    yield TraceRow(item.id, places[0] if places else None, item.status, name=item.id, text=said, style="text")
    parts = (
        ("defined", item.definitions[1:]),
        ("criterion", item.criteria),
        ("plan", item.plan),
        ("task", item.tasks),
        ("report", item.implementation),
        ("named in", item.references),
    )
    for kind, references in parts:
        yield from _below(item.id, kind, references)
    if item.status is TraceStatus.UNCOVERED:
        lacking = {"criteria": "no acceptance criterion names it yet", "tasks": "no task names it yet"}
        for part in item.missing:
            stage = Stage.SPEC if part == "criteria" else Stage.TASKS
            place = Reference(stage, 1, 1, "", None, "") if part == "tasks" else places[0]
            yield TraceRow(f"{item.id} {part}", place, kind="missing", text=lacking[part], style="warning")
    if item.status is TraceStatus.SUSPECT:
        advice = f"its words changed since; `idse trace accept {item.id}` when all of this still holds"
        yield TraceRow(f"{item.id} suspect", places[0], kind="suspect", text=advice, style="warning")


def _below(owner: str, kind: str, references: Sequence[Reference]) -> Iterator[TraceRow]:
    for number, place in enumerate(references):
        text = _plain(place.text, place.label)
        yield TraceRow(f"{owner} {kind} {number}", place, kind=kind, name=place.label, text=text)


def _plain(text: str, label: str) -> str:
    """A line without its markup, and without the label that stands before it anyway."""
    plain = _MARKUP.sub("", text).strip("| ")
    return (
        re.sub(rf"^(?:Task\s+)?{re.escape(label)}\b[\s:.\u2013\u2014-]*", "", plain, flags=re.IGNORECASE)
        if label
        else plain
    )


def trace_line(row: TraceRow, look: Look, width: int) -> Text:
    """One row; on the right where it stands."""
    styles, glyphs = look.styles, look.glyphs
    line = Text(" ", no_wrap=True, end="")
    if row.status is not None:
        style = styles[_STYLES[row.status]]
        line.append(f"{_sign(row.status, glyphs)} ", style)
        line.append_text(shown(row.name, styles["accent"]))
        line.append(" " * max(_ID_WIDTH - len(row.name), 1))
        line.append(f"{row.status.value:<{_STATUS_WIDTH}}  ", style)
    elif row.kind:
        line.append(f"    {row.kind:<{_KIND_WIDTH}}", styles["warning" if row.style == "warning" else "info"])
        line.append_text(_label(row, look))
    line.append_text(shown(row.text, styles[row.style]))
    return sides(line, _where(row.place, look), width, glyphs.more)


def _label(row: TraceRow, look: Look) -> Text:
    label = shown(row.name, look.styles["text"])
    label.append(" " if row.name else "")
    if row.place is not None and row.place.done is not None:
        ticked = (look.glyphs.passing, "success") if row.place.done else (look.glyphs.off, "muted")
        label.append(f"{ticked[0]} ", look.styles[ticked[1]])
    return label


def _where(place: Optional[Reference], look: Look) -> Text:
    if place is None:
        return Text(no_wrap=True, end="")
    name = "impl" if place.stage is Stage.IMPLEMENTATION else place.stage.value
    return Text(f"{name}:{place.line} ", look.styles["muted"], no_wrap=True, end="")


def _sign(status: TraceStatus, glyphs: GlyphSet) -> str:
    signs = {
        TraceStatus.DONE: glyphs.passing,
        TraceStatus.COVERED: glyphs.live,
        TraceStatus.WAIVED: glyphs.dash,
        TraceStatus.SUSPECT: glyphs.stale,
        TraceStatus.UNCOVERED: "!",
        TraceStatus.DUPLICATE: "!",
        TraceStatus.ORPHANED: "!",
    }
    return signs[status]
