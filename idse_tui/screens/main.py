"""The main screen: four panels over one view of the project."""

from __future__ import annotations

import os
from typing import Callable, ClassVar, Dict, List, Mapping, Optional, Tuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.screen import Screen
from textual.widgets import Input

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import one_line
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import next_stage
from idse_core.validation.findings import Finding
from idse_tui.actions import ACTIONS, Action, Panel, Situation, find, obstacle
from idse_tui.artifact import Artifact
from idse_tui.controllers.asking import Asking
from idse_tui.controllers.doing import Doing
from idse_tui.controllers.following import Following
from idse_tui.controllers.moving import Moving
from idse_tui.look import Look
from idse_tui.messages import ArtifactLoaded, Done, Failed, FilesChanged, Followed, Learned, WatchingEnded
from idse_tui.presentation.findings import Grouping, Level, Scope, finding_rows, findings_in
from idse_tui.presentation.header import Liveness
from idse_tui.presentation.news import good_news
from idse_tui.presentation.sessions import parse_filter
from idse_tui.presentation.titles import artifact_title, findings_title, sessions_title
from idse_tui.remembered import Remembered, keep, recall
from idse_tui.settings import Settings
from idse_tui.view import ProjectView, Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel, Tab
from idse_tui.widgets.artifact_view import ArtifactView
from idse_tui.widgets.bars import Banner, Header, KeyBar
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.row_list import RowList
from idse_tui.widgets.session_tree import SessionTree

__all__ = ["MainScreen"]


def _binding(action: Action) -> Binding:
    return Binding(",".join(action.keys), f"run('{action.id}')", action.label, show=False, id=action.id)


class MainScreen(Screen[None]):
    """Sessions, pipeline, artifact and findings; what they show is one immutable ``ProjectView``.

    Args:
        workspace: the project.
        settings: the user's.
        session: what to look at first; empty for what was looked at last.
    """

    CSS_PATH = "main.tcss"
    BINDINGS: ClassVar[List[BindingType]] = [
        *(_binding(action) for action in ACTIONS),
        Binding("escape", "escape", "Clear", show=False, id="escape"),
    ]

    def __init__(self, workspace: ProjectWorkspace, settings: Settings, session: str = "") -> None:
        super().__init__()
        self.workspace = workspace
        self.settings = settings
        self.view = ProjectView(project=workspace.project)
        self.remembered = recall(workspace.folder, workspace.project)
        self.spot = Spot(session or self.remembered.session, _stage(self.remembered.stage))
        self.level, self.grouping = Level.ALL, Grouping.NONE
        self.scope = Scope(self.remembered.scope) if self.remembered.scope in set(Scope) else Scope.SESSION
        self.filters: Dict[Panel, str] = {Panel.SESSIONS: self.remembered.filter}
        self.only_failing = self.archived = False
        self.live = Liveness()
        self.artifact: Optional[Artifact] = None
        self.command_log: List[str] = []
        self.notices: List[str] = list(settings.problems)
        self.recent: Tuple[str, ...] = self.remembered.recent
        self._wanted_line = 0
        self._stage_chosen = bool(self.remembered.stage)
        self._dirty = False
        self._drawn: Tuple[object, ...] = ()
        self.following = Following(self, workspace)
        self.moving, self.doing, self.asking = Moving(self), Doing(self), Asking(self)
        self._table: Mapping[str, Callable[[], None]] = {
            **self.moving.table(),
            **self.doing.table(),
            **self.asking.table(),
        }

    def compose(self) -> ComposeResult:
        yield Header()
        yield Banner()
        with Horizontal(id="body"):
            yield SessionTree()
            with Vertical(id="column"):
                yield Pipeline()
                yield ArtifactPanel()
                yield FindingsList()
        yield Input(id="filter")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#filter", Input).cursor_blink = False
        self.query_one(SessionTree).focus()
        if self.remembered.tab in set(Tab):
            self.query_one(ArtifactPanel).open_tab(Tab(self.remembered.tab))
        for notice in self.notices:
            self.tell(notice, title="Configuration", severity="warning", seconds=10)
        self.redraw()
        self.call_after_refresh(self.following.start)

    def on_unmount(self) -> None:
        self.following.stop()

    # What is on the screen

    @property
    def look(self) -> Look:
        """Glyphs and styles of the theme in force."""
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # our app

    @property
    def panel(self) -> Panel:
        """The panel that has, or had, the focus."""
        return next((panel for panel in Panel if self.has_class(f"-on-{panel.value}")), Panel.SESSIONS)

    @property
    def finding(self) -> Optional[Finding]:
        """The finding under the cursor."""
        row = self.query_one(FindingsList).current
        return None if row is None else row.finding

    @property
    def situation(self) -> Situation:
        """What actions depend on."""
        finding = self.finding
        missing: Dict[str, str] = {}
        if not self.spot.session:
            missing["session"] = f"there is no session; `idse init {self.workspace.project}` brings the blueprint back"
        if finding is None:
            missing["finding"] = "there is no finding here"
        report = self.view.reports.get(self.spot.session)
        if report is None or not report.stages[self.spot.stage].stale:
            missing["stale"] = f"{self.spot.stage} is not stale: nothing before it changed since it was completed"
        if self.spot.session == self.view.current:
            missing["other"] = "this is the current session already"
        if not os.access(str(self.workspace.folder), os.W_OK):
            missing["writable"] = "the workspace is read-only here"
        rule = finding.rule if finding else ""
        return Situation(self.panel, self.spot.session, self.spot.stage.value, rule, missing)

    def redraw(self) -> None:
        """Draw all panels anew, once, after everything that is waiting has been taken in."""
        if not self._dirty:
            self._dirty = True
            self.call_next(self._redraw)

    def _redraw(self) -> None:
        self._dirty = False
        look, view, spot = self.look, self.view, self.spot
        self.query_one(Header).update_view(view, spot.session, self.live, look)
        banner = self.query_one(Banner)
        banner.look = look
        banner.problems = tuple(view.problems.values())
        self._draw_sessions(look)
        self.query_one(Pipeline).update_view(view, spot.session, spot.stage, look)
        self._draw_findings(look)
        self._draw_artifact(look)
        self._draw_titles()
        self.draw_keys()

    def _draw_sessions(self, look: Look) -> None:
        wanted = parse_filter(self.filters.get(Panel.SESSIONS, ""), archived=self.archived)
        wanted = wanted._replace(failing=wanted.failing or self.only_failing)
        self.query_one(SessionTree).update_view(self.view, wanted, look, self.spot.session)

    def _draw_findings(self, look: Look) -> None:
        query = self.filters.get(Panel.FINDINGS, "")
        place = (self.spot.session, self.spot.stage if self.scope is Scope.STAGE else None)
        drawn = (
            self.scope,
            place,
            self.level,
            self.grouping,
            query,
            look,
            self.view.reports,
            self.view.project_findings,
        )
        if drawn[:6] == self._drawn[:6] and all(new is old for new, old in zip(drawn[6:], self._drawn[6:])):
            return
        self._drawn = drawn
        findings = findings_in(self.view, self.scope, self.spot.session, self.spot.stage)
        rows = finding_rows(findings, level=self.level, grouping=self.grouping, query=query)
        panel = self.query_one(FindingsList)
        panel.scope = self.scope
        examined = self.spot.session in self.view.reports
        empty = (
            "nothing matches; Esc clears the filter" if findings else f"{look.glyphs.passing} nothing to complain about"
        )
        panel.show(rows, look, empty=empty if examined else "examining …" if self.spot.session else "")

    def _draw_artifact(self, look: Look) -> None:
        artifact, panel = self.artifact, self.query_one(ArtifactPanel)
        if artifact is None or (artifact.session, artifact.stage) != (self.spot.session, self.spot.stage):
            return
        panel.show(artifact, look, dark=self.app.current_theme.dark, line=self._wanted_line)
        self._wanted_line = 0
        panel.mark(self._marks(artifact))

    def _marks(self, artifact: Artifact) -> Dict[int, Severity]:
        marks: Dict[int, Severity] = {}
        for item in self.view.findings(artifact.session):
            if item.stage is artifact.stage and item.severity.at_least(marks.get(item.line, Severity.OFF)):
                marks[item.line] = item.severity
        return marks

    def _draw_titles(self) -> None:
        glyphs = self.look.glyphs
        sessions, findings = self.query_one(SessionTree), self.query_one(FindingsList)
        sessions.border_title = "1 Sessions"
        sessions.border_subtitle = sessions_title(
            self.view,
            self.filters.get(Panel.SESSIONS, ""),
            glyphs,
            only_failing=self.only_failing,
            archived=self.archived,
        )
        self.query_one(Pipeline).border_title = "2 Pipeline"
        panel = self.query_one(ArtifactPanel)
        panel.border_title = artifact_title(self.artifact, panel.tab, glyphs)
        panel.border_subtitle = "read-only" if self.artifact and self.artifact.read_only else ""
        findings.border_title = findings_title(
            self.scope, self.level, self.grouping, self.filters.get(Panel.FINDINGS, ""), glyphs
        )
        shown = sum(row.finding is not None for row in findings.rows)
        findings.border_subtitle = f"{shown}" if shown else ""

    def draw_keys(self) -> None:
        """Draw the line of keys: those that can be used here and now."""
        situation = self.situation
        keys = self.app.keys_of  # type: ignore[attr-defined]  # our app
        usable = [
            (action, keys(action))
            for action in ACTIONS
            if action.footer
            and (not action.panels or situation.panel in action.panels)
            and not obstacle(action, situation)
        ]
        self.query_one(KeyBar).update_view(usable, self.look)

    # Actions

    def action_run(self, action_id: str) -> None:
        """Run an action of the registry, or say why it can't be run now."""
        problem = obstacle(find(action_id), self.situation)
        if problem:
            self.tell(problem, severity="warning")
        else:
            self._table[action_id]()

    def action_escape(self) -> None:
        """Clear the panel's filter."""
        self.moving.clear_filter()

    def tell(self, words: str, *, title: str = "", severity: str = "information", seconds: float = 3.0) -> None:
        """A toast."""
        self.notify(one_line(words), title=title, severity=severity, timeout=seconds, markup=False)  # type: ignore[arg-type]

    # Looking at another place

    def go(self, spot: Spot, *, line: int = 0, chosen: bool = True) -> None:
        """Look at a place.

        Args:
            spot: session and stage.
            line: where in the artifact; 0 for its top, or where it was.
            chosen: whether somebody chose that stage; else a new session opens at its next stage.
        """
        other_session = spot.session != self.spot.session
        self._stage_chosen = chosen
        self.spot = spot
        self._wanted_line = line
        if other_session:
            self.query_one(SessionTree).reveal(spot.session)
        same = self.artifact is not None and (self.artifact.session, self.artifact.stage) == (spot.session, spot.stage)
        if same and line:
            self.query_one(ArtifactPanel).view.go_to(line)
            self._wanted_line = 0
        elif not same:
            self.following.look(spot, examined=spot.session in self.view.reports)
        self.redraw()

    def go_to_session(self, session: str) -> None:
        """Look at a session, at the stage that is next there."""
        report = self.view.reports.get(session)
        upcoming = next_stage(report.stages.values()) if report else None
        stage = upcoming.stage if upcoming else Stage.INTENT if report else self.spot.stage
        self.go(Spot(session, stage), chosen=report is not None)

    @on(RowList.Moved, "#sessions")
    def _session_moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.key != self.spot.session:
            self.moving.remember_place()
            self.go_to_session(event.key)

    @on(RowList.Chosen, "#sessions")
    def _session_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.moving.focus(Panel.FINDINGS if self.query_one(FindingsList).rows else Panel.ARTIFACT)

    @on(RowList.Moved, "#findings")
    def _finding_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.moving.show_finding()

    @on(RowList.Chosen, "#findings")
    def _finding_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.moving.show_finding()
        self.moving.focus(Panel.ARTIFACT)

    @on(RowList.Chosen, "#outline")
    def _heading_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        panel = self.query_one(ArtifactPanel)
        panel.open_tab(Tab.READ)
        panel.view.go_to(int(event.key))
        self.redraw()

    @on(RowList.Moved, "#outline, #diff, #trace")
    def _row_moved(self, event: RowList.Moved) -> None:
        event.stop()

    @on(Pipeline.Picked)
    def _stage_picked(self, event: Pipeline.Picked) -> None:
        event.stop()
        if event.opened:
            self.moving.focus(Panel.ARTIFACT)
        elif event.stage is not self.spot.stage:
            self.go(Spot(self.spot.session, event.stage))

    @on(ArtifactView.LinePicked)
    def _line_picked(self, event: ArtifactView.LinePicked) -> None:
        event.stop()
        self.query_one(ArtifactPanel).view.go_to(event.line)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        for panel in Panel:
            widget = self.query_one(f"#{panel.value}")
            if widget in event.widget.ancestors_with_self:
                for other in Panel:
                    self.set_class(other is panel, f"-on-{other.value}")
        self.draw_keys()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.moving.filter_typed(event.value)

    @on(Input.Submitted, "#filter")
    def _filter_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.moving.filter_entered()

    # What workers tell

    def on_learned(self, message: Learned) -> None:
        if message.survey != self.following.survey_number:
            return
        before = self.view
        self.view = message.change(before)
        news = good_news(before, self.view, self.spot.session, self.look.glyphs)
        if news:
            self.tell(news, seconds=4)
        self._settle()
        if self.view.complete and not self.following.busy:
            self.live = self.live._replace(checking=False)
        self.redraw()

    def _settle(self) -> None:
        """Look at a session that exists, at the stage that is next, as soon as that is known."""
        view, spot = self.view, self.spot
        if view.sessions and spot.session not in view.sessions:
            if spot.session and self.live.watching:
                self.tell(f"session {spot.session} is not there any more", severity="warning")
            self._stage_chosen = False
            self.go(Spot(view.current or view.sessions[0], spot.stage), chosen=False)
        elif not view.sessions and spot.session:
            self.spot, self.artifact = Spot("", spot.stage), None
        report = view.reports.get(self.spot.session)
        if report and not self._stage_chosen:
            self._stage_chosen = True
            upcoming = next_stage(report.stages.values())
            self.go(Spot(self.spot.session, upcoming.stage if upcoming else Stage.INTENT))
        elif self.artifact is None and self.spot.session:
            self.following.look(self.spot, examined=True)

    def on_artifact_loaded(self, message: ArtifactLoaded) -> None:
        artifact = message.artifact
        if (artifact.session, artifact.stage) == (self.spot.session, self.spot.stage):
            self.artifact = artifact
            if self.query_one(ArtifactPanel).tab is Tab.DIFF:
                self.moving.load_diff()
            self.redraw()

    def on_files_changed(self, message: FilesChanged) -> None:
        if not self.live.watching:
            self.live = self.live._replace(watching=True, reason="")
            self.following.look(self.spot, examined=False)  # what was saved before watching began
            self.redraw()
        if message.paths:
            self.live = self.live._replace(checking=True)
            self.following.changed(message.paths)
            self.redraw()

    def on_followed(self, message: Followed) -> None:
        self.following.followed()
        if message.found.gone:
            self._came_or_went()
        elif message.found.rules:
            self.following.survey()
        self.live = self.live._replace(checking=self.following.busy or not self.view.complete)
        self.redraw()

    def _came_or_went(self) -> None:
        if self.workspace.folder.is_dir():
            self.view = self.view.with_problem("gone", "")
            self.following.survey()
        else:
            gone = f"{self.workspace.folder} is not there any more; waiting for it to come back"
            self.view = self.view.with_sessions(()).with_problem("gone", gone)
            self._settle()

    def on_watching_ended(self, message: WatchingEnded) -> None:
        self.live = Liveness(watching=False, checking=False, reason=f"{message.reason}; ctrl+r reads anew")
        self.redraw()

    def on_failed(self, message: Failed) -> None:
        if not self.workspace.folder.is_dir():
            self._came_or_went()
        else:
            self.tell(f"{message.error}. {message.error.hint}".strip(), title=message.what, severity="error", seconds=8)
        self.redraw()

    def on_done(self, message: Done) -> None:
        self.command_log.append(message.line)
        self.tell(message.words)
        self.doing.done(message)

    # Remembering

    def keep_state(self) -> None:
        """Remember where we are for the next call."""
        tab = self.query_one(ArtifactPanel).tab.value
        state = Remembered(
            self.spot.session,
            self.spot.stage.value,
            tab,
            self.scope.value,
            self.filters.get(Panel.SESSIONS, ""),
            self.app.theme if self.app.theme != self.settings.theme else self.remembered.theme,
            self.recent,
        )
        if state != self.remembered:
            keep(self.workspace.folder, self.workspace.project, state)


def _stage(name: str) -> Stage:
    return Stage(name) if name in {stage.value for stage in Stage} else Stage.INTENT
