"""``LineView``: what lists and texts of any length have in common: lines of one cell's height, drawn when they are in sight."""

from __future__ import annotations

from typing import List

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

__all__ = ["LineView"]


class LineView(ScrollView):
    """A scroll view that says how many lines it has without having the whole screen laid out anew."""

    _ground = Style.null()

    @property
    def ground(self) -> Style:
        """What the lines stand on; looked up once for all lines that are drawn together."""
        return self._ground

    def render_lines(self, crop: Region) -> List[Strip]:
        self._ground = self.rich_style
        return super().render_lines(crop)

    def has_lines(self, count: int) -> None:
        """Be as high as this inside.

        Textual lays out the whole screen when that changes. Here nothing moves by it: the bar keeps its column even where it
        isn't shown. So only the bar is told, unless it comes or goes.

        Args:
            count: lines.
        """
        size = Size(self.scrollable_content_region.width, count)
        if size == self.virtual_size:
            return
        room = self.container_size.height
        is_bar_shown = self.show_vertical_scrollbar
        if not room or is_bar_shown != (size.height > room):
            self.virtual_size = size
            return
        self.set_reactive(LineView.virtual_size, size)
        if is_bar_shown:
            self.vertical_scrollbar.window_virtual_size = size.height
        self.scroll_y = min(self.scroll_y, self.max_scroll_y)
        self.scroll_target_y = self.scroll_y
