"""What workers tell, taken in: the view changes, and what is looked at follows where it has to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import next_stage
from idse_tui.messages import ArtifactLoaded, Done, Failed, FilesChanged, Followed, Learned, Polling, WatchingEnded
from idse_tui.presentation.header import Liveness
from idse_tui.presentation.news import good_news
from idse_tui.presentation.tabs import Tab
from idse_tui.view import ProjectView, Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.session_tree import SessionTree

if TYPE_CHECKING:
    from idse_tui.screens.main import MainScreen

__all__ = ["Hearing"]

_LONG = 0.15
"""Seconds after which it is said that a change is being looked at."""


class Hearing:
    """Takes in the messages of workers, in the app's own thread.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._before: Optional[Spot] = None  # what was looked at when the workspace went away

    def learned(self, message: Learned) -> None:
        """Something is known of the project now."""
        screen = self._screen
        if message.survey != screen.following.survey_number:
            return
        before = screen.view
        screen.view = message.change(before)
        news = good_news(before, screen.view, screen.spot.session, screen.look.glyphs)
        if news:
            screen.tell(news, seconds=4)
        self._settle()
        self._leave_archived(before)
        if screen.view.complete and not screen.following.busy:
            screen.live = screen.live._replace(checking=False)
        screen.redraw()

    def _settle(self) -> None:
        """Look at a session that exists, at the stage that is next, as soon as that is known."""
        screen = self._screen
        view, spot, before = screen.view, screen.spot, self._before
        if view.sessions and before is not None:
            self._before = None
            if before.session in view.sessions:
                screen.go(before, line=before.line)
                return
        if view.sessions and spot.session not in view.sessions:
            if spot.session and screen.live.watching:
                screen.tell(f"session {spot.session} is not there any more", severity="warning")
            screen.stage_chosen = False
            screen.go(Spot(view.current or view.sessions[0], spot.stage), chosen=False)
        elif not view.sessions and spot.session:
            screen.spot, screen.artifact = Spot("", spot.stage), None
        report = view.reports.get(screen.spot.session)
        if report and not screen.stage_chosen:
            screen.stage_chosen = True
            upcoming = next_stage(report.stages.values())
            stage = upcoming.stage if upcoming else Stage.INTENT
            line = view.first_line(screen.spot.session, stage)
            screen.go(Spot(screen.spot.session, stage, line or 1), line=line)
        elif screen.artifact is None and screen.spot.session:
            screen.following.look(screen.spot, examined=True)

    def _leave_archived(self, before: ProjectView) -> None:
        """When the session that is looked at was archived and is not listed any more, look at the one under the cursor."""
        screen = self._screen
        session = screen.spot.session
        known = before.metadata.get(session)
        if known is None or known.archived or not screen.view.about(session).archived:
            return
        screen.drawing.draw()
        tree = screen.query_one(SessionTree)
        if tree.current is not None and all(row.key != session for row in tree.rows):
            screen.go_to_session(tree.current.key)

    def artifact_loaded(self, message: ArtifactLoaded) -> None:
        """An artifact was read: perhaps the one that is looked at."""
        screen, artifact = self._screen, message.artifact
        if (artifact.session, artifact.stage) == (screen.spot.session, screen.spot.stage):
            screen.artifact = artifact
            panel = screen.query_one(ArtifactPanel)
            panel.view.prepared = message.prepared
            if panel.tab is Tab.DIFF:
                screen.moving.load_diff()
            screen.redraw()

    def files_changed(self, message: FilesChanged) -> None:
        """Somebody changed files, or watching has begun."""
        screen = self._screen
        if not screen.live.watching:
            screen.live = screen.live._replace(watching=True, reason="")
            screen.following.look(screen.spot, examined=False)  # what was saved before watching began
            screen.redraw()
        if message.paths:
            screen.live = screen.live._replace(checking=True)
            screen.following.changed(message.paths)
            screen.set_timer(_LONG, screen.redraw)  # what takes less is not worth two drawings

    def polling(self, message: Polling) -> None:
        """Changes are seen, but a little later."""
        self._screen.live = self._screen.live._replace(polling=message.reason)
        self._screen.redraw()

    def followed(self, message: Followed) -> None:
        """Changes have been followed."""
        screen = self._screen
        screen.following.followed()
        if message.found.gone:
            self._came_or_went()
        elif message.found.rules:
            screen.following.survey()
        screen.live = screen.live._replace(checking=screen.following.busy or not screen.view.complete)
        screen.redraw()

    def _came_or_went(self) -> None:
        screen = self._screen
        if screen.workspace.folder.is_dir():
            screen.view = screen.view.with_problem("gone", "")
            screen.live = screen.live._replace(reason="")
            screen.following.survey()
        else:
            gone = f"{screen.workspace.folder} is not there any more; waiting for it to come back"
            self._before = screen.spot if screen.spot.session else self._before
            view = screen.view  # of all that was wrong, nothing is there any more
            emptied = ProjectView(project=view.project, projects=view.projects, complete=view.complete)
            screen.view = emptied.with_problem("gone", gone)
            screen.live = screen.live._replace(reason="the workspace is gone")
            self._settle()

    def watching_ended(self, message: WatchingEnded) -> None:
        """Changes are not seen any more."""
        self._screen.live = Liveness(watching=False, checking=False, reason=f"{message.reason}; ctrl+r reads anew")
        self._screen.redraw()

    def failed(self, message: Failed) -> None:
        """A worker met an expected error."""
        screen, error = self._screen, message.error
        if not screen.workspace.folder.is_dir():
            self._came_or_went()
        else:
            screen.tell(f"{error}. {error.hint}".strip(), title=message.what, severity="error", seconds=8)
        screen.redraw()

    def done(self, message: Done) -> None:
        """Something was done."""
        screen = self._screen
        screen.command_log.append(message.line)
        screen.tell(message.words)
        screen.doing.done(message)
