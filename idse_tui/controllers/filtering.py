"""Filters: what is typed, and the chips that stay until somebody takes them off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, Optional

from textual.widgets import Input

from idse_tui.actions import Panel
from idse_tui.main_host import MainHost
from idse_tui.presentation.chips import ARCHIVED, FAILING, chip_items, toggled
from idse_tui.widgets.session_tree import SessionTree

if TYPE_CHECKING:
    from idse_tui.dialogs.picker import Picked

__all__ = ["Filtering"]

_WORDS = "words, is:failing, type: status: owner: tag:"


class Filtering:
    """The actions that leave something out, or take it in again.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainHost) -> None:
        self._screen = screen
        self._state = screen.state
        self._panel = Panel.SESSIONS
        self._is_opening = False

    @property
    def takes_keys(self) -> bool:
        """Whether the field has the focus when it was asked for: it comes later than that."""
        self._is_opening = self._is_opening and not self._screen.query_one("#filter").has_focus
        return not self._is_opening

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {
            "filter": self._ask,
            "add-filter": self._pick,
            "only-failing": lambda: self.toggle(FAILING),
            "archived": self._archived,
            "filter-keep": self.entered,
            "filter-clear": self.clear,
        }

    # Typed

    @property
    def has_focus(self) -> bool:
        """Whether somebody types a filter."""
        return self._screen.query_one("#filter").has_focus

    def _ask(self) -> None:
        screen = self._screen
        self._panel = Panel.FINDINGS if screen.panel is Panel.FINDINGS else Panel.SESSIONS
        field = screen.query_one("#filter", Input)
        sessions = self._panel is Panel.SESSIONS
        field.placeholder = f"filter the sessions: {_WORDS}" if sessions else "filter the findings"
        field.value = self._state.filters.get(self._panel, "")
        field.add_class("-shown")
        field.focus()
        self._is_opening = True

    def typed(self, text: str) -> None:
        """Filter while somebody types."""
        screen = self._screen
        if self._state.filters.get(self._panel, "") != text:
            self._state.filters[self._panel] = text
            screen.draw()
            if self._panel is Panel.SESSIONS and self._look_at_match():
                screen.draw()

    def entered(self) -> None:
        """Keep the filter and go back to the panel."""
        self._screen.query_one("#filter").remove_class("-shown")
        self._screen.focus_panel(self._panel)

    def clear(self) -> None:
        """Clear the filter that is typed, or those of the panel."""
        screen, state = self._screen, self._state
        typing = screen.query_one("#filter").has_class("-shown")
        panel = self._panel if typing else screen.panel
        state.filters.pop(panel, None)
        if panel is Panel.SESSIONS and not typing:
            state.chips = tuple(chip for chip in state.chips if chip == ARCHIVED)
        if typing:
            self.entered()
        screen.redraw()

    # Chips

    def _pick(self) -> None:
        from idse_tui.dialogs.picker import Picker  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        screen = self._screen
        items = chip_items(self._state.view, self._state.chips, screen.look)
        hint = "Enter puts it on or takes it off"
        screen.app.push_screen(Picker("Filter sessions", items, screen.look, hint=hint), self._picked)

    def _picked(self, picked: Optional[Picked]) -> None:
        if picked is not None:
            self.toggle(picked.key)

    def toggle(self, chip: str) -> None:
        """Put a chip on, or take it off."""
        screen = self._screen
        self._state.chips = toggled(self._state.chips, chip)
        screen.redraw()
        screen.call_next(self._look_at_match)

    def drop(self, index: int) -> None:
        """Take the chip with this number off; -1 stands for the text."""
        screen, state = self._screen, self._state
        if index < 0:
            state.filters.pop(Panel.SESSIONS, None)
            screen.redraw()
        elif index < len(state.chips):
            self.toggle(state.chips[index])

    def _archived(self) -> None:
        screen, state = self._screen, self._state
        shown = ARCHIVED not in state.chips
        if shown and state.view.nodes and not any(item.archived for item in state.view.metadata.values()):
            screen.tell("there is no archived session")
            return
        self.toggle(ARCHIVED)
        self._screen.tell("archived sessions are shown" if shown else "archived sessions are hidden")

    def _look_at_match(self) -> bool:
        """Look at the first session that matches, unless the one that is looked at does; says whether it is another one."""
        screen, rows = self._screen, self._screen.query_one(SessionTree).rows
        matching = [row.key for row in rows if not row.dim]
        if not matching or self._state.spot.session in matching:
            return False
        screen.go_to_session(matching[0])
        return True
