"""Moving about: panels, stages, findings, history, tabs."""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Optional, TypeVar

from idse_core.pipeline_artifacts import Stage
from idse_tui.actions import Panel
from idse_tui.controllers.following import Following
from idse_tui.controllers.searching import Searching
from idse_tui.main_host import MainHost
from idse_tui.presentation.findings import Grouping, Level, Scope
from idse_tui.presentation.tabs import Tab
from idse_tui.view import Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.row_list import RowList

__all__ = ["Moving"]

_HISTORY = 100
_Choice = TypeVar("_Choice", Scope, Level, Grouping)


class _Place(NamedTuple):
    """A place to come back to: what was looked at, in which tab, and there on which row, as far as the tab has any."""

    spot: Spot
    tab: Tab
    row: str = ""


class Moving:
    """The actions that change what is looked at, and nothing else.

    Args:
        screen: the main screen.
        following: what reads the project.
        searching: what is looked for in the artifact.
    """

    def __init__(self, screen: MainHost, following: Following, searching: Searching) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._searching = searching
        self._history: List[_Place] = []
        self._walked_to: Optional[Spot] = None  # where the last step from finding to finding led, if nothing came since

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {
            "panel-1": lambda: self._screen.focus_panel(Panel.SESSIONS),
            "panel-2": lambda: self._screen.focus_panel(Panel.PIPELINE),
            "panel-3": self._artifact,
            "panel-4": self._findings,
            "next-panel": lambda: self._panel_by(1),
            "previous-panel": lambda: self._panel_by(-1),
            "next-finding": lambda: self._finding_by(1),
            "previous-finding": lambda: self._finding_by(-1),
            "next-stage": lambda: self._stage_by(1),
            "previous-stage": lambda: self._stage_by(-1),
            "back": self._back,
            "go-current": self._go_current,
            "severity": self._severity,
            "grouping": self._grouping,
            "next-tab": self._next_tab,
            "reload": self._reload,
        }

    # Panels

    def _panel_by(self, steps: int) -> None:
        panels = tuple(Panel)
        self._screen.focus_panel(panels[(panels.index(self._screen.panel) + steps) % len(panels)])

    def _artifact(self) -> None:
        if self._screen.panel is Panel.ARTIFACT:
            self._next_tab()
        else:
            self._screen.focus_panel(Panel.ARTIFACT)

    def _findings(self) -> None:
        screen = self._screen
        if screen.panel is Panel.FINDINGS:
            self._state.scope = _next_of(self._state.scope)
            screen.redraw()
        else:
            self._screen.focus_panel(Panel.FINDINGS)

    def _next_tab(self) -> None:
        self.open_tab(self._screen.query_one(ArtifactPanel).tab.following)

    def open_tab(self, tab: Tab) -> None:
        """Show a tab of the artifact's panel."""
        self._screen.query_one(ArtifactPanel).open_tab(tab)
        self._searching.left()
        self._screen.redraw()

    def read_line(self, spot: Spot) -> None:
        """Leave this tab for a line of an artifact, as somebody wants who can come back from there."""
        self.remember_stage()
        self._screen.query_one(ArtifactPanel).open_tab(Tab.READ)
        self._screen.go(spot, line=spot.line)
        self._screen.focus_panel(Panel.ARTIFACT)

    # Stages and findings

    def _stage_by(self, steps: int) -> None:
        stages = tuple(Stage)
        place = max(0, min(self._state.spot.stage.position + steps, len(stages) - 1))
        self.go_to_stage(stages[place])

    def go_to_stage(self, stage: Stage) -> None:
        """Look at another stage of the session, as somebody wants who can come back from there."""
        screen = self._screen
        if stage is not self._state.spot.stage:
            self.remember_stage()
            screen.go(Spot(self._state.spot.session, stage))

    def _finding_by(self, steps: int) -> None:
        findings = self._screen.query_one(FindingsList)
        if not findings.rows:
            self._screen.tell("there is no finding here")
            return
        before = findings.cursor
        findings.action_cursor_by(steps)
        if findings.cursor == before:
            self.show_finding()

    def show_finding(self) -> None:
        """Show the artifact at the line of the finding under the cursor."""
        screen, state, finding = self._screen, self._state, self._screen.finding
        if finding is None or finding.stage is None:
            screen.draw_keys()
            return
        spot = Spot(finding.session or state.spot.session, finding.stage, finding.line)
        if spot[:2] != state.spot[:2]:
            if self._walked_to is None or self._walked_to[:2] != state.spot[:2]:  # of a walk, only where it began
                self._remember(other_session=spot.session != state.spot.session)
            self._walked_to = spot
        screen.query_one(ArtifactPanel).open_tab(Tab.READ)
        screen.go(spot, line=finding.line)

    def open_finding(self) -> None:
        """Show the finding under the cursor, and stay there: the walk from finding to finding has ended."""
        self.show_finding()
        self._walked_to = None
        self._screen.focus_panel(Panel.ARTIFACT)

    # History

    def remember_place(self) -> None:
        """Keep where we are, to come back to this session."""
        self._remember(other_session=True)

    def remember_stage(self) -> None:
        """Keep where we are, to come back to it within the session."""
        self._remember(other_session=False)

    def _remember(self, *, other_session: bool) -> None:
        state, self._walked_to = self._state, None
        here, session = self._here(), state.spot.session
        if session and (not self._history or self._history[-1] != here):
            self._history = [*self._history[-_HISTORY:], here]
        if session and other_session:
            state.recent = (session, *(name for name in state.recent if name != session))

    def _here(self) -> _Place:
        panel = self._screen.query_one(ArtifactPanel)
        content = panel.content
        row = content.current_key if isinstance(content, RowList) else ""
        return _Place(self._state.spot._replace(line=panel.view.top_line), panel.tab, row)

    def _back(self) -> None:
        screen, state, here, self._walked_to = self._screen, self._state, self._here(), None
        while self._history:
            spot, tab, row = self._history.pop()
            if spot.session in state.view.sessions and (spot[:2], tab) != (here.spot[:2], here.tab):
                state.wanted_row = row
                if tab is not here.tab:
                    self.open_tab(tab)
                screen.go(spot, line=spot.line if spot.line > 1 else 0)
                return
        screen.tell("nowhere to go back to")

    def _go_current(self) -> None:
        screen, state = self._screen, self._state
        if state.view.current and state.spot.session != state.view.current:
            self.remember_place()
            screen.go_to_session(state.view.current)

    # What is listed

    def _severity(self) -> None:
        self._state.level = _next_of(self._state.level)
        self._screen.redraw()

    def _grouping(self) -> None:
        self._state.grouping = _next_of(self._state.grouping)
        self._screen.redraw()

    def _reload(self) -> None:
        self._following.survey()
        self._screen.tell("reading everything anew")


def _next_of(member: _Choice) -> _Choice:
    ordered = tuple(type(member))
    return ordered[(ordered.index(member) + 1) % len(ordered)]
