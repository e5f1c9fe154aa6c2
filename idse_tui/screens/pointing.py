"""What the main screen does when a row, a stage, a line or a panel is pointed at."""

from __future__ import annotations

from textual import on
from textual.events import DescendantFocus
from textual.widgets import Input

from idse_tui.actions import Panel
from idse_tui.controllers.filtering import Filtering
from idse_tui.controllers.following import Following
from idse_tui.controllers.moving import Moving
from idse_tui.controllers.searching import Searching
from idse_tui.controllers.tracing import Tracing
from idse_tui.main_host import MainHost
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.artifact_view import ArtifactView
from idse_tui.widgets.diff_view import DiffView
from idse_tui.widgets.field import ActionField
from idse_tui.widgets.filter_field import FilterField
from idse_tui.widgets.find_field import FindField
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pipeline import Pipeline
from idse_tui.widgets.row_list import RowList

__all__ = ["Pointing"]


class Pointing(MainHost):
    """The part of the main screen that the widgets' messages reach."""

    moving: Moving
    filtering: Filtering
    searching: Searching
    following: Following
    tracing: Tracing

    @on(RowList.Moved, "#sessions")
    def _session_moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.key != self.state.spot.session:
            self.moving.remember_place()
            self.go_to_session(event.key)

    @on(RowList.Chosen, "#sessions")
    def _session_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.focus_panel(Panel.FINDINGS if self.query_one(FindingsList).rows else Panel.ARTIFACT)

    @on(RowList.Moved, "#findings")
    def _finding_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.moving.show_finding()

    @on(RowList.Chosen, "#findings")
    def _finding_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.moving.open_finding()

    @on(RowList.Chosen, "#outline")
    def _heading_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.moving.read_line(self.state.spot._replace(line=int(event.key)))

    @on(RowList.Chosen, "#diff")
    def _change_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        row = self.query_one(DiffView).current
        if row is not None and row.line:
            self.moving.read_line(self.state.spot._replace(line=row.line))

    @on(RowList.Chosen, "#trace")
    def _trace_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.tracing.open()

    @on(RowList.Moved, "#outline, #diff, #trace")
    def _row_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.draw_keys()

    @on(Pipeline.Picked)
    def _stage_picked(self, event: Pipeline.Picked) -> None:
        event.stop()
        if event.opened:
            self.focus_panel(Panel.ARTIFACT)
        else:
            self.moving.go_to_stage(event.stage)

    @on(ArtifactView.LinePicked)
    def _line_picked(self, event: ArtifactView.LinePicked) -> None:
        event.stop()
        self.query_one(ArtifactPanel).view.go_to(event.line)

    @on(ArtifactView.Drawn)
    def _artifact_drawn(self, event: ArtifactView.Drawn) -> None:
        event.stop()
        self.following.artifact_drawn()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        above = event.widget.ancestors_with_self
        panel = next((panel for panel in Panel if self.query_one(f"#{panel.value}") in above), None)
        if panel is not None and not self.has_class(f"-on-{panel.value}"):
            # In one go: each change of a class has everything styled anew.
            self.remove_class(*(f"-on-{other.value}" for other in Panel), update=False)
            self.add_class(f"-on-{panel.value}")
        self.draw_keys()

    def follow_typing(self) -> None:
        """Filter, or find, while somebody types: not by the field's message, which comes when the letter is drawn already."""
        self.watch(self.query_one("#filter", Input), "value", self.filtering.typed, init=False)
        self.watch(self.query_one(FindField), "value", self.searching.typed, init=False)

    @on(ActionField.Asked)
    def _field_asked(self, event: ActionField.Asked) -> None:
        event.stop()
        table = self.filtering.table() if isinstance(event.source, FilterField) else self.searching.table()
        table[event.action]()

    @on(Input.Changed, "#find")
    def _words_typed(self, event: Input.Changed) -> None:
        event.stop()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
