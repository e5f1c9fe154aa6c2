"""Sessions as things to pick: the recent ones first, with stage, findings and owner."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.stage_state_model import StageState, next_stage
from idse_core.validation.report import Counts
from idse_tui.lazy_sequence import LazySequence
from idse_tui.look import Look
from idse_tui.presentation.pipeline import STAGE_LABELS
from idse_tui.presentation.rows import PickItem
from idse_tui.view import ProjectView

__all__ = ["session_items"]


def session_items(
    view: ProjectView, recent: Sequence[str], look: Look, *, archived: bool = False
) -> Tuple[Sequence[PickItem], List[str]]:
    """The sessions in the order of the switcher, and what each is searched by, folded.

    Args:
        view: the project.
        recent: ids of sessions, the last looked at first.
        look: glyphs and styles.
        archived: whether those that are archived are among them.
    """
    there = frozenset(view.sessions)
    first = [session for session in recent if session in there]
    seen = frozenset(first)
    away = () if archived else {session for session, metadata in view.metadata.items() if metadata.archived}
    ordered = [*first, *(session for session in view.sessions if session not in seen)]
    kept = [session for session in ordered if session not in away]
    return LazySequence(kept, lambda session: _item(session, view, look)), [
        view.texts.get(session) or session.casefold() for session in kept
    ]


def _item(session: str, view: ProjectView, look: Look) -> PickItem:
    metadata = view.about(session)
    note = metadata.title if metadata.title != session else ""
    note = f" {look.glyphs.dot} ".join(part for part in (metadata.session_type.value, note, metadata.owner) if part)
    sign = look.glyphs.archived if metadata.archived else look.glyphs.types[metadata.session_type]
    lead = look.glyphs.current if session == view.current else sign
    away = (("archived", "muted"),) if metadata.archived else ()
    return PickItem(session, session, note, (*away, *_right(session, view, look)), lead)


def _right(session: str, view: ProjectView, look: Look) -> Tuple[Tuple[str, str], ...]:
    report, counts = view.reports.get(session), view.counts_of(session)
    if report is None or counts is None:
        return ((look.glyphs.checking, "faint"),)
    upcoming = next_stage(report.stages.values())
    stage = STAGE_LABELS[upcoming.stage] if upcoming else STAGE_LABELS[Stage.FEEDBACK]
    state = upcoming.state if upcoming else StageState.COMPLETED
    return ((f"{look.glyphs.states[state]} {stage}", "muted"), _verdict(counts, look))


def _verdict(counts: Counts, look: Look) -> Tuple[str, str]:
    """The worst that was found, as the tree has it, in words."""
    if counts.worst is None:
        return f"{look.glyphs.passing} passing", "success"
    severity, number = counts.worst
    return count(number, severity.value), severity.value
