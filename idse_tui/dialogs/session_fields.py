"""What people say about a session: its title, type, status and owner, to be changed."""

from __future__ import annotations

import shlex
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input, Static

from idse_core import identifiers
from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType
from idse_tui.dialogs.form import Form
from idse_tui.look import Look
from idse_tui.widgets.choice_field import ChoiceField

__all__ = ["SessionFieldsScreen", "TypedFields", "changes_of", "set_line"]

Changes = Mapping[str, object]
"""Field of ``SessionMetadata`` → its new value."""

_TYPES = tuple(kind.value for kind in SessionType)
_STATUSES = tuple(status.value for status in SessionStatus if status is not SessionStatus.ARCHIVED)
"""Putting a session away is more than a status: an action of its own."""

_OPTIONS = {"title": "--title", "session_type": "--type", "status": "--status", "owner": "--owner"}


class TypedFields(NamedTuple):
    """What stands in the fields."""

    title: str
    kind: str
    status: str
    owner: str


def changes_of(typed: TypedFields, known: SessionMetadata) -> Tuple[Dict[str, object], str]:
    """What is to be changed, and what is wrong with what was typed; nothing to change when something is.

    Args:
        typed: as it stands there; types and statuses need not be typed to their end.
        known: as it is.
    """
    kind, status = _meant(typed.kind, _TYPES), _meant(typed.status, (*_STATUSES, known.status.value))
    if not kind:
        return {}, f"the type is one of {', '.join(_TYPES)}"
    if not status:
        return {}, f"the status is one of {', '.join(_STATUSES)}"
    wanted = {
        "title": identifiers.single_line(typed.title) or known.session_id,
        "session_type": SessionType(kind),
        "status": SessionStatus(status),
        "owner": identifiers.single_line(typed.owner),
    }
    return {name: value for name, value in wanted.items() if value != getattr(known, name)}, ""


def _meant(text: str, words: Sequence[str]) -> str:
    """The one word that begins like the text; empty when there is none, or several."""
    begins = {word for word in words if text.strip() and word.startswith(text.strip().casefold())}
    return begins.pop() if len(begins) == 1 else ""


def set_line(session: str, changes: Changes) -> str:
    """The command line that makes the changes."""
    words: List[str] = ["idse", "session", "set", session]
    for name, value in changes.items():
        words += [_OPTIONS[name], str(value)]
    return " ".join(shlex.quote(word) for word in words)


class SessionFieldsScreen(Form[Changes]):
    """Asks what is to be changed about a session.

    Args:
        known: as it is.
        owners: of all sessions, to choose from.
        look: glyphs and styles.
    """

    def __init__(self, known: SessionMetadata, owners: Sequence[str], look: Look) -> None:
        super().__init__("Metadata of the session", "changes it")
        self._known = known
        self._owners = owners
        self._look = look

    def fields(self) -> ComposeResult:
        known = self._known
        yield Static("Title", classes="label")
        yield Input(known.title, id="set-title")
        yield Static(f"Type: {', '.join(_TYPES)}", classes="label")
        yield ChoiceField(known.session_type.value, _TYPES, id="set-type")
        yield Static(f"Status: {', '.join(_STATUSES)}", classes="label")
        yield ChoiceField(known.status.value, _STATUSES, id="set-status")
        yield Static("Owner: who is responsible", classes="label")
        yield ChoiceField(known.owner, self._owners, id="set-owner")

    def _changes(self) -> Tuple[Dict[str, object], str]:
        typed = TypedFields(*map(self.typed, ("set-title", "set-type", "set-status", "set-owner")))
        return changes_of(typed, self._known)

    def verdict(self) -> Text:
        changes, problem = self._changes()
        styles = self._look.styles
        if problem:
            return Text(f"! {problem}", styles["error"])
        if not changes:
            return Text("nothing is changed yet", styles["muted"])
        return Text(set_line(self._known.session_id, changes), styles["muted"])

    def result(self) -> Optional[Changes]:
        changes, _ = self._changes()
        return changes or None
