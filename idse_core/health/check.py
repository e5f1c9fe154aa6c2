"""The result of a check."""

from __future__ import annotations

from enum import Enum
from typing import Callable, NamedTuple, Optional

__all__ = ["Check", "Remedy", "Status"]

Remedy = Callable[[], str]
"""Fixes a problem and says what was done; an empty text if another remedy did it before. Raises an ``IdseError``."""


class Status(str, Enum):
    """How a check turned out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"

    def __str__(self) -> str:
        return str(self.value)


class Check(NamedTuple):
    """The result of checking one thing.

    Attributes:
        name: what was checked; stable, for scripts.
        project: the project it concerns; empty for the workspace or the installation as a whole.
        path: the file it concerns, relative to the folder that contains ``.idse``; may be empty.
        advice: what to do; empty when there is nothing to do.
        remedy: a function that does it; None when a person has to.
    """

    name: str
    status: Status
    message: str
    project: str = ""
    path: str = ""
    advice: str = ""
    remedy: Optional[Remedy] = None
