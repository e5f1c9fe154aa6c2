"""A new session: name, title, type and parent; the id is checked while it is typed."""

from __future__ import annotations

import shlex
from typing import NamedTuple, Optional, Sequence, Tuple

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from idse_core import identifiers
from idse_core.errors import NotFoundError, UsageError
from idse_core.printable import one_line
from idse_core.session_graph import NewSession, meant_session
from idse_core.session_metadata import SessionType
from idse_tui.dialogs.form import Form
from idse_tui.look import Look
from idse_tui.widgets.choice_field import ChoiceField, meant
from idse_tui.widgets.field import Field

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
    kind = meant(typed.kind, _TYPES)
    if not kind:
        return None, f"the type is {' or '.join(_TYPES)}"
    return NewSession(typed.name, title=typed.title.strip(), session_type=SessionType(kind), parent=parent), ""


def spawn_line(new: NewSession) -> str:
    """The command line that creates the session."""
    words = ["idse", "spawn", new.name.strip()]
    words += ["--title", new.title] if new.title else []
    words += ["--type", new.session_type.value] if new.session_type is not SessionType.FEATURE else []
    words += ["--parent", new.parent] if new.parent else []
    return " ".join(shlex.quote(word) for word in words)


class NewSessionScreen(Form[NewSession]):
    """Asks for a new session.

    Args:
        sessions: the ids that are taken.
        parent: the session it is likely to grow out of.
        look: glyphs and styles.
    """

    def __init__(self, sessions: Sequence[str], parent: str, look: Look) -> None:
        super().__init__("New session", "creates")
        self._sessions = sessions
        self._likely_parent = parent
        self._look = look

    def fields(self) -> ComposeResult:
        yield Static("Name: an id, or words that become one", classes="label")
        yield Field(id="new-name", placeholder="e.g. reset-password, or Reset a password")
        yield Static("Title, if it is to be another", classes="label")
        yield Field(id="new-title")
        yield Static("Type: feature or exploratory", classes="label")
        yield ChoiceField(SessionType.FEATURE.value, _TYPES, id="new-type")
        yield Static("Parent: the session it grows out of; empty for none", classes="label")
        yield ChoiceField(self._likely_parent, self._sessions, id="new-parent")

    def _checked(self) -> Tuple[Optional[NewSession], str]:
        typed = Typed(*map(self.typed, ("new-name", "new-title", "new-type", "new-parent")))
        return check(typed, self._sessions)

    def verdict(self) -> Text:
        new, problem = self._checked()
        styles, glyphs = self._look.styles, self._look.glyphs
        if problem:
            return Text(f"! {one_line(problem)}", styles["error"])
        if new is None:
            return Text("type a name", styles["muted"])
        session = identifiers.new_id(new.name, what="session")
        text = Text(f"{glyphs.passing} creates {session}\n", styles["success"])
        return text.append(one_line(spawn_line(new)), styles["muted"])

    def result(self) -> Optional[NewSession]:
        new, _ = self._checked()
        return new
