"""``MainState``: what the main screen shows, and of what; controllers change it, and the panels are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_tui.actions import Panel
from idse_tui.artifact import Artifact
from idse_tui.presentation.findings import Grouping, Level, Scope
from idse_tui.presentation.header import Liveness
from idse_tui.presentation.sessions import SessionFilter, parse_filter
from idse_tui.presentation.tabs import Tab
from idse_tui.remembered import Remembered
from idse_tui.view import ProjectView, Spot

if TYPE_CHECKING:
    from idse_core.agency.conflicts import Conflict  # with all of the agency: not for the first paint

__all__ = ["MainState"]


@dataclass
class MainState:
    """The state of the main screen, in the app's own thread.

    Attributes:
        view: the project, as far as it is known.
        spot: the place that is looked at.
        stage_chosen: whether somebody chose its stage; else a session opens at its next stage.
        wanted_line: where the artifact is to be shown when it is drawn next, 1-based; 0 for where it is.
        wanted_row: the key of the row that the cursor of the tab Diff, Outline or Trace is to be put on; empty for where it is.
        artifact: the one that was read last; it may still be the one of the place before.
        scope: of which findings are listed.
        level: how bad these are at least.
        grouping: how they are listed.
        filters: panel → what is typed to filter it.
        chips: the filters of the sessions that are on.
        recent: ids of sessions, the last looked at first.
        live: whether changes are seen.
        conflicts: those that are open.
        command_log: what was done, as commands.
    """

    view: ProjectView
    spot: Spot
    stage_chosen: bool = False
    wanted_line: int = 0
    wanted_row: str = ""
    artifact: Optional[Artifact] = None
    scope: Scope = Scope.SESSION
    level: Level = Level.ALL
    grouping: Grouping = Grouping.NONE
    filters: Dict[Panel, str] = field(default_factory=dict)
    chips: Tuple[str, ...] = ()
    recent: Tuple[str, ...] = ()
    live: Liveness = field(default_factory=Liveness)
    conflicts: Tuple[Conflict, ...] = ()
    command_log: List[str] = field(default_factory=list)

    @classmethod
    def recalled(cls, remembered: Remembered, project: str, session: str = "") -> MainState:
        """The state to begin with.

        Args:
            remembered: where somebody was when the app was left.
            project: the project's id.
            session: what to look at; empty for what was looked at last.
        """
        return cls(
            ProjectView(project=project),
            Spot(session or remembered.session, _stage(remembered.stage)),
            stage_chosen=bool(remembered.stage),
            scope=Scope(remembered.scope) if remembered.scope in set(Scope) else Scope.SESSION,
            filters={Panel.SESSIONS: remembered.filter},
            chips=remembered.chips,
            recent=remembered.recent,
        )

    def to_remember(self, tab: Tab, theme: str) -> Remembered:
        """What the next call begins with.

        Args:
            tab: the one that is shown.
            theme: its name.
        """
        session_filter = self.filters.get(Panel.SESSIONS, "")
        session, stage = self.spot.session, self.spot.stage.value
        return Remembered(session, stage, tab.value, self.scope.value, session_filter, theme, self.recent, self.chips)

    @property
    def session_filter(self) -> SessionFilter:
        """What the tree of sessions leaves out."""
        return parse_filter(self.filters.get(Panel.SESSIONS, ""), self.chips)

    def is_looked_at(self, artifact: Artifact) -> bool:
        """Whether an artifact is the one of the place that is looked at."""
        return (artifact.session, artifact.stage) == self.spot[:2]


def _stage(name: str) -> Stage:
    return Stage(name) if name in {stage.value for stage in Stage} else Stage.INTENT
