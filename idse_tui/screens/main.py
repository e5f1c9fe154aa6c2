"""The main screen: four panels over one view of the project."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Callable, ClassVar, Dict, List, Mapping, Optional, Tuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.notifications import SeverityLevel
from textual.signal import Signal

from idse_core.pipeline_artifacts import Stage
from idse_core.printable import one_line
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import next_stage
from idse_core.validation.findings import Finding
from idse_tui.actions import ACTIONS, Action, Panel, Situation, find, obstacle
from idse_tui.controllers.comparing import Comparing
from idse_tui.controllers.drawing import Drawing
from idse_tui.controllers.filtering import Filtering
from idse_tui.controllers.following import Following
from idse_tui.controllers.hearing import Hearing
from idse_tui.controllers.moving import Moving
from idse_tui.controllers.searching import Searching
from idse_tui.controllers.tracing import Tracing
from idse_tui.deferred_imports import load
from idse_tui.host_app import host_of
from idse_tui.main_state import MainState
from idse_tui.presentation.tabs import Tab
from idse_tui.remembered import keep, recall
from idse_tui.screen_actions import FILTER_ACTIONS, FIND_ACTIONS
from idse_tui.screens.listening import Listening
from idse_tui.screens.pointing import Pointing
from idse_tui.settings import Settings
from idse_tui.styling import SparingScreen
from idse_tui.view import Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.bars import Banner, Header, KeyBar, TooSmall
from idse_tui.widgets.chips import Chips
from idse_tui.widgets.filter_field import FilterField
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.session_tree import SessionTree

if TYPE_CHECKING:
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
        self.remembered = recall(workspace.folder, workspace.project)
        self.state = MainState.recalled(self.remembered, workspace.project, session)
        self.notices: List[str] = list(settings.problems)
        self.greeting = ""
        self.drawn = Signal(self, "drawn")
        self.following = Following(self, load)
        self.filtering, self.searching = Filtering(self), Searching(self)
        self.comparing = Comparing(self, self.following)
        self.moving = Moving(self, self.following, self.searching)
        self.tracing = Tracing(self, self.following, self.moving)
        self.hearing = Hearing(self, self.following, self.moving)
        self.drawing = Drawing(self, self.filtering, self.searching, self.comparing, self.tracing)

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
    def panel(self) -> Panel:
        return next((panel for panel in Panel if self.has_class(f"-on-{panel.value}")), Panel.SESSIONS)

    @property
    def takes_keys(self) -> bool:
        """Whether what was opened last can be typed into."""
        return self.filtering.takes_keys and self.searching.takes_keys

    @property
    def finding(self) -> Optional[Finding]:
        row = self.query_one(FindingsList).current
        return None if row is None else row.finding

    @property
    def situation(self) -> Situation:
        finding, view, spot = self.finding, self.state.view, self.state.spot
        missing: Dict[str, str] = {}
        if not spot.session:
            line = f"idse init {self.workspace.project}"
            missing["session"] = f"there is no session; {self.look.keys['new']} or `{line}` brings the blueprint back"
        if finding is None:
            missing["finding"] = "there is no finding here"
        report = view.reports.get(spot.session)
        if report is None or not report.stages[spot.stage].stale:
            missing["stale"] = f"{spot.stage} is not stale: nothing before it changed since it was completed"
        if view.absent:
            missing["session"] = missing["project"] = view.absent.value
        if not view.others:
            missing["projects"] = "this workspace has " + ("no project" if view.absent else "only this project")
        if spot.session == view.current:
            missing["other"] = "this is the current session already"
        if self.comparing.obstacle:
            missing["bases"] = self.comparing.obstacle
        if not os.access(str(self.workspace.folder), os.W_OK):
            missing["writable"] = "the workspace is read-only here"
        requirement = self.tracing.requirement
        if not requirement:
            missing["requirement"] = "this is for a requirement in the tab Trace"
        rule = finding.rule if finding else ""
        return Situation(self.panel, spot.session, spot.stage.value, rule, requirement, missing)

    # Drawing

    def redraw(self) -> None:
        self.drawing.redraw()

    def draw(self) -> None:
        self.drawing.draw()

    def draw_titles(self) -> None:
        self.drawing.draw_titles()

    def draw_keys(self) -> None:
        self.drawing.draw_keys()

    def paint(self) -> None:
        """Bring to the terminal what has changed, now instead of with the next tick."""
        self._on_timer_update()

    # Actions

    @cached_property
    def syncing(self) -> Syncing:
        """Push and pull."""
        from idse_tui.controllers.syncing import Syncing  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return Syncing(self, self.settling)

    @cached_property
    def settling(self) -> Settling:
        """Conflicts."""
        from idse_tui.controllers.settling import Settling  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return Settling(self)

    @cached_property
    def _table(self) -> Mapping[str, Callable[[], None]]:
        """Action id → what runs it."""
        from idse_tui.controllers.runners import runners  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        return runners(
            self,
            following=self.following,
            filtering=self.filtering,
            searching=self.searching,
            comparing=self.comparing,
            moving=self.moving,
            tracing=self.tracing,
            settling=self.settling,
            syncing=self.syncing,
        )

    def action_run(self, action_id: str) -> None:
        problem = "" if action_id in _IN_FIELDS else obstacle(find(action_id), self.situation)
        if problem:
            self.tell(problem, severity="warning")
        else:
            self._table[action_id]()

    def action_open_tab(self, name: str) -> None:
        """Go to a tab of the artifact's panel, by its id."""
        self.moving.open_tab(Tab(name))
        self.focus_panel(Panel.ARTIFACT)

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

    def tell(
        self, words: str, *, title: str = "", severity: SeverityLevel = "information", seconds: float = 3.0
    ) -> None:
        self.notify(one_line(words), title=title, severity=severity, timeout=seconds, markup=False)

    # Looking at another place

    def focus_panel(self, panel: Panel) -> None:
        widget = self.query_one(ArtifactPanel).content if panel is Panel.ARTIFACT else self.query_one(f"#{panel.value}")
        widget.focus()

    def go(self, spot: Spot, *, line: int = 0, chosen: bool = True) -> None:
        state = self.state
        other_session = spot.session != state.spot.session
        state.spot, state.stage_chosen, state.wanted_line = spot, chosen, line
        if other_session:
            self.query_one(SessionTree).reveal(spot.session)
        same = state.artifact is not None and state.is_looked_at(state.artifact)
        if same and line:
            self.query_one(ArtifactPanel).view.go_to(line)
            state.wanted_line = 0
        elif not same:
            self.following.look(spot, examined=spot.session in state.view.reports)
        self.redraw()

    def go_to_session(self, session: str) -> None:
        view = self.state.view
        report = view.reports.get(session)
        upcoming = next_stage(report.stages.values()) if report else None
        stage = upcoming.stage if upcoming else Stage.INTENT if report else self.state.spot.stage
        line = view.first_line(session, stage)
        self.go(Spot(session, stage, line or 1), line=line, chosen=report is not None)

    # Remembering

    def keep_state(self) -> None:
        """Remember where we are for the next call."""
        theme = self.app.theme if self.app.theme != self.settings.theme else self.remembered.theme
        now = self.state.to_remember(self.query_one(ArtifactPanel).tab, theme)
        if now != self.remembered and not self.state.view.absent:
            keep(self.workspace.folder, self.workspace.project, now)


def _is_anothers(action_id: str, panel: Panel, key_of: Callable[[Action], str]) -> bool:
    """Whether the key of an action that doesn't belong to a panel means another one there."""
    if action_id in _IN_FIELDS:
        return False
    action = find(action_id)
    if not action.panels or panel in action.panels:
        return False
    return any(panel in other.panels and key_of(other) == key_of(action) for other in ACTIONS)
