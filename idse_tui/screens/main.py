"""The main screen: four panels over one view of the project."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Callable, ClassVar, Dict, List, Mapping, Optional, Tuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import one_line
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import next_stage
from idse_core.validation.findings import Finding
from idse_tui.actions import ACTIONS, Action, Panel, Situation, find, obstacle
from idse_tui.artifact import Artifact
from idse_tui.controllers.drawing import Drawing
from idse_tui.controllers.filtering import Filtering
from idse_tui.controllers.following import Following
from idse_tui.controllers.hearing import Hearing
from idse_tui.controllers.moving import Moving
from idse_tui.controllers.searching import Searching
from idse_tui.controllers.tracing import Tracing
from idse_tui.host_app import host_of
from idse_tui.look import Look
from idse_tui.presentation.findings import Grouping, Level, Scope
from idse_tui.presentation.header import Liveness
from idse_tui.presentation.sessions import SessionFilter, parse_filter
from idse_tui.presentation.tabs import Tab
from idse_tui.remembered import Remembered, keep, recall
from idse_tui.screen_actions import FILTER_ACTIONS, FIND_ACTIONS
from idse_tui.screens.listening import Listening
from idse_tui.screens.pointing import Pointing
from idse_tui.settings import Settings
from idse_tui.styling import SparingScreen
from idse_tui.view import ProjectView, Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.bars import Banner, Header, KeyBar, TooSmall
from idse_tui.widgets.chips import Chips
from idse_tui.widgets.filter_field import FilterField
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.session_tree import SessionTree

if TYPE_CHECKING:
    from idse_core.agency.conflicts import Conflict
    from idse_tui.controllers.doing import Doing
    from idse_tui.controllers.settling import Settling
    from idse_tui.controllers.syncing import Syncing

__all__ = ["MainScreen"]


_IN_FIELDS = frozenset(action.id for action in (*FILTER_ACTIONS, *FIND_ACTIONS))

_SOON = 0.1
"""Seconds after which what only the next key needs is prepared."""


def _binding(action: Action) -> Binding:
    return Binding(",".join(action.keys), f"run('{action.id}')", action.label, show=False, id=action.id)


class MainScreen(SparingScreen[None], Listening, Pointing):
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
        # The class that the first focus sets: so it does not have to style everything anew.
        super().__init__(classes=f"-on-{Panel.SESSIONS.value}")
        self.workspace = workspace
        self.settings = settings
        self.view = ProjectView(project=workspace.project)
        self.remembered = recall(workspace.folder, workspace.project)
        self.spot = Spot(session or self.remembered.session, _stage(self.remembered.stage))
        self.level, self.grouping = Level.ALL, Grouping.NONE
        self.scope = Scope(self.remembered.scope) if self.remembered.scope in set(Scope) else Scope.SESSION
        self.filters: Dict[Panel, str] = {Panel.SESSIONS: self.remembered.filter}
        self.chips: Tuple[str, ...] = self.remembered.chips
        self.live = Liveness()
        self.artifact: Optional[Artifact] = None
        self.command_log: List[str] = []
        self.conflicts: Tuple[Conflict, ...] = ()
        self.notices: List[str] = list(settings.problems)
        self.greeting = ""
        self.recent: Tuple[str, ...] = self.remembered.recent
        self.wanted_line = 0
        self.stage_chosen = bool(self.remembered.stage)
        self.drawing, self.hearing, self.tracing = Drawing(self), Hearing(self), Tracing(self)
        self.following = Following(self, workspace)
        self.filtering = Filtering(self)
        self.searching = Searching(self)
        self.moving = Moving(self)

    def compose(self) -> ComposeResult:
        yield Header()
        yield Banner()
        with Horizontal(id="body"):
            with Vertical(id="side"):
                yield Chips()
                yield SessionTree()
            with Vertical(id="column"):
                yield Pipeline()
                yield ArtifactPanel()
                yield FindingsList()
        yield FilterField()
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        self.follow_typing()
        self.query_one(SessionTree).focus()
        if self.remembered.tab in set(Tab):
            self.query_one(ArtifactPanel).open_tab(Tab(self.remembered.tab))
        if self.greeting:
            self.tell(self.greeting, title="Demo", seconds=20)
        for notice in self.notices:
            self.tell(notice, title="Configuration", severity="warning", seconds=10)
        self.redraw()
        self.call_after_refresh(self.following.start)
        self.set_timer(_SOON, host_of(self).read_styles)

    def on_unmount(self) -> None:
        self.following.stop()

    # What is on the screen

    @property
    def look(self) -> Look:
        """Glyphs and styles of the theme in force."""
        return host_of(self).look

    @property
    def panel(self) -> Panel:
        """The panel that has, or had, the focus."""
        return next((panel for panel in Panel if self.has_class(f"-on-{panel.value}")), Panel.SESSIONS)

    @property
    def takes_keys(self) -> bool:
        """Whether what was opened last can be typed into."""
        return self.filtering.takes_keys and self.searching.takes_keys

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
        if len(self.view.projects) < 2:
            missing["projects"] = "this workspace has only this project"
        if self.spot.session == self.view.current:
            missing["other"] = "this is the current session already"
        if not os.access(str(self.workspace.folder), os.W_OK):
            missing["writable"] = "the workspace is read-only here"
        rule = finding.rule if finding else ""
        return Situation(self.panel, self.spot.session, self.spot.stage.value, rule, missing)

    @property
    def session_filter(self) -> SessionFilter:
        """What the tree of sessions leaves out."""
        return parse_filter(self.filters.get(Panel.SESSIONS, ""), self.chips)

    def redraw(self) -> None:
        """Draw all panels anew, once, after everything that is waiting has been taken in."""
        self.drawing.redraw()

    def draw_keys(self) -> None:
        """Draw the line of keys: those that can be used here and now."""
        self.drawing.draw_keys()

    def paint(self) -> None:
        """Bring to the terminal what has changed, now instead of with the next tick."""
        self._on_timer_update()

    # Actions

    @cached_property
    def doing(self) -> Doing:
        """The actions that change something."""
        from idse_tui.controllers.doing import Doing  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return Doing(self)

    @cached_property
    def syncing(self) -> Syncing:
        """Push and pull."""
        from idse_tui.controllers.syncing import Syncing  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return Syncing(self)

    @cached_property
    def settling(self) -> Settling:
        """Conflicts."""
        from idse_tui.controllers.settling import Settling  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return Settling(self)

    @cached_property
    def _table(self) -> Mapping[str, Callable[[], None]]:
        """Action id → what runs it."""
        from idse_tui.controllers.asking import Asking  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        parts = (self.moving, self.filtering, self.searching, self.doing, Asking(self))
        tables = (part.table() for part in (*parts, self.syncing, self.settling))
        return {action: run for table in tables for action, run in table.items()}

    def action_run(self, action_id: str) -> None:
        """Run an action of the registry, or say why it can't be run now."""
        problem = "" if action_id in _IN_FIELDS else obstacle(find(action_id), self.situation)
        if problem:
            self.tell(problem, severity="warning")
        else:
            self._table[action_id]()

    def action_open_tab(self, name: str) -> None:
        """Go to a tab of the artifact's panel, by its id."""
        self.moving.open_tab(Tab(name))
        self.moving.focus(Panel.ARTIFACT)

    def action_escape(self) -> None:
        """Stop finding, or clear the panel's filter."""
        if self.searching.is_open and self.panel is Panel.ARTIFACT:
            self.searching.close()
        else:
            self.filtering.clear()

    def check_action(self, action: str, parameters: Tuple[object, ...]) -> Optional[bool]:
        """Whether a key means this action here: it may be another one's in this panel."""
        return action != "run" or not _is_anothers(str(parameters[0]), self.panel, host_of(self).keys_of)

    def action_drop_chip(self, index: int) -> None:
        """Take a filter off; see ``Filtering.drop``."""
        self.filtering.drop(index)

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
        self.stage_chosen = chosen
        self.spot = spot
        self.wanted_line = line
        if other_session:
            self.query_one(SessionTree).reveal(spot.session)
        same = self.artifact is not None and (self.artifact.session, self.artifact.stage) == (spot.session, spot.stage)
        if same and line:
            self.query_one(ArtifactPanel).view.go_to(line)
            self.wanted_line = 0
        elif not same:
            self.following.look(spot, examined=spot.session in self.view.reports)
        self.redraw()

    def go_to_session(self, session: str) -> None:
        """Look at a session, at the stage that is next there."""
        report = self.view.reports.get(session)
        upcoming = next_stage(report.stages.values()) if report else None
        stage = upcoming.stage if upcoming else Stage.INTENT if report else self.spot.stage
        line = self.view.first_line(session, stage)
        self.go(Spot(session, stage, line or 1), line=line, chosen=report is not None)

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
            self.chips,
        )
        if state != self.remembered:
            keep(self.workspace.folder, self.workspace.project, state)


def _is_anothers(action_id: str, panel: Panel, key_of: Callable[[Action], str]) -> bool:
    """Whether the key of an action that doesn't belong to a panel means another one there."""
    if action_id in _IN_FIELDS:
        return False
    action = find(action_id)
    if not action.panels or panel in action.panels:
        return False
    return any(panel in other.panels and key_of(other) == key_of(action) for other in ACTIONS)


def _stage(name: str) -> Stage:
    return Stage(name) if name in {stage.value for stage in Stage} else Stage.INTENT
