"""The pipeline: seven cells, then what there is to say about the one that is looked at, and the next step."""

from __future__ import annotations

from typing import List, Mapping, Optional, Sequence

from rich.style import Style
from rich.text import Text

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count, one_line
from idse_core.session_overview import next_step
from idse_core.stage_state_model import StageState, StageStatus
from idse_core.validation.report import SessionReport
from idse_tui.look import Look
from idse_tui.presentation.texts import fit
from idse_tui.view import ProjectView

__all__ = ["STAGE_LABELS", "STAGE_LINES", "compact_line", "pipeline_lines", "stage_at"]

STAGE_LABELS: Mapping[Stage, str] = {
    **{stage: stage.value for stage in Stage},
    Stage.IMPLEMENTATION: "impl",
}

STAGE_LINES = 2
"""How many of the panel's lines are divided into the stages' cells, from the top."""

_WORDS: Mapping[StageState, str] = {
    StageState.PENDING: "pending",
    StageState.IN_PROGRESS: "in progress",
    StageState.COMPLETED: "completed",
}
_SHORT: Mapping[StageState, str] = {**_WORDS, StageState.COMPLETED: "done"}

_ROOMY = 70
"""From this width on every cell has room for a short word."""

_WIDE = 84
"""From this width on every cell has room for any; the line of details always has the whole one."""


def stage_at(column: int, width: int) -> Stage:
    """The stage whose cell covers a column."""
    stages = tuple(Stage)
    return stages[max(0, min(column * len(stages) // max(width, 1), len(stages) - 1))]


def pipeline_lines(
    view: ProjectView, session: str, selected: Stage, look: Look, width: int, *, cursor: Style
) -> List[Text]:
    """The panel's lines: names, states, details of the selected stage, next step.

    Args:
        view: the project.
        session: whose pipeline.
        selected: the stage that is looked at.
        look: glyphs and styles.
        width: cells in a line.
        cursor: what the selected cell stands on.
    """
    report = view.reports.get(session)
    statuses = [None if report is None else report.stages.get(stage) for stage in Stage]
    names, states = Text(no_wrap=True, end=""), Text(no_wrap=True, end="")
    for index, (stage, status) in enumerate(zip(Stage, statuses)):
        room = width * (index + 1) // len(statuses) - width * index // len(statuses)
        ground = cursor if stage is selected else Style.null()
        strong = look.styles["primary"] if stage is selected else look.styles["muted"]
        names.append_text(_cell(Text(STAGE_LABELS[stage], strong), room, ground))
        states.append_text(_cell(_state(status, look, roomy=width >= _ROOMY, wide=width >= _WIDE), room, ground))
    detail = _detail(selected, statuses[selected.position], view, look)
    return [names, states, fit(detail, width, look.glyphs.more), fit(_next(report, view, look), width)]


def compact_line(view: ProjectView, session: str, selected: Stage, look: Look, width: int, *, cursor: Style) -> Text:
    """All seven stages on one line, for a folded panel."""
    report = view.reports.get(session)
    line = Text(no_wrap=True, end="")
    for index, stage in enumerate(Stage):
        room = width * (index + 1) // len(Stage) - width * index // len(Stage)
        name = STAGE_LABELS[stage] if room > 10 else STAGE_LABELS[stage][:4]
        cell = Text(f"{name} ", look.styles["primary"] if stage is selected else look.styles["muted"])
        cell.append_text(_state(None if report is None else report.stages.get(stage), look, roomy=False))
        line.append_text(_cell(cell, room, cursor if stage is selected else Style.null()))
    return line


def _cell(text: Text, room: int, ground: Style) -> Text:
    cell = Text(" ", end="", no_wrap=True)
    cell.append_text(fit(text, room - 1))
    cell.append(" " * (room - cell.cell_len))
    if ground.reverse:  # a bar of one colour: those of the words would be grounds in it
        return Text(cell.plain, ground, end="", no_wrap=True)
    cell.stylize_before(ground)
    return cell


def _state(status: Optional[StageStatus], look: Look, *, roomy: bool, wide: bool = False) -> Text:
    if status is None:
        return Text(look.glyphs.checking, look.styles["faint"])
    style = look.state(status.state)
    text = Text(look.glyphs.states[status.state], style)
    if status.stale:
        text.append(look.glyphs.stale if not roomy else f" {look.glyphs.stale} stale", look.styles["warning"])
    elif roomy and status.state is StageState.IN_PROGRESS:  # no room for its name: what keeps it there says more
        open_ones = f" {status.open_markers} open" if status.open_markers else ""
        errors = f" {status.errors} {look.glyphs.severities[Severity.ERROR]}" if status.errors else ""
        text.append(open_ones or errors, style)
    elif wide or roomy:
        text.append(f" {(_WORDS if wide else _SHORT)[status.state]}", style)
    elif status.open_markers and status.state is StageState.IN_PROGRESS:  # of a template all are open
        text.append(f"{status.open_markers}", style)
    return text


def _detail(stage: Stage, status: Optional[StageStatus], view: ProjectView, look: Look) -> Text:
    text = Text(" ", no_wrap=True, end="")
    text.append(stage.value, look.styles["accent"])
    if status is None:
        return text.append("  not examined yet", look.styles["muted"])
    facts = [_WORDS[status.state]]
    facts += [count(status.open_markers, "open marker")] if status.open_markers else []
    others = status.errors - status.open_markers
    facts += [count(others, "other error" if status.open_markers else "error")] if others > 0 else []
    text.append("  " + f" {look.glyphs.dot} ".join(facts), look.styles["text"])
    if status.stale:
        text.append(f"  {look.glyphs.stale} {_names(status.stale_from)} changed: A accepts", look.styles["warning"])
    agent = view.agents.get(stage)
    if agent and status.state is not StageState.COMPLETED:
        text.append(f"  {look.glyphs.into} {one_line(agent.label)}", look.styles["info"])
    return text


def _names(stages: Sequence[Stage]) -> str:
    return " and ".join(stage.value for stage in stages)


def _next(report: Optional[SessionReport], view: ProjectView, look: Look) -> Text:
    text = Text(" ", no_wrap=True, end="")
    if report is None:
        return text.append("examining", look.styles["muted"])
    text.append("next", look.styles["accent"])
    return text.append(f"  {one_line(next_step(report, view.agents))}", look.styles["text"])
