"""The Diff tab: what changed in the artifact since the last commit, or since the last sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, Optional, Sequence

from idse_tui.actions import Panel, find
from idse_tui.background import start_looking, telling
from idse_tui.diffs import Base, Bases, bases_of
from idse_tui.host_app import host_of
from idse_tui.main_host import MainHost
from idse_tui.presentation.keys import key_name
from idse_tui.presentation.tabs import Tab
from idse_tui.widgets.artifact_panel import ArtifactPanel

if TYPE_CHECKING:
    from idse_tui.artifact import Artifact
    from idse_tui.presentation.diffing import DiffLine

__all__ = ["Comparing"]


class Comparing:
    """Compares the artifact that is looked at, in a worker.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainHost) -> None:
        self._screen = screen
        self._state = screen.state
        self._wanted: Optional[Base] = None
        self._base: Optional[Base] = None
        self._other: Optional[Base] = None

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"compare": self._switch}

    @property
    def obstacle(self) -> str:
        """Why there is nothing else to compare with; empty when there is."""
        if self._panel.tab is not Tab.DIFF:
            return "this is for the tab Diff"
        return "" if self._other else "there is nothing else to compare this artifact with"

    @property
    def words(self) -> str:
        """With what the artifact is compared, and how to compare it with something else; empty for nothing."""
        if self._base is None:
            return ""
        key = key_name(host_of(self._screen).keys_of(find("compare")))
        other = f" {self._screen.look.glyphs.dot} {key} since {self._other.value}" if self._other else ""
        return f"since {self._base.value}{other}"

    @property
    def _panel(self) -> ArtifactPanel:
        return self._screen.query_one(ArtifactPanel)

    def _switch(self) -> None:
        self._wanted = self._other
        self.load()

    def load(self) -> None:
        """Find out what changed, and show it."""
        screen, artifact, wanted = self._screen, self._state.artifact, self._wanted
        if artifact is None:
            return

        def job() -> None:
            from idse_tui.presentation.diffing import diff_lines  # noqa: PLC0415  # not for the first paint: `deferred_imports`

            bases = bases_of(screen.workspace, artifact.session, artifact.stage, artifact.path)
            base = bases.chosen(artifact.text, wanted)
            lines = () if base is None else diff_lines(bases.texts[base], artifact.text)
            screen.app.call_from_thread(self._show, artifact, bases, base, lines)

        start_looking(screen, telling(screen, job, "comparing the artifact"), group="diff")

    def _show(self, artifact: Artifact, bases: Bases, base: Optional[Base], lines: Sequence[DiffLine]) -> None:
        if artifact is not self._state.artifact:
            return
        self._base, self._other = base, bases.other(base)
        panel = self._panel
        panel.diff.show_diff(lines, self._screen.look, bases.nothing(artifact.text, base))
        self._screen.draw_titles()
        self._screen.draw_keys()

    def open(self) -> None:
        """Show the line under the cursor in the artifact."""
        panel = self._panel
        row = panel.diff.current
        if row is not None and row.line:
            panel.open_tab(Tab.READ)
            panel.view.go_to(row.line)
            self._screen.focus_panel(Panel.ARTIFACT)
            self._screen.redraw()
