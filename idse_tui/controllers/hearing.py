"""What workers tell, taken in: the view changes, and what is looked at follows where it has to."""

from __future__ import annotations

from typing import Optional

from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import next_stage
from idse_tui.controllers.following import Following
from idse_tui.controllers.moving import Moving
from idse_tui.main_host import MainHost
from idse_tui.messages import ArtifactLoaded, Done, Failed, FilesChanged, Followed, Learned, Polling, WatchingEnded
from idse_tui.presentation.header import Liveness
from idse_tui.presentation.news import good_news
from idse_tui.view import Absence, ProjectView, Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.session_tree import SessionTree

__all__ = ["Hearing"]

_LONG = 0.15
"""Seconds after which it is said that a change is being looked at."""


class Hearing:
    """Takes in the messages of workers, in the app's own thread.

    Args:
        screen: the main screen.
        following: what is told when changes are to be followed.
        moving: what remembers where we were.
    """

    def __init__(self, screen: MainHost, following: Following, moving: Moving) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._moving = moving
        self._before: Optional[Spot] = None  # what was looked at when the project went away

    def learned(self, message: Learned) -> None:
        """Something is known of the project now."""
        screen, state = self._screen, self._state
        if message.survey != self._following.survey_number:
            return
        before = state.view
        state.view = message.change(before)
        news = good_news(before, state.view, state.spot.session, screen.look.glyphs)
        if news:
            screen.tell(news, seconds=4)
        self._follow_finding(before)
        self._settle()
        self._leave_archived(before)
        if state.view.complete and not self._following.busy:
            state.live = state.live._replace(checking=False)
        screen.redraw()

    def _follow_finding(self, before: ProjectView) -> None:
        """The line that stands out goes where its finding is, as soon as the text is here that it was found in."""
        session, now = self._state.spot.session, self._state.view
        if before.reports.get(session) is now.reports.get(session):
            return
        shown = self._screen.query_one(ArtifactPanel).view
        if shown.standing_out:
            shown.expect(before.line_later(now, self._state.spot._replace(line=shown.standing_out)))

    def _settle(self) -> None:
        """Look at a session that exists, at the stage that is next, as soon as that is known."""
        screen, state = self._screen, self._state
        view, spot, before = state.view, state.spot, self._before
        if view.sessions and before is not None:
            self._before = None
            if before.session in view.sessions:
                screen.go(before, line=before.line)
                return
        if view.sessions and spot.session not in view.sessions:
            if spot.session and state.live.watching:
                screen.tell(f"session {spot.session} is not there any more", severity="warning")
            state.stage_chosen = False
            screen.go(Spot(view.current or view.sessions[0], spot.stage), chosen=False)
        elif not view.sessions and spot.session:
            self._before = spot if view.absent else None
            state.spot, state.artifact = Spot("", spot.stage), None
        report = view.reports.get(state.spot.session)
        if report and not state.stage_chosen:
            state.stage_chosen = True
            upcoming = next_stage(report.stages.values())
            stage = upcoming.stage if upcoming else Stage.INTENT
            line = view.first_line(state.spot.session, stage)
            screen.go(Spot(state.spot.session, stage, line or 1), line=line)
        elif state.artifact is None and state.spot.session:
            self._following.look(state.spot, examined=True)

    def _leave_archived(self, before: ProjectView) -> None:
        """When the session that is looked at was archived and is not listed any more, look at the one under the cursor."""
        screen = self._screen
        session = self._state.spot.session
        known = before.metadata.get(session)
        if known is None or known.archived or not self._state.view.about(session).archived:
            return
        screen.draw()
        tree = screen.query_one(SessionTree)
        if tree.current is not None and all(row.key != session for row in tree.rows):
            screen.go_to_session(tree.current.key)

    def artifact_loaded(self, message: ArtifactLoaded) -> None:
        """An artifact was read: perhaps the one that is looked at."""
        screen, state, artifact = self._screen, self._state, message.artifact
        if state.is_looked_at(artifact):
            state.artifact = artifact
            screen.query_one(ArtifactPanel).view.prepared = message.prepared
            screen.redraw()

    def files_changed(self, message: FilesChanged) -> None:
        """Somebody changed files, or watching has begun."""
        screen, state = self._screen, self._state
        if not state.live.watching:
            state.live = state.live._replace(watching=True, reason="")
            self._following.look(state.spot, examined=False)  # what was saved before watching began
            screen.redraw()
        if message.paths:
            state.live = state.live._replace(checking=True)
            self._following.changed(message.paths)
            screen.set_timer(_LONG, screen.redraw)  # what takes less is not worth two drawings

    def polling(self, message: Polling) -> None:
        """Changes are seen, but a little later."""
        self._state.live = self._state.live._replace(polling=message.reason)
        self._screen.redraw()

    def followed(self, message: Followed) -> None:
        """Changes have been followed."""
        screen, state = self._screen, self._state
        self._following.followed()
        if message.found.gone:
            self._came_or_went()
        elif message.found.rules or (message.found and state.view.absent):
            self._following.survey()
        state.live = state.live._replace(checking=self._following.busy or not state.view.complete)
        screen.redraw()

    def _came_or_went(self) -> None:
        screen, state = self._screen, self._state
        if screen.workspace.folder.is_dir():
            self._following.survey()
        else:
            gone = f"{screen.workspace.folder} is not there any more; waiting for it to come back"
            state.view = state.view.emptied(Absence.WORKSPACE, gone)
            self._settle()

    def watching_ended(self, message: WatchingEnded) -> None:
        """Changes are not seen any more."""
        reason = f"{message.reason}; {self._screen.look.keys['reload']} reads anew"
        self._state.live = Liveness(watching=False, checking=False, reason=reason)
        self._screen.redraw()

    def failed(self, message: Failed) -> None:
        """A worker met an expected error."""
        screen, error = self._screen, message.error
        if not screen.workspace.folder.is_dir():
            self._came_or_went()
        elif not self._state.view.absent:  # of what is not there any more, everything fails
            screen.tell(f"{error}. {error.hint}".strip(), title=message.what, severity="error", seconds=8)
        screen.redraw()

    def done(self, message: Done) -> None:
        """Something was done: look at what was made by it."""
        screen = self._screen
        self._state.command_log.append(message.line)
        screen.tell(message.words)
        if message.session and message.session != self._state.spot.session:
            self._moving.remember_place()
            screen.go_to_session(message.session)
