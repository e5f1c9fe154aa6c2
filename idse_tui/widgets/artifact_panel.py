"""Panel 3: the artifact, and the tabs Read, Diff, Outline and Trace."""

from __future__ import annotations

from typing import Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from idse_core.constitution_rules import Severity
from idse_tui.artifact import Artifact
from idse_tui.look import Look
from idse_tui.presentation.tabs import Tab
from idse_tui.widgets.artifact_view import ArtifactView
from idse_tui.widgets.diff_view import DiffView
from idse_tui.widgets.find_field import FindField
from idse_tui.widgets.outline import Outline, heading_rows
from idse_tui.widgets.trace_list import TraceList

__all__ = ["ArtifactPanel"]


class ArtifactPanel(Vertical):
    """The artifact of the stage that is looked at."""

    def __init__(self) -> None:
        super().__init__(id="artifact", classes="panel")
        self.tab = Tab.READ

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial=Tab.READ.value, id="artifact-tabs"):
            yield ArtifactView()
            yield DiffView()
            yield Outline()
            yield TraceList()
        yield FindField()

    @property
    def view(self) -> ArtifactView:
        """The rendered text."""
        return self.query_one(ArtifactView)

    @property
    def diff(self) -> DiffView:
        """What changed."""
        return self.query_one(DiffView)

    @property
    def outline(self) -> Outline:
        """The headings."""
        return self.query_one(Outline)

    @property
    def trace(self) -> TraceList:
        """The requirements."""
        return self.query_one(TraceList)

    @property
    def content(self) -> Widget:
        """What the tab shows; it takes the focus."""
        return self.query_one(f"#{self.tab.value}")

    def show(self, artifact: Artifact, look: Look, *, dark: bool, line: int = 0, heading: str = "") -> None:
        """Show an artifact; see ``ArtifactView.show``.

        Args:
            artifact: the one that is looked at.
            look: glyphs and styles.
            dark: whether the theme is.
            line: to be shown.
            heading: the key of the heading that the outline's cursor is to be put on; empty for where it is.
        """
        self.view.show(artifact, look, dark=dark, line=line)
        self.outline.show(heading_rows(artifact), look, empty=artifact.problem or "no heading", key=heading or None)

    def clear(self, look: Look, notice: Sequence[str]) -> None:
        """Show no artifact, and perhaps some lines that say why."""
        self.view.clear(look, notice)
        self.outline.show((), look)

    def mark(self, marks: Mapping[int, Severity]) -> None:
        """Mark lines that have findings."""
        self.view.mark(marks)

    def open_tab(self, tab: Tab) -> None:
        """Show a tab; the focus stays in the panel if it was there."""
        focused = self.has_focus_within
        self.tab = tab
        self.query_one(ContentSwitcher).current = tab.value
        if focused:
            self.content.focus()
