"""What a check says."""

from __future__ import annotations

from enum import Enum
from typing import Callable, NamedTuple, Optional

__all__ = ["Check", "Remedy", "Status"]

Remedy = Callable[[], str]
"""Makes it right, and says what was done; nothing when another remedy had done it. Raises an ``IdseError`` when it can't."""


class Status(str, Enum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"

    def __str__(self) -> str:
        return str(self.value)


class Check(NamedTuple):
    """One thing that was looked at.

    Attributes:
        name: what was looked at; stable, for scripts.
        project: whose; empty for the workspace or the installation as a whole.
        path: the file it is about, relative to the folder that holds ``.idse``; may be empty.
        advice: what to do; empty when nothing is.
        remedy: does it; None when a person has to.
    """

    name: str
    status: Status
    message: str
    project: str = ""
    path: str = ""
    advice: str = ""
    remedy: Optional[Remedy] = None
