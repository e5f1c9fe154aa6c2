"""``Dialog``: a modal screen whose background is drawn soon enough to open it at the press of a key."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Iterable, Iterator, List

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, ScreenResultType
from textual.strip import Strip

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Dialog"]


class Dialog(ModalScreen[ScreenResultType]):
    """What all dialogs have in common: the screen below, dimmed, which is looked at again only when it has changed.

    Attributes:
        ASKS: whether there is a field in it, which is typed into as soon as it is open.
    """

    ASKS: ClassVar[bool] = False

    _below: List[Strip] = []
    _below_size = Size(0, 0)

    def __init__(self) -> None:
        super().__init__(
            classes="-wide"
        )  # as most terminals are: else all of it is styled once more when its size is known

    @property
    def takes_keys(self) -> bool:
        """Whether it is open as far as the next key needs it."""
        return not self.ASKS or self.focused is not None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw anew; Textual names regions where the screen below has changed."""
        if regions:
            self._below = []
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Another theme dims to other colours."""
        self._below = []
        super().notify_style_update()

    def render(self) -> RenderableType:
        """The screen below, dimmed."""
        found = super().render()
        return _Dimmed(found.screen, found.color) if isinstance(found, BackgroundScreen) else found

    def render_line(self, y: int) -> Strip:
        if not self._below or self._below_size != self.size:
            self._below, self._below_size = self._look_below(), self.size
        return self._below[y] if y < len(self._below) else super().render_line(y)

    def _look_below(self) -> List[Strip]:
        """The lines of the screen below; none where the background lets nothing through."""
        below = self.render()
        if not isinstance(below, _Dimmed):
            return []
        options = self.app.console.options.update(width=self.size.width, height=self.size.height)
        lines = self.app.console.render_lines(below, options, style=self.visual_style.rich_style)
        return [Strip(line, self.size.width) for line in lines]


class _Dimmed(BackgroundScreen):
    """Textual's, which computes the colours of thousands of pieces one by one; there are only some dozens of them."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterator[Segment]:
        for segment in segments:
            text, style, control = segment
            yield segment if control else Segment(text, _dimmed(style or Style.null(), color))


@lru_cache(maxsize=1024)
def _dimmed(style: Style, color: Color) -> Style:
    (piece,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return piece.style or Style.null()
