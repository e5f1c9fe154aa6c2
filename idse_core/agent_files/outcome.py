"""What an edit comes to, for every kind of file."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Optional

__all__ = ["Edit", "Outcome"]


class Outcome(str, Enum):
    """What happens to a file, or what is there.

    ``kept`` is what we once wrote and somebody edited since: it stays as it is.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    ABSENT = "absent"
    KEPT = "kept"

    def __str__(self) -> str:
        return str(self.value)


class Edit(NamedTuple):
    """A file's text after an edit.

    Attributes:
        text: all of it; None when the file is, or is to be, absent.
        note: why it was kept, and what a person can do; else empty.
    """

    text: Optional[str]
    outcome: Outcome
    note: str = ""
