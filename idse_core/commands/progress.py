"""Progress on stderr: only on a terminal, only for work that takes longer than half a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Optional, Type

import click

from idse_core.commands.face import Face, wants_plain
from idse_core.events import Event, FileWritten, SessionCreated, SessionExamined, SyncProgressed

__all__ = ["Progress"]

_PATIENCE = 0.5  # seconds before anything is shown
_INTERVAL = 0.1  # seconds between updates
_WIDTH = 24  # characters of the bar


class Progress:
    """A listener that draws one line, and erases it when the work is done. Other events go on to the face.

    Args:
        face: where warnings go.
        verb: what is being done, such as ``validating``.
        noun: what is counted.
    """

    def __init__(self, face: Face, verb: str, noun: str = "sessions") -> None:
        self._face = face
        self._noun = noun
        self._verb = verb
        self._enabled = sys.stderr.isatty() and not wants_plain()
        self._started = self._drawn_at = time.monotonic()
        self._drawn = False

    def __call__(self, event: Event) -> None:
        """Handle an event from the core."""
        if isinstance(event, SessionExamined):
            self._advance(event.done, event.total)
        elif isinstance(event, SyncProgressed):
            self._advance(event.done, event.total, f", {_bytes(event.sent + event.received)}")
        elif isinstance(event, (FileWritten, SessionCreated)):
            return  # expected events are no reason to erase the line
        else:
            self._wipe()
            self._face.announce(event)

    def __enter__(self) -> Progress:  # noqa: PYI034  # typing.Self needs Python 3.11
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._wipe()

    def _advance(self, done: int, total: int, more: str = "") -> None:
        now = time.monotonic()
        if not self._enabled or now - self._started < _PATIENCE or now - self._drawn_at < _INTERVAL:
            return
        filled = _WIDTH * done // max(total, 1)
        bar = "#" * filled + "-" * (_WIDTH - filled)
        click.echo(f"\r{self._verb} [{bar}] {done}/{total} {self._noun}{more}", nl=False, err=True)
        self._drawn, self._drawn_at = True, now

    def _wipe(self) -> None:
        if self._drawn:
            click.echo("\r\x1b[K", nl=False, err=True, color=True)
            self._drawn = False


def _bytes(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.0f} KB"
