"""The lines around the panels: header, banner and keys."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import List, Sequence, Tuple

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from idse_core.printable import one_line
from idse_tui.actions import Action
from idse_tui.key_names import key_name
from idse_tui.look import Look, plain_look
from idse_tui.presentation.header import Liveness, header_line
from idse_tui.presentation.texts import fit
from idse_tui.styling import LEAST
from idse_tui.view import ProjectView

__all__ = ["Banner", "Header", "KeyBar", "TooSmall"]

_BANNER = 3
"""Lines that a banner has at most."""


class Header(Widget):
    """The top line."""

    DEFAULT_CSS = "Header { height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(id="header")
        self._state: Tuple[ProjectView, str, Liveness, Look] = (ProjectView(), "", Liveness(), plain_look())
        self._conflicts = 0
        self._drawn = Text()

    def update_view(self, view: ProjectView, session: str, live: Liveness, look: Look, *, conflicts: int = 0) -> None:
        """Show this session's line."""
        self._state = (view, session, live, look)
        self._conflicts = conflicts
        if self._line() != self._drawn:
            self.refresh()

    def render(self) -> Text:
        """The line in the width there is."""
        self._drawn = self._line()
        return self._drawn.copy()

    def _line(self) -> Text:
        now = datetime.now(timezone.utc)
        return header_line(*self._state, width=self.size.width, now=now, conflicts=self._conflicts)


class Banner(Widget):
    """What is broken and worked around; hidden when all is well."""

    DEFAULT_CSS = """
    Banner { height: auto; max-height: 3; background: $warning 18%; display: none; padding: 0 1; }
    Banner.-shown { display: block; }
    """

    problems: reactive[Tuple[str, ...]] = reactive((), layout=True)

    def __init__(self) -> None:
        super().__init__(id="banner")
        self.look = plain_look()

    def watch_problems(self) -> None:
        self.set_class(bool(self.problems), "-shown")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are to say, in this width."""
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Text:
        """All problems when there is room for them; else the beginning, and the key that shows them."""
        return Text("\n", no_wrap=True).join(self._lines(self.content_region.width or self.size.width))

    def _lines(self, width: int) -> List[Text]:
        wrapped = [self._wrapped(problem, max(width - 2, 8)) for problem in self.problems]
        lines = [line for lines in wrapped for line in lines]
        if len(lines) <= _BANNER:
            return lines
        if len(wrapped) > 1:  # the beginnings of several say more than all of the first
            marks = Text(self.look.glyphs.more, self.look.styles["muted"])
            lines = [
                fit(part[0].append_text(marks) if len(part) > 1 else part[0], width) for part in wrapped[: _BANNER - 1]
            ]
        shows = f"{self.look.keys['help']} shows all"
        more = f"{shows} of it" if len(wrapped) == 1 else f"{shows} {len(wrapped)} in full"
        return [*lines[: _BANNER - 1], Text(f"  {self.look.glyphs.more} {more}", self.look.styles["muted"])]

    def _wrapped(self, problem: str, width: int) -> List[Text]:
        text = Text(one_line(problem), self.look.styles["text"])
        lines: List[Text] = []
        for line in text.wrap(self.app.console, width):
            line.rstrip()
            start = Text("  " if lines else "! ", self.look.styles["warning"], no_wrap=True, end="")
            lines.append(start.append_text(line))
        return lines


class KeyBar(Widget):
    """The keys that matter here, the most important ones when it is narrow; each can be clicked."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $panel; }"

    auto_links = False

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._actions: Sequence[Tuple[Action, str]] = ()
        self._look = plain_look()

    def update_view(self, actions: Sequence[Tuple[Action, str]], look: Look) -> None:
        """Show these actions with their keys, in this order."""
        if (actions, look) != (self._actions, self._look):
            self._actions, self._look = actions, look
            self.refresh()

    def render(self) -> Text:
        """As many as fit, by their importance, in a fixed order."""
        room = self.size.width - 1
        chosen = set()
        for action, key in sorted(self._actions, key=lambda pair: -pair[0].footer):
            room -= len(key_name(key, self._look.glyphs)) + len(action.label) + 3
            if room < 0:
                break
            chosen.add(action.id)
        line = Text(" ", no_wrap=True, end="")
        for action, key in self._actions:
            if action.id in chosen:
                link = Style(meta={"@click": f"screen.run('{action.id}')"})
                line.append(key_name(key, self._look.glyphs), self._look.styles["key"] + link)
                line.append(f" {action.label}", self._look.styles["muted"] + link)
                line.append("  ")
        return line


class TooSmall(Widget):
    """Covers everything when the terminal is too small; the styles say when."""

    def __init__(self) -> None:
        super().__init__(id="too-small")

    def render(self) -> Text:
        """How large it must be."""
        columns, rows = LEAST
        width, height = self.size
        return Text(f"too small: {width} by {height}, needs {columns} by {rows}; Ctrl+c leaves")
