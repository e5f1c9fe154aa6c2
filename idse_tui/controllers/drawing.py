"""Drawing the main screen from the view: everything anew, once, however much has changed meanwhile."""

from __future__ import annotations

from typing import Dict, Tuple

from textual.widget import Widget

from idse_core.constitution_rules import Severity
from idse_tui.actions import ACTIONS, Panel, find, obstacle
from idse_tui.artifact import Artifact
from idse_tui.controllers.comparing import Comparing
from idse_tui.controllers.filtering import Filtering
from idse_tui.controllers.searching import Searching
from idse_tui.controllers.tracing import Tracing
from idse_tui.host_app import host_of
from idse_tui.look import Look
from idse_tui.main_host import MainHost
from idse_tui.presentation.chips import ARCHIVED
from idse_tui.presentation.findings import Scope, accepted_in, finding_rows, findings_in
from idse_tui.presentation.tabs import Tab
from idse_tui.presentation.titles import artifact_title, findings_number, findings_title, sessions_title
from idse_tui.screen_actions import FILTER_ACTIONS, FIND_ACTIONS
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.bars import Banner, Header, KeyBar
from idse_tui.widgets.chips import Chips
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.session_tree import SessionTree

__all__ = ["Drawing"]

_MOVES = {Panel.PIPELINE: (("previous-stage", "left", 88), ("next-stage", "right", 89), ("panel-3", "enter", 87))}
"""Panel → actions that have a second key there, with how much they deserve a place among the keys."""


class Drawing:
    """Brings what the screen knows into its widgets.

    Args:
        screen: the main screen.
        filtering: whether a filter is typed.
        searching: what is looked for in the artifact.
        comparing: what draws the tab Diff.
        tracing: what draws the tab Trace.
    """

    def __init__(
        self, screen: MainHost, filtering: Filtering, searching: Searching, comparing: Comparing, tracing: Tracing
    ) -> None:
        self._screen = screen
        self._state = screen.state
        self._filtering = filtering
        self._searching = searching
        self._comparing = comparing
        self._tracing = tracing
        self._dirty = False
        self._drawn: Tuple[object, ...] = ()
        self._counted: Tuple[object, ...] = ()
        self._titles: Dict[str, Tuple[str, str]] = {}

    def redraw(self) -> None:
        """Draw all panels anew, once, after everything that is waiting has been taken in."""
        if not self._dirty:
            self._dirty = True
            self._screen.call_next(self._redraw)

    def draw(self) -> None:
        """Draw all panels anew, now: what is drawn later in the same turn misses the frame of the key that was pressed."""
        self._dirty = True
        self._redraw()

    def _redraw(self) -> None:
        if not self._dirty:
            return
        self._dirty = False
        screen, state = self._screen, self._state
        look, view, spot = screen.look, state.view, state.spot
        conflicts, live = len(state.conflicts), state.live._replace(read_only=self._is_read_only)
        screen.query_one(Header).update_view(view, spot.session, live, look, conflicts=conflicts)
        banner = screen.query_one(Banner)
        banner.look, banner.problems = look, tuple(view.problems.values())
        screen.query_one(Chips).update_view(state.filters.get(Panel.SESSIONS, ""), state.chips, look)
        screen.query_one(SessionTree).update_view(view, state.session_filter, look, spot.session)
        screen.query_one(Pipeline).update_view(view, spot.session, spot.stage, look)
        self._draw_findings(look)
        self._draw_artifact(look)
        self._comparing.draw()
        self._tracing.draw()
        self.draw_titles()
        self.draw_keys()
        screen.drawn.publish(None)

    @property
    def _is_read_only(self) -> bool:
        """Whether nothing can be written, though there is something."""
        return "writable" in self._screen.situation.missing and not self._state.view.absent

    def _draw_findings(self, look: Look) -> None:
        state, view, spot = self._state, self._state.view, self._state.spot
        scope, query = state.scope, state.filters.get(Panel.FINDINGS, "")
        place = (spot.session, spot.stage if scope is Scope.STAGE else None)
        report = view.reports if scope is Scope.PROJECT else view.reports.get(spot.session)
        accepted = self._accepted()
        drawn = (scope, place, state.level, state.grouping, query, look, accepted, report, view.project_findings)
        if drawn[:7] == self._drawn[:7] and _same(drawn[7:], self._drawn[7:]):
            return
        self._drawn = drawn
        findings = findings_in(view, scope, spot.session, spot.stage)
        rows = finding_rows(findings, level=state.level, grouping=state.grouping, query=query)
        panel = self._screen.query_one(FindingsList)
        panel.scope, panel.found = scope, sum(row.finding is not None for row in rows)
        examined = spot.session in view.reports
        nothing = "nothing new to complain about" if accepted else "nothing to complain about"
        empty = "nothing matches; Esc clears the filter" if findings else f"{look.glyphs.passing} {nothing}"
        panel.show(rows, look, empty=empty if examined else "examining" if spot.session else "")

    def _accepted(self) -> int:
        state = self._state
        return accepted_in(state.view, state.scope, state.spot.session, state.spot.stage)

    def _draw_artifact(self, look: Look) -> None:
        screen, state = self._screen, self._state
        artifact, panel = state.artifact, screen.query_one(ArtifactPanel)
        self._searching.follow(artifact)
        if not state.spot.session:
            alone = state.view.complete and not state.view.absent
            panel.clear(look, screen.situation.missing["session"].split("; ") if alone else ())
        if artifact is None or not state.is_looked_at(artifact):
            return
        row = state.wanted_row if panel.tab is Tab.OUTLINE else ""
        panel.show(artifact, look, dark=screen.app.current_theme.dark, line=state.wanted_line, heading=row)
        state.wanted_line = 0
        state.wanted_row = "" if row else state.wanted_row
        panel.mark(self._marks(artifact))

    def _marks(self, artifact: Artifact) -> Dict[int, Severity]:
        marks: Dict[int, Severity] = {}
        for item in self._state.view.findings(artifact.session):
            if item.stage is artifact.stage and item.severity.at_least(marks.get(item.line, Severity.OFF)):
                marks[item.line] = item.severity
        return marks

    def draw_titles(self) -> None:
        """Draw what stands in the panels' borders."""
        screen, state, look = self._screen, self._state, self._screen.look
        glyphs = look.glyphs
        tree, findings, panel = (
            screen.query_one(SessionTree),
            screen.query_one(FindingsList),
            screen.query_one(ArtifactPanel),
        )
        self._entitle(tree, "1 Sessions", self._sessions_title(tree, look))
        self._entitle(screen.query_one(Pipeline), "2 Pipeline")
        read_only = "read-only" if state.artifact and state.artifact.read_only else ""
        said = self._comparing.words if panel.tab is Tab.DIFF else self._searching.words
        self._entitle(panel, artifact_title(state.artifact, panel.tab, glyphs), said or read_only)
        query = state.filters.get(Panel.FINDINGS, "")
        title = findings_title(state.scope, state.level, state.grouping, query, glyphs)
        self._entitle(findings, title, findings_number(findings.found, self._accepted(), glyphs))

    def _sessions_title(self, tree: SessionTree, look: Look) -> str:
        state = self._state
        counted = (state.view.metadata, state.view.sessions, tree.rows, look.glyphs)
        if not _same(counted, self._counted[:4]):
            matching = sum(not row.dim for row in tree.rows)
            wanted, archived = state.session_filter, ARCHIVED in state.chips
            filtered = wanted.active and bool(state.view.nodes or not wanted.asks_metadata)
            title = sessions_title(state.view, matching, look.glyphs, filtered=filtered, archived=archived)
            self._counted = (*counted, title)
        return str(self._counted[4])

    def _entitle(self, panel: Widget, title: str, subtitle: str = "") -> None:
        """Set what stands in a panel's border; Textual draws all of the panel even when that is what stands there."""
        before = self._titles.get(panel.id or "", ("", ""))
        if title != before[0]:
            panel.border_title = title
        if subtitle != before[1]:
            panel.border_subtitle = subtitle
        self._titles[panel.id or ""] = (title, subtitle)

    def draw_keys(self) -> None:
        """Draw the line of keys: those that can be used here and now."""
        screen = self._screen
        situation, finding = screen.situation, screen.finding
        needless = set() if finding is not None and finding.fixable else {"fix"}  # there it would only say so
        keys = host_of(screen).keys_of
        typing = FILTER_ACTIONS if self._filtering.has_focus else FIND_ACTIONS if self._searching.has_focus else ()
        if typing:
            screen.query_one(KeyBar).update_view([(action, keys(action)) for action in typing], screen.look)
            return
        usable = [
            (find(action_id)._replace(footer=footer), key) for action_id, key, footer in _MOVES.get(situation.panel, ())
        ]
        usable += [
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
