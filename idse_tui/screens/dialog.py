"""``Dialog``: a modal screen whose background is drawn soon enough to open it at the press of a key."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterable, Iterator

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, ScreenResultType

__all__ = ["Dialog"]


class Dialog(ModalScreen[ScreenResultType]):
    """What all dialogs have in common."""

    def render(self) -> RenderableType:
        """The screen below, dimmed."""
        found = super().render()
        return _Dimmed(found.screen, found.color) if isinstance(found, BackgroundScreen) else found


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
