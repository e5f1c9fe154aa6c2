"""A new session: name, title, type and parent; the id is checked while it is typed."""

from __future__ import annotations

import shlex
from typing import ClassVar, List, NamedTuple, Optional, Sequence, Tuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from idse_core import identifiers
from idse_core.errors import NotFoundError, UsageError
from idse_core.session_graph import NewSession, meant_session
from idse_core.session_metadata import SessionType
from idse_tui.dialogs.dialog import Dialog
from idse_tui.look import Look
from idse_tui.presentation.borders import CLOSES, ENTER, clickable, hint_line
from idse_tui.widgets.choice_field import ChoiceField

__all__ = ["NewSessionScreen", "Typed", "check", "spawn_line"]

_TYPES = (SessionType.FEATURE.value, SessionType.EXPLORATORY.value)


class Typed(NamedTuple):
    """What stands in the fields."""

    name: str
    title: str = ""
    kind: str = SessionType.FEATURE.value
    parent: str = ""


def check(typed: Typed, sessions: Sequence[str]) -> Tuple[Optional[NewSession], str]:
    """The session that is meant; None with what is wrong, or without when there is no name yet.

    Type and parent need not be typed to their end, as long as only one fits.

    Args:
        typed: as it stands there.
        sessions: the ids that are taken.
    """
    if not typed.name.strip():
        return None, ""
    try:
        session = identifiers.new_id(typed.name, what="session")
        other = identifiers.taken_by(session, sessions)
        if other is not None:
            return None, f"session '{other}' exists already"
        parent = meant_session(typed.parent.strip(), sessions) if typed.parent.strip() else None
    except (NotFoundError, UsageError) as error:
        return None, f"{error.message}; {error.hint}" if error.hint else error.message
    kinds = [kind for kind in _TYPES if typed.kind.strip() and kind.startswith(typed.kind.strip().casefold())]
    if len(kinds) != 1:
        return None, f"the type is {' or '.join(_TYPES)}"
    return NewSession(typed.name, title=typed.title.strip(), session_type=SessionType(kinds[0]), parent=parent), ""


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
            yield Input(id="new-name", placeholder="e.g. reset-password, or Reset a password")
            yield Static("Title, if it is to be another", classes="label")
            yield Input(id="new-title")
            yield Static("Type: feature or exploratory", classes="label")
            yield ChoiceField(SessionType.FEATURE.value, _TYPES, id="new-type")
            yield Static("Parent: the session it grows out of; empty for none", classes="label")
            yield ChoiceField(self._likely_parent, self._sessions, id="new-parent")
            yield Static(id="new-verdict")

    def on_mount(self) -> None:
        for field in self.query(Input):
            field.cursor_blink = False
        self._judge()
        self.query_one("#new-name", Input).focus()

    @on(Input.Changed)
    def _judge(self) -> None:
        new, problem = check(self._typed(), self._sessions)
        styles, glyphs = self._look.styles, self._look.glyphs
        verdict = Text("type a name", styles["muted"])
        if problem:
            verdict = Text(f"! {problem}", styles["error"])
        elif new is not None:
            session = identifiers.new_id(new.name, what="session")
            verdict = Text(f"{glyphs.passing} creates {session}\n", styles["success"])
            verdict.append(spawn_line(new), styles["muted"])
        self.query_one("#new-verdict", Static).update(verdict)

    def _typed(self) -> Typed:
        return Typed(*(self.query_one(f"#new-{field}", Input).value for field in ("name", "title", "type", "parent")))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        new, _ = check(self._typed(), self._sessions)
        if new is not None:
            self.dismiss(new)

    def action_leave(self) -> None:
        """Close; nothing is created."""
        self.dismiss(None)
