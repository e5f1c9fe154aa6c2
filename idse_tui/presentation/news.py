"""What is worth a word of its own when files have changed: a stage or a session that is done now."""

from __future__ import annotations

from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import StageState, next_stage
from idse_tui.glyphs import GlyphSet
from idse_tui.view import ProjectView

__all__ = ["good_news"]


def good_news(before: ProjectView, after: ProjectView, session: str, glyphs: GlyphSet) -> str:
    """Which stage of a session is completed now, or that the session passes; empty when nothing like it happened."""
    old, new = before.reports.get(session), after.reports.get(session)
    was, now = before.counts_of(session), after.counts_of(session)
    if old is None or new is None or was is None or now is None:
        return ""
    if was.errors and not now.errors:
        return f"{glyphs.passing} {session} is passing now"
    done = [
        stage.value
        for stage in Stage
        if old.stages[stage].state is not StageState.COMPLETED and new.stages[stage].state is StageState.COMPLETED
    ]
    upcoming = next_stage(new.stages.values())
    after_that = f"; next: {upcoming.stage}" if upcoming else ""
    return f"{glyphs.passing} {' and '.join(done)} completed{after_that}" if done else ""
