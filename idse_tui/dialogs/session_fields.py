"""What people say about a session: its title, type, status and owner, to be changed."""

from __future__ import annotations

import shlex
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from idse_core import identifiers
from idse_core.printable import editable, one_line
from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType
from idse_tui.dialogs.form import Form
from idse_tui.look import Look
from idse_tui.widgets.choice_field import ChoiceField, meant
from idse_tui.widgets.field import Field

__all__ = ["SessionFieldsScreen", "TypedFields", "changes_of", "fields_of", "set_line"]

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


def fields_of(known: SessionMetadata) -> TypedFields:
    """What stands in the fields before anything is typed: harmless, whatever the file holds."""
    return TypedFields(editable(known.title), known.session_type.value, known.status.value, editable(known.owner))


def changes_of(typed: TypedFields, known: SessionMetadata) -> Tuple[Dict[str, object], str]:
    """What is to be changed, and what is wrong with what was typed; nothing to change when something is.

    Args:
        typed: as it stands there; types and statuses need not be typed to their end.
        known: as it is.
    """
    kind, status = meant(typed.kind, _TYPES), meant(typed.status, (*_STATUSES, known.status.value))
    if not kind:
        return {}, f"the type is one of {', '.join(_TYPES)}"
    if not status:
        return {}, f"the status is one of {', '.join(_STATUSES)}"
    before = fields_of(known)
    found: Dict[str, object] = {}
    if typed.title != before.title:
        found["title"] = identifiers.single_line(typed.title) or known.session_id
    found["session_type"], found["status"] = SessionType(kind), SessionStatus(status)
    if typed.owner != before.owner:
        found["owner"] = identifiers.single_line(typed.owner)
    return {name: value for name, value in found.items() if value != getattr(known, name)}, ""


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
        known = fields_of(self._known)
        yield Static("Title", classes="label")
        yield Field(known.title, id="set-title")
        yield Static(f"Type: {', '.join(_TYPES)}", classes="label")
        yield ChoiceField(known.kind, _TYPES, id="set-type")
        yield Static(f"Status: {', '.join(_STATUSES)}", classes="label")
        yield ChoiceField(known.status, _STATUSES, id="set-status")
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
        return Text(one_line(set_line(self._known.session_id, changes)), styles["muted"])

    def result(self) -> Optional[Changes]:
        changes, _ = self._changes()
        return changes or None
