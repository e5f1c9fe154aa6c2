"""Panel 2: the seven stages of the session."""

from __future__ import annotations

from typing import ClassVar, List, Tuple

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from idse_core.pipeline_artifacts import Stage
from idse_tui.look import Look, plain_look
from idse_tui.presentation.pipeline import STAGE_LINES, compact_line, pipeline_lines, stage_at
from idse_tui.presentation.texts import cursor_style
from idse_tui.view import ProjectView
from idse_tui.widgets.clicks import place_in

__all__ = ["Pipeline"]


class Pipeline(Widget, can_focus=True):
    """Stages with their states; left and right pick one, the artifact follows."""

    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("right,l,down,j", "stage_by(1)", "Next stage", show=False, id="stage-right"),
        Binding("left,h,up,k", "stage_by(-1)", "Previous stage", show=False, id="stage-left"),
        Binding("home,g", "stage_by(-6)", "First stage", show=False, id="first-stage"),
        Binding("end,G", "stage_by(6)", "Last stage", show=False, id="last-stage"),
        Binding("enter", "open", "Open", show=False, id="open-stage"),
    ]
    COMPONENT_CLASSES = {"pipeline--cursor", "pipeline--blurred"}
    DEFAULT_CSS = """
    Pipeline { background: $background; }
    Pipeline > .pipeline--cursor { background: $block-cursor-background; }
    Pipeline > .pipeline--blurred { background: $block-cursor-blurred-background; }
    """

    class Picked(Message):
        """Another stage is to be looked at; ``opened`` when it was entered."""

        def __init__(self, stage: Stage, *, opened: bool = False) -> None:
            super().__init__()
            self.stage = stage
            self.opened = opened

    def __init__(self) -> None:
        super().__init__(id="pipeline", classes="panel")
        self._view = ProjectView()
        self._session = ""
        self._stage = Stage.INTENT
        self._look = plain_look()
        self._drawn: Tuple[object, ...] = ()

    def update_view(self, view: ProjectView, session: str, stage: Stage, look: Look) -> None:
        """Show this session's stages; ``stage`` is the one that is looked at."""
        self._view, self._session, self._stage, self._look = view, session, stage, look
        drawn = (session, stage, look, view.agents, view.reports.get(session))
        if drawn != self._drawn:
            self._drawn = drawn
            self.refresh()

    def render(self) -> Text:
        """The lines that fit; in a folded panel the states alone."""
        if not self._session:
            return Text("")
        width = self.content_region.width or self.size.width
        name = "pipeline--cursor" if self.has_focus else "pipeline--blurred"
        style = Style(bgcolor=self.get_component_rich_style(name).bgcolor)
        cursor = cursor_style(style, self.app.console.color_system, focused=self.has_focus)
        draw = pipeline_lines if self.content_region.height > 1 else _one_line
        lines = draw(self._view, self._session, self._stage, self._look, width, cursor=cursor)
        return Text("\n", no_wrap=True).join(lines)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_stage_by(self, steps: int) -> None:
        """Pick the stage some steps further, within the pipeline."""
        stages = tuple(Stage)
        self.post_message(self.Picked(stages[max(0, min(self._stage.position + steps, len(stages) - 1))]))

    def action_open(self) -> None:
        """Enter the stage's artifact."""
        self.post_message(self.Picked(self._stage, opened=True))

    def on_click(self, event: Click) -> None:
        place = place_in(self, event)
        if self._session and place is not None and place.y < STAGE_LINES:
            self.post_message(self.Picked(stage_at(place.x, self.content_region.width)))


def _one_line(view: ProjectView, session: str, stage: Stage, look: Look, width: int, *, cursor: Style) -> List[Text]:
    return [compact_line(view, session, stage, look, width, cursor=cursor)]
