"""What keeps Textual from styling the same thing twice: a style sheet that remembers, and the classes of a size.

Textual parses all sources of styles anew when a screen brings one of its own, when a theme is set and when a widget is mounted
after either; and it styles a screen before it knows how large it is, once more then, and once more when it is shown. Each of
these takes longer than a frame should.
"""

from __future__ import annotations

from typing import Dict, Sequence, Tuple

from textual.css.stylesheet import Stylesheet
from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen, ScreenResultType

__all__ = ["COLUMNS", "LEAST", "ROWS", "SparingScreen", "SparingStylesheet", "classes_at"]

LEAST = (40, 8)
"""Columns and rows below which nothing useful can be shown."""

COLUMNS = ((0, "-thin"), (LEAST[0], "-narrow"), (100, "-wide"))
"""From how many columns on a screen has which class."""

ROWS = ((0, "-flat"), (LEAST[1], "-low"), (14, "-short"), (24, "-tall"))
"""The same for its rows."""


def classes_at(size: Size) -> Tuple[str, str]:
    """The classes that a screen of this size has, for a new one."""
    return _class_at(size.width, COLUMNS), _class_at(size.height, ROWS)


def _class_at(length: int, steps: Sequence[Tuple[int, str]]) -> str:
    return max(step for step in steps if step[0] <= length)[1]


class SparingStylesheet(Stylesheet):
    """Parses a source once, as long as the variables in it stay what they are.

    Args:
        variables: name → value.
    """

    def set_variables(self, variables: Dict[str, str]) -> None:
        """Textual forgets all that is parsed, also when it gives the same variables again."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Textual does it with a new sheet, which knows nothing yet. ``parse`` changes nothing either when a source is wrong."""
        self.parse()


class SparingScreen(Screen[ScreenResultType]):
    """A screen whose widgets are not styled and laid out once more when it is shown for the first time: they were already.

    It stands behind Textual's own screens among the bases of a class: of several bases the first one's styles are inherited.
    """

    _was_shown = False
    _styles_are_late = False
    """Whether its file is read only when it is shown, when what is in it has been styled already."""

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Comes before what Textual does with it."""
        if not self._was_shown:
            self._was_shown = True
            event.refresh_styles = self._styles_are_late  # older versions of Textual don't ask
            self.app.stylesheet.apply(self)  # its own file may have been read after it was styled itself

    def _screen_resized(self, size: Size) -> None:
        """Textual tells a screen of the size that it was just laid out for, and all screens below it, too."""
        if size != self._compositor.size:
            super()._screen_resized(size)
