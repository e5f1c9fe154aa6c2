"""A push or pull: its plan, then how far it is, then what came of it."""

from __future__ import annotations

from typing import Callable, ClassVar, List

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize

from idse_core.agency.outcome import Direction
from idse_core.printable import count
from idse_tui.dialogs.dialog import Dialog
from idse_tui.host_app import host_of
from idse_tui.look import Look
from idse_tui.presentation.syncing import Phase, SyncState, state_rows, state_title
from idse_tui.screen_actions import PLAN_ACTIONS
from idse_tui.widgets.bars import KeyBar
from idse_tui.widgets.text_rows import TextRows

__all__ = ["SyncScreen"]

_OVER = frozenset({Phase.PLANNED, Phase.ENDED, Phase.FAILED})
"""When nothing is on its way."""


class SyncScreen(Dialog[None]):
    """Shows one push or pull; does nothing itself.

    Args:
        state: what to begin with.
        look: glyphs and styles.
        act: told which of the registry's actions was chosen.
    """

    CSS_PATH = "sync.tcss"
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding(",".join(action.keys), f"run('{action.id}')", action.label, show=False, priority=True, id=action.id)
        for action in PLAN_ACTIONS
    ]

    def __init__(self, state: SyncState, look: Look, act: Callable[[str], None]) -> None:
        super().__init__()
        self.state = state
        self._look = look
        self._act = act
        self._ready = False

    def compose(self) -> ComposeResult:
        with Vertical(id="sync"):
            yield TextRows(id="sync-rows")
            yield KeyBar()

    def on_mount(self) -> None:
        self._ready = True
        self.query_one(TextRows).focus()
        self._draw()

    def on_resize(self, event: Resize) -> None:
        del event
        if self._ready:
            self.call_after_refresh(self._draw)

    def show(self, state: SyncState) -> None:
        """Show how far it is now."""
        self.state = state
        if self._ready:
            self._draw()

    def _draw(self) -> None:
        state = self.state
        box, rows = self.query_one("#sync"), self.query_one(TextRows)
        box.border_title = state_title(state)
        conflicts = len(state.conflicts)
        box.border_subtitle = count(conflicts, "conflict") if conflicts else ""
        width = rows.scrollable_content_region.width - 2
        top = None if state.phase is Phase.RUNNING else "0"
        rows.show(state_rows(state, self._look, width=width), self._look, key=top)
        keys = host_of(self).keys_of
        usable = [(action, keys(action)) for action in PLAN_ACTIONS if action.id in self._valid()]
        self.query_one(KeyBar).update_view(usable, self._look)

    def _valid(self) -> List[str]:
        """The actions that make sense now."""
        state = self.state
        valid = ["plan-close"]
        if state.phase is Phase.RUNNING and not state.stopping:
            valid.append("plan-stop")
        if state.phase is Phase.PLANNED:
            valid += ["plan-all", "plan-again", *(["plan-go"] if state.goes else [])]
        if state.phase in {Phase.ENDED, Phase.FAILED}:
            valid.append("plan-again")
        if state.phase in _OVER:
            valid.append("plan-pull" if state.direction is Direction.PUSH else "plan-push")
        if state.conflicts and state.phase is Phase.ENDED:
            valid.append("plan-conflicts")
        return valid

    def clicked_aside(self) -> None:
        if self.state.phase in _OVER:
            self.dismiss(None)

    def action_run(self, action_id: str) -> None:
        """Do one of the registry's actions, with Enter close what is over, with Escape what can't be stopped."""
        over = self.state.phase in _OVER
        if action_id not in self._valid():
            if action_id == "plan-stop" or (action_id == "plan-go" and over):
                self.dismiss(None)
            return
        if action_id in {"plan-close", "plan-conflicts"}:
            self.dismiss(None)
        if action_id != "plan-close":
            self._act(action_id)
