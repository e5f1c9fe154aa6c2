"""The outcome of an edit, the same for every kind of file."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Optional

__all__ = ["Edit", "Outcome"]


class Outcome(str, Enum):
    """What happens to a file, or its present state.

    ``kept`` means that the text is not, or is no longer, as we wrote it, so it stays as it is.
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
        text: the whole text; None when the file is, or is to be, absent.
        note: why it was kept, and what a person can do; empty otherwise.
    """

    text: Optional[str]
    outcome: Outcome
    note: str = ""
