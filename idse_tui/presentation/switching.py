"""Sessions as things to pick: the recent ones first, with stage, findings and owner."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.stage_state_model import StageState, next_stage
from idse_tui.lazy_sequence import LazySequence
from idse_tui.look import Look
from idse_tui.presentation.pipeline import STAGE_LABELS
from idse_tui.presentation.rows import PickItem
from idse_tui.view import ProjectView

__all__ = ["session_items"]


def session_items(view: ProjectView, recent: Sequence[str], look: Look) -> Tuple[Sequence[PickItem], List[str]]:
    """All sessions that are not archived, in the order of the switcher, and what each is searched by, folded."""
    there = frozenset(view.sessions)
    first = [session for session in recent if session in there]
    seen = frozenset(first)
    away = {session for session, metadata in view.metadata.items() if metadata.archived}
    ordered = [*first, *(session for session in view.sessions if session not in seen)]
    kept = [session for session in ordered if session not in away]
    return LazySequence(kept, lambda session: _item(session, view, look)), [
        view.texts.get(session) or session.casefold() for session in kept
    ]


def _item(session: str, view: ProjectView, look: Look) -> PickItem:
    metadata = view.about(session)
    note = metadata.title if metadata.title != session else ""
    note = f" {look.glyphs.dot} ".join(part for part in (metadata.session_type.value, note, metadata.owner) if part)
    lead = look.glyphs.current if session == view.current else look.glyphs.types[metadata.session_type]
    return PickItem(session, session, note, _right(session, view, look), lead)


def _right(session: str, view: ProjectView, look: Look) -> Tuple[Tuple[str, str], ...]:
    report, counts = view.reports.get(session), view.counts.get(session)
    if report is None or counts is None:
        return ((look.glyphs.checking, "faint"),)
    upcoming = next_stage(report.stages.values())
    stage = STAGE_LABELS[upcoming.stage] if upcoming else STAGE_LABELS[Stage.FEEDBACK]
    state = upcoming.state if upcoming else StageState.COMPLETED
    worst = (count(counts.errors, "error"), "error") if counts.errors else (f"{look.glyphs.passing} passing", "success")
    return ((f"{look.glyphs.states[state]} {stage}", "muted"), worst)
