"""What the core announces: frozen event values, and the listener that receives them.

Operations take ``on_event: Listener = ignore``. An event says *what changed*; whoever is interested reads the new state
again. There is no bus and no subscription: the listener is an argument.
"""

from __future__ import annotations

from typing import Callable, NamedTuple, Union

__all__ = [
    "Event",
    "FileDisplaced",
    "FileMoved",
    "FileWritten",
    "Listener",
    "SessionCreated",
    "SessionExamined",
    "SyncProgressed",
    "Warned",
    "ignore",
]


class FileWritten(NamedTuple):
    """A file has new content. ``path`` is relative to the folder that holds ``.idse``, with ``/``."""

    path: str
    digest: str


class FileDisplaced(NamedTuple):
    """A file was moved out of the way, never destroyed. Both paths are relative to the folder that holds ``.idse``."""

    path: str
    kept_at: str


class FileMoved(NamedTuple):
    """A file was moved. Both paths are relative to the folder that holds ``.idse``."""

    path: str
    moved_to: str


class SessionCreated(NamedTuple):
    """A session is complete on disk."""

    project: str
    session: str


class SessionExamined(NamedTuple):
    """One more session was examined: ``done`` of ``total`` (counts of sessions)."""

    session: str
    done: int
    total: int


class SyncProgressed(NamedTuple):
    """A sync made progress: ``done`` of ``total`` sessions are finished; ``sent`` and ``received`` count bytes."""

    done: int
    total: int
    sent: int
    received: int


class Warned(NamedTuple):
    """Something was wrong and was worked around; ``hint`` says how to put it right."""

    message: str
    hint: str = ""


Event = Union[FileDisplaced, FileMoved, FileWritten, SessionCreated, SessionExamined, SyncProgressed, Warned]
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Ignore every event: the default listener."""
