"""Status for people: one session in full, or one line per session."""

from __future__ import annotations

from typing import List, Mapping, Sequence

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import STATE_COLOR, STATUS_COLOR, Style
from idse_core.session_overview import SessionOverview
from idse_core.stage_state_model import StageState, StageStatus

__all__ = ["render_overview", "render_status"]

_WORDS: Mapping[StageState, str] = {
    StageState.PENDING: "pending",
    StageState.IN_PROGRESS: "in progress",
    StageState.COMPLETED: "completed",
}
_LABEL_WIDTH = max(len(stage.value) for stage in Stage)


def render_status(overview: SessionOverview, style: Style) -> str:
    """One session: its stages with glyph and word, validation, sync, and what to do next."""
    lines = [_title(overview, style), ""]
    lines += [_stage_line(overview, status, style) for status in overview.report.stages.values()]
    status = overview.report.validation_status
    counts = overview.report.counts
    found = [count(counts.errors, "error"), count(counts.warnings, "warning"), *_accepted(overview)]
    verdict = style.paint(status.value, STATUS_COLOR[status])
    lines += [
        "",
        _field("validation", f"{verdict} ({', '.join(found)})"),
        _field("last sync", quoted(overview.last_sync or "never")),
        _field("next", quoted(overview.action)),
    ]
    return "\n".join(lines) + "\n"


def _title(overview: SessionOverview, style: Style) -> str:
    metadata = overview.metadata
    name = style.paint(
        f"{quoted_path(overview.project)} {style.glyphs.into} {quoted_path(metadata.session_id)}", "bold"
    )
    notes = [metadata.session_type.value]
    notes += [] if metadata.title in {"", metadata.session_id} else [quoted(metadata.title)]
    notes += ["archived"] if metadata.archived else []
    notes += [] if overview.current else ["not the current session"]
    return f"{name}  {style.paint(', '.join(notes), 'dim')}"


def _stage_line(overview: SessionOverview, status: StageStatus, style: Style) -> str:
    glyph = "" if style.plain else style.paint(style.glyphs.states[status.state], STATE_COLOR[status.state]) + " "
    word = style.paint(_WORDS[status.state].ljust(11), STATE_COLOR[status.state])
    agent = overview.agents.get(status.stage)
    details = ", ".join(_details(status))
    line = f"  {glyph}{status.stage.value.ljust(_LABEL_WIDTH)}  {word}  {details}"
    if agent is None or status.state is StageState.COMPLETED:
        return line.rstrip()
    named = style.paint(f"{style.glyphs.agent} {quoted(agent.label)}", "cyan")
    padding = " " * max(2, 60 - len(f"  x {status.stage.value.ljust(_LABEL_WIDTH)}  {'':11}  {details}"))
    return f"{line}{padding}{named}"


def _details(status: StageStatus) -> List[str]:
    found: List[str] = []
    if status.open_markers:
        found.append(count(status.open_markers, "open marker"))
    others = status.errors - status.open_markers
    if others > 0:
        found.append(count(others, "other error" if status.open_markers else "error"))
    if status.stale:
        found.append("stale: " + " and ".join(stage.value for stage in status.stale_from) + " changed")
    return found


def _accepted(overview: SessionOverview) -> List[str]:
    accepted = len(overview.report.accepted)
    return [f"{accepted} accepted by the baseline"] if accepted else []


def _field(name: str, value: str) -> str:
    return f"  {name.ljust(12)} {value}"


def render_overview(overviews: Sequence[SessionOverview], style: Style) -> str:
    """One line per session: its seven stages, open markers, verdict."""
    if style.plain:
        return "".join(f"{_spoken(item)}\n" for item in overviews)
    width = max((len(quoted_path(item.metadata.session_id)) for item in overviews), default=0)
    header = f"  {'session'.ljust(width)}  {'stages':<7}  {'done':>4}  {'open':>4}  validation"
    lines = [style.paint(header, "dim")]
    lines += [_overview_line(item, width, style) for item in overviews]
    legend = "   ".join(f"{style.glyphs.states[state]} {word}" for state, word in _WORDS.items())
    lines += ["", style.paint(f"  {legend}   {style.glyphs.current} current session", "dim")]
    return "\n".join(lines) + "\n"


def _spoken(item: SessionOverview) -> str:
    """A session as a sentence, for which the columns need not be read in order."""
    statuses = tuple(item.report.stages.values())
    states = [sum(status.state is state for status in statuses) for state in StageState]
    markers = sum(status.open_markers for status in statuses)
    stale = sum(status.stale for status in statuses)
    parts = [f"{number} {_WORDS[state]}" for state, number in zip(StageState, states) if number]
    parts += [count(markers, "open marker")] if markers else []
    parts += [f"{stale} stale"] if stale else []
    found = [count(item.report.counts.errors, "error"), *_accepted(item)]
    parts.append(f"{item.report.validation_status.value} ({', '.join(found)})")
    parts += ["archived"] if item.metadata.archived else []
    parts += ["current session"] if item.current else []
    return f"{quoted_path(item.metadata.session_id)}: {', '.join(parts)}"


def _overview_line(item: SessionOverview, width: int, style: Style) -> str:
    statuses = tuple(item.report.stages.values())
    glyphs = "".join(style.paint(style.glyphs.states[status.state], STATE_COLOR[status.state]) for status in statuses)
    done = sum(status.state is StageState.COMPLETED for status in statuses)
    markers = sum(status.open_markers for status in statuses)
    stale = sum(status.stale for status in statuses)
    verdict = item.report.validation_status
    notes = style.paint(verdict.value, STATUS_COLOR[verdict])
    counts = item.report.counts
    found = [*([count(counts.errors, "error")] if counts.errors else []), *_accepted(item)]
    notes += f" ({', '.join(found)})" if found else ""
    notes += f"  {stale} stale" if stale else ""
    notes += "  archived" if item.metadata.archived else ""
    notes += f"  {style.glyphs.current}" if item.current else ""
    name = quoted_path(item.metadata.session_id).ljust(width)
    return f"  {name}  {glyphs}  {f'{done}/7':>4}  {markers or '':>4}  {notes}"
