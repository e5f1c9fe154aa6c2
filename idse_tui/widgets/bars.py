"""The lines around the panels: header, banner and keys."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import List, Sequence, Tuple

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from idse_tui.actions import Action
from idse_tui.look import Look, plain_look
from idse_tui.presentation.header import Liveness, header_line
from idse_tui.presentation.keys import key_name
from idse_tui.presentation.texts import fit, shown
from idse_tui.view import ProjectView

__all__ = ["Banner", "Header", "KeyBar"]


class Header(Widget):
    """The top line."""

    DEFAULT_CSS = "Header { height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(id="header")
        self._state: Tuple[ProjectView, str, Liveness, Look] = (ProjectView(), "", Liveness(), plain_look())
        self._conflicts = 0

    def update_view(self, view: ProjectView, session: str, live: Liveness, look: Look, *, conflicts: int = 0) -> None:
        """Show this session's line."""
        self._state = (view, session, live, look)
        self._conflicts = conflicts
        self.refresh()

    def render(self) -> Text:
        """The line in the width there is."""
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

    def render(self) -> Text:
        """The first problems, a line each."""
        width = self.content_region.width or self.size.width
        shown_lines: List[Text] = []
        for problem in self.problems[:3]:
            line = Text("! ", self.look.styles["warning"], no_wrap=True, end="")
            shown_lines.append(fit(line.append_text(shown(problem, self.look.styles["text"])), width))
        if len(self.problems) > 3:
            shown_lines[-1] = Text(f"… and {len(self.problems) - 2} more", self.look.styles["muted"])
        return Text("\n", no_wrap=True).join(shown_lines)


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
            room -= len(key_name(key)) + len(action.label) + 3
            if room < 0:
                break
            chosen.add(action.id)
        line = Text(" ", no_wrap=True, end="")
        for action, key in self._actions:
            if action.id in chosen:
                link = Style(meta={"@click": f"screen.run('{action.id}')"})
                line.append(key_name(key), self._look.styles["key"] + link)
                line.append(f" {action.label}", self._look.styles["muted"] + link)
                line.append("  ")
        return line
