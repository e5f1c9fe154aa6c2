"""Drawing the main screen from the view: everything anew, once, however much has changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Tuple

from idse_core.constitution_rules import Severity
from idse_tui.actions import ACTIONS, Panel, obstacle
from idse_tui.artifact import Artifact
from idse_tui.look import Look
from idse_tui.presentation.chips import ARCHIVED
from idse_tui.presentation.findings import Scope, finding_rows, findings_in
from idse_tui.presentation.titles import artifact_title, findings_title, sessions_title
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.bars import Banner, Header, KeyBar
from idse_tui.widgets.chips import Chips
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.session_tree import SessionTree

if TYPE_CHECKING:
    from idse_tui.screens.main import MainScreen

__all__ = ["Drawing"]


class Drawing:
    """Brings what the screen knows into its widgets.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._dirty = False
        self._drawn: Tuple[object, ...] = ()
        self._titled: Tuple[object, ...] = ()

    def redraw(self) -> None:
        """Draw all panels anew, once, after everything that is waiting has been taken in."""
        if not self._dirty:
            self._dirty = True
            self._screen.call_next(self._redraw)

    def _redraw(self) -> None:
        self._dirty = False
        screen = self._screen
        look, view, spot = screen.look, screen.view, screen.spot
        conflicts = len(screen.conflicts)
        screen.query_one(Header).update_view(view, spot.session, screen.live, look, conflicts=conflicts)
        banner = screen.query_one(Banner)
        banner.look = look
        banner.problems = tuple(view.problems.values())
        screen.query_one(Chips).update_view(screen.filters.get(Panel.SESSIONS, ""), screen.chips, look)
        screen.query_one(SessionTree).update_view(view, screen.session_filter, look, spot.session)
        screen.query_one(Pipeline).update_view(view, spot.session, spot.stage, look)
        self._draw_findings(look)
        self._draw_artifact(look)
        screen.tracing.draw()
        self._draw_titles(look)
        self.draw_keys()

    def _draw_findings(self, look: Look) -> None:
        screen, view, spot = self._screen, self._screen.view, self._screen.spot
        query = screen.filters.get(Panel.FINDINGS, "")
        place = (spot.session, spot.stage if screen.scope is Scope.STAGE else None)
        report = view.reports if screen.scope is Scope.PROJECT else view.reports.get(spot.session)
        drawn = (screen.scope, place, screen.level, screen.grouping, query, look, report, view.project_findings)
        if drawn[:6] == self._drawn[:6] and _same(drawn[6:], self._drawn[6:]):
            return
        self._drawn = drawn
        findings = findings_in(view, screen.scope, spot.session, spot.stage)
        rows = finding_rows(findings, level=screen.level, grouping=screen.grouping, query=query)
        panel = screen.query_one(FindingsList)
        panel.scope, panel.found = screen.scope, sum(row.finding is not None for row in rows)
        examined = spot.session in view.reports
        empty = (
            "nothing matches; Esc clears the filter" if findings else f"{look.glyphs.passing} nothing to complain about"
        )
        panel.show(rows, look, empty=empty if examined else "examining" if spot.session else "")

    def _draw_artifact(self, look: Look) -> None:
        screen = self._screen
        artifact, panel = screen.artifact, screen.query_one(ArtifactPanel)
        if not screen.spot.session:
            alone = screen.view.complete and "gone" not in screen.view.problems
            panel.clear(look, screen.situation.missing["session"] if alone else "")
        if artifact is None or (artifact.session, artifact.stage) != (screen.spot.session, screen.spot.stage):
            return
        panel.show(artifact, look, dark=screen.app.current_theme.dark, line=screen.wanted_line)
        screen.wanted_line = 0
        panel.mark(self._marks(artifact))

    def _marks(self, artifact: Artifact) -> Dict[int, Severity]:
        marks: Dict[int, Severity] = {}
        for item in self._screen.view.findings(artifact.session):
            if item.stage is artifact.stage and item.severity.at_least(marks.get(item.line, Severity.OFF)):
                marks[item.line] = item.severity
        return marks

    def _draw_titles(self, look: Look) -> None:
        screen, glyphs = self._screen, look.glyphs
        sessions, findings = screen.query_one(SessionTree), screen.query_one(FindingsList)
        sessions.border_title = "1 Sessions"
        titled = (screen.view.metadata, screen.view.sessions, sessions.rows, glyphs)
        if not _same(titled, self._titled):
            self._titled = titled
            sessions.border_subtitle = sessions_title(
                screen.view,
                sum(not row.dim for row in sessions.rows),
                glyphs,
                filtered=screen.session_filter.active,
                archived=ARCHIVED in screen.chips,
            )
        screen.query_one(Pipeline).border_title = "2 Pipeline"
        panel = screen.query_one(ArtifactPanel)
        panel.border_title = artifact_title(screen.artifact, panel.tab, glyphs)
        panel.border_subtitle = "read-only" if screen.artifact and screen.artifact.read_only else ""
        findings.border_title = findings_title(
            screen.scope, screen.level, screen.grouping, screen.filters.get(Panel.FINDINGS, ""), glyphs
        )
        findings.border_subtitle = f"{findings.found}" if findings.found else ""

    def draw_keys(self) -> None:
        """Draw the line of keys: those that can be used here and now."""
        screen = self._screen
        situation, finding = screen.situation, screen.finding
        needless = set() if finding is not None and finding.fixable else {"fix"}  # there it would only say so
        keys = screen.app.keys_of  # type: ignore[attr-defined]  # our app
        usable = [
            (action, keys(action))
            for action in ACTIONS
            if action.footer
            and action.id not in needless
            and (not action.panels or situation.panel in action.panels)
            and not obstacle(action, situation)
        ]
        screen.query_one(KeyBar).update_view(usable, screen.look)


def _same(these: Tuple[object, ...], those: Tuple[object, ...]) -> bool:
    """Whether they are the very same values, which takes no time to tell of thousands."""
    return len(these) == len(those) and all(new is old for new, old in zip(these, those))
