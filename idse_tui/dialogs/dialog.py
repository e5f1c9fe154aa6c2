"""``Dialog``: a modal screen whose background is drawn soon enough to open it at the press of a key."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, List, Optional

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.events import Click
from textual.geometry import Region, Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, ScreenResultType
from textual.strip import Strip

from idse_tui.dialogs.submitting import submit
from idse_tui.styling import SparingScreen, classes_at

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Dialog"]


class Dialog(ModalScreen[ScreenResultType], SparingScreen[ScreenResultType]):
    """What all dialogs have in common: the screen below, dimmed, which is looked at again only when it has changed.

    Attributes:
        ASKS: whether there is a field in it, which is typed into as soon as it is open.
    """

    ASKS: ClassVar[bool] = False

    _below: List[Strip] = []
    _below_size = Size(0, 0)

    def __init__(self) -> None:
        super().__init__()
        self._styles_are_late = not all(self.app.stylesheet.has_source(str(path)) for path in self.css_path)
        self.add_class(*classes_at(self.app.size), update=False)

    def on_mount(self) -> None:
        self.app.clear_notifications()  # they would stand over the box

    @property
    def takes_keys(self) -> bool:
        """Whether it is open as far as the next key needs it."""
        return not self.ASKS or self.focused is not None

    def on_click(self, event: Click) -> None:
        if event.button == 1 and self.get_widget_at(*event.screen_offset)[0] is self:
            self.clicked_aside()

    def clicked_aside(self) -> None:
        """Somebody clicked beside the box. What can be lost by that stays open."""

    def action_enter(self) -> None:
        """What Enter does in the field that is typed into."""
        submit(self.focused)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw anew; Textual names regions where the screen below has changed."""
        if regions:
            self._below = []
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Another theme dims to other colours."""
        self._below = []
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        if not self._below or self._below_size != self.size:
            self._below, self._below_size = self._look_below(), self.size
        return self._below[y] if y < len(self._below) else super().render_line(y)

    def _look_below(self) -> List[Strip]:
        """The lines of the screen below, dimmed; none where the background lets nothing through."""
        found = self.render()
        if not isinstance(found, BackgroundScreen):
            return []
        ground, color = self.visual_style.rich_style, found.color
        below = found.screen._compositor.render_strips()  # noqa: SLF001  # as BackgroundScreen itself does, by way of Rich
        return [
            Strip([Segment(text, _dimmed(style, ground, color)) for text, style, _ in strip], strip.cell_length)
            for strip in below
        ]


@lru_cache(maxsize=1024)
def _dimmed(style: Optional[Style], ground: Style, color: Color) -> Style:
    """As Textual does it, which computes the colours of thousands of pieces one by one; there are only some dozens of them."""
    (piece,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return ground + (piece.style or Style.null())
