"""A new session: name, title, type and parent; the id is checked while it is typed."""

from __future__ import annotations

import shlex
from typing import ClassVar, List, Optional, Sequence, Tuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from idse_core import identifiers
from idse_core.errors import UsageError
from idse_core.session_graph import NewSession
from idse_core.session_metadata import SessionType
from idse_tui.dialogs.dialog import Dialog
from idse_tui.look import Look
from idse_tui.presentation.borders import CLOSES, ENTER, clickable, hint_line

__all__ = ["NewSessionScreen", "check", "spawn_line"]

_TYPES = (SessionType.FEATURE.value, SessionType.EXPLORATORY.value)


def check(new: NewSession, kind: str, sessions: Sequence[str]) -> Tuple[str, str]:
    """The id that a name becomes, and what is wrong with what was typed; one of them is empty."""
    if not new.name.strip():
        return "", ""
    try:
        session = identifiers.new_id(new.name, what="session")
    except UsageError as error:
        return "", f"{error.message}; {error.hint}" if error.hint else error.message
    other = identifiers.taken_by(session, sessions)
    if other is not None:
        return "", f"session '{other}' exists already"
    if new.parent and new.parent not in sessions:
        return "", f"there is no session '{new.parent}' to be the parent"
    if kind not in _TYPES:
        return "", f"the type is {' or '.join(_TYPES)}"
    return session, ""


def spawn_line(new: NewSession) -> str:
    """The command line that creates the session."""
    words = ["idse", "spawn", new.name.strip()]
    words += ["--title", new.title] if new.title else []
    words += ["--type", new.session_type.value] if new.session_type is not SessionType.FEATURE else []
    words += ["--parent", new.parent] if new.parent else []
    return " ".join(shlex.quote(word) for word in words)


class NewSessionScreen(Dialog[Optional[NewSession]]):
    """Asks for a new session.

    Args:
        sessions: the ids that are taken.
        parent: the session it is likely to grow out of.
        look: glyphs and styles.
    """

    CSS_PATH = "new_session.tcss"
    ASKS = True
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("escape", "leave", "Close", id="new-close"),
        Binding("down", "app.focus_next", "Next field", show=False, id="new-next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="new-previous"),
    ]

    def __init__(self, sessions: Sequence[str], parent: str, look: Look) -> None:
        super().__init__()
        self._sessions = sessions
        self._likely_parent = parent
        self._look = look

    def compose(self) -> ComposeResult:
        with Vertical(id="new-session") as box:
            box.border_title = "New session"
            box.border_subtitle = hint_line(
                clickable("Enter creates", ENTER), clickable("Tab next field", "app.focus_next"), CLOSES
            )
            yield Static("Name: an id, or words that become one", classes="label")
            yield Input(id="new-name", placeholder="export-csv")
            yield Static("Title, if it is to be another", classes="label")
            yield Input(id="new-title")
            yield Static("Type: feature or exploratory", classes="label")
            yield Input(SessionType.FEATURE.value, id="new-type")
            yield Static("Parent: the session it grows out of; empty for none", classes="label")
            yield Input(self._likely_parent, id="new-parent")
            yield Static(id="new-verdict")

    def on_mount(self) -> None:
        for field in self.query(Input):
            field.cursor_blink = False
        self._judge()
        self.query_one("#new-name", Input).focus()

    @on(Input.Changed)
    def _judge(self) -> None:
        session, problem = check(self._typed(), self._kind, self._sessions)
        styles, glyphs = self._look.styles, self._look.glyphs
        verdict = Text("type a name", styles["muted"])
        if problem:
            verdict = Text(f"! {problem}", styles["error"])
        elif session:
            verdict = Text(f"{glyphs.passing} creates {session}\n", styles["success"])
            verdict.append(spawn_line(self._typed()), styles["muted"])
        self.query_one("#new-verdict", Static).update(verdict)

    @property
    def _kind(self) -> str:
        return self.query_one("#new-type", Input).value.strip().casefold()

    def _typed(self) -> NewSession:
        name, title, parent = (self.query_one(f"#new-{field}", Input).value for field in ("name", "title", "parent"))
        kind = SessionType(self._kind) if self._kind in _TYPES else SessionType.FEATURE
        return NewSession(name, title=title.strip(), session_type=kind, parent=parent.strip() or None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        session, _ = check(self._typed(), self._kind, self._sessions)
        if session:
            self.dismiss(self._typed())

    def action_leave(self) -> None:
        """Close; nothing is created."""
        self.dismiss(None)
