"""Drawing the main screen from the view: everything anew, once, however much has changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Tuple

from textual.widget import Widget

from idse_core.constitution_rules import Severity
from idse_tui.actions import ACTIONS, Panel, find, obstacle
from idse_tui.artifact import Artifact
from idse_tui.host_app import host_of
from idse_tui.look import Look
from idse_tui.presentation.chips import ARCHIVED
from idse_tui.presentation.findings import Scope, accepted_in, finding_rows, findings_in
from idse_tui.presentation.keys import key_name
from idse_tui.presentation.titles import artifact_title, findings_number, findings_title, sessions_title
from idse_tui.screen_actions import FILTER_ACTIONS, FIND_ACTIONS
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.bars import Banner, Header, KeyBar
from idse_tui.widgets.chips import Chips
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.session_tree import SessionTree

if TYPE_CHECKING:
    from idse_tui.screens.main import MainScreen

__all__ = ["Drawing"]

_MOVES = {Panel.PIPELINE: (("previous-stage", "left", 88), ("next-stage", "right", 89), ("panel-3", "enter", 87))}
"""Panel → actions that have a second key there, with how much they deserve a place among the keys."""


class Drawing:
    """Brings what the screen knows into its widgets.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
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
        screen = self._screen
        look, view, spot = screen.look, screen.view, screen.spot
        conflicts = len(screen.conflicts)
        screen.query_one(Header).update_view(view, spot.session, screen.live, look, conflicts=conflicts)
        banner = screen.query_one(Banner)
        banner.look, banner.key = look, key_name(host_of(screen).keys_of(find("help")))
        banner.problems = tuple(view.problems.values())
        screen.query_one(Chips).update_view(screen.filters.get(Panel.SESSIONS, ""), screen.chips, look)
        screen.query_one(SessionTree).update_view(view, screen.session_filter, look, spot.session)
        screen.query_one(Pipeline).update_view(view, spot.session, spot.stage, look)
        self._draw_findings(look)
        self._draw_artifact(look)
        screen.tracing.draw()
        self.draw_titles()
        self.draw_keys()

    def _draw_findings(self, look: Look) -> None:
        screen, view, spot = self._screen, self._screen.view, self._screen.spot
        query = screen.filters.get(Panel.FINDINGS, "")
        place = (spot.session, spot.stage if screen.scope is Scope.STAGE else None)
        report = view.reports if screen.scope is Scope.PROJECT else view.reports.get(spot.session)
        accepted = self._accepted()
        drawn = (
            screen.scope,
            place,
            screen.level,
            screen.grouping,
            query,
            look,
            accepted,
            report,
            view.project_findings,
        )
        if drawn[:7] == self._drawn[:7] and _same(drawn[7:], self._drawn[7:]):
            return
        self._drawn = drawn
        findings = findings_in(view, screen.scope, spot.session, spot.stage)
        rows = finding_rows(findings, level=screen.level, grouping=screen.grouping, query=query)
        panel = screen.query_one(FindingsList)
        panel.scope, panel.found = screen.scope, sum(row.finding is not None for row in rows)
        examined = spot.session in view.reports
        nothing = "nothing new to complain about" if accepted else "nothing to complain about"
        empty = "nothing matches; Esc clears the filter" if findings else f"{look.glyphs.passing} {nothing}"
        panel.show(rows, look, empty=empty if examined else "examining" if spot.session else "")

    def _accepted(self) -> int:
        screen = self._screen
        return accepted_in(screen.view, screen.scope, screen.spot.session, screen.spot.stage)

    def _draw_artifact(self, look: Look) -> None:
        screen = self._screen
        artifact, panel = screen.artifact, screen.query_one(ArtifactPanel)
        screen.searching.follow(artifact)
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

    def draw_titles(self) -> None:
        """Draw what stands in the panels' borders."""
        screen, look = self._screen, self._screen.look
        glyphs = look.glyphs
        tree, findings, panel = (
            screen.query_one(SessionTree),
            screen.query_one(FindingsList),
            screen.query_one(ArtifactPanel),
        )
        self._entitle(tree, "1 Sessions", self._sessions_title(tree, look))
        self._entitle(screen.query_one(Pipeline), "2 Pipeline")
        read_only = "read-only" if screen.artifact and screen.artifact.read_only else ""
        self._entitle(panel, artifact_title(screen.artifact, panel.tab, glyphs), screen.searching.words or read_only)
        query = screen.filters.get(Panel.FINDINGS, "")
        title = findings_title(screen.scope, screen.level, screen.grouping, query, glyphs)
        self._entitle(findings, title, findings_number(findings.found, self._accepted(), glyphs))

    def _sessions_title(self, tree: SessionTree, look: Look) -> str:
        screen = self._screen
        counted = (screen.view.metadata, screen.view.sessions, tree.rows, look.glyphs)
        if not _same(counted, self._counted[:4]):
            matching = sum(not row.dim for row in tree.rows)
            wanted, archived = screen.session_filter, ARCHIVED in screen.chips
            filtered = wanted.active and bool(screen.view.nodes or not wanted.asks_metadata)
            title = sessions_title(screen.view, matching, look.glyphs, filtered=filtered, archived=archived)
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
        typing = FILTER_ACTIONS if screen.filtering.has_focus else FIND_ACTIONS if screen.searching.has_focus else ()
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
