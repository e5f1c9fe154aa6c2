"""The terminal's driver: Textual's own, but for how it reads keys.

Textual looks for keys ten times a second for as long as the app is there, which is a third of what the app takes at rest;
ends when half a character comes, as with a paste over a slow line; and when the terminal is gone goes on reading from it as
fast as it can, for ever. Here the thread sleeps until something comes, leaves bad bytes out, and tells when nothing can come
any more.
"""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from threading import Event
from typing import Optional, Tuple

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from idse_tui.messages import HungUp

__all__ = ["PatientDriver"]

_MOST = 4096
"""Bytes that are read at once."""

_TICK = 0.1
"""Seconds between two looks whether a sequence of bytes has come to an end: only so Esc differs from what begins with it."""

_PENDING = 1.0
"""Seconds after the last byte for which a sequence may still be open."""

_DECODER = getincrementaldecoder("utf-8")


class PatientDriver(LinuxDriver):
    """For Linux and macOS."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: Optional[Tuple[int, int]] = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.exit_event = self._leaving = _Waking()

    def run_input_thread(self) -> None:
        """Read keys until the app, or another program for a while, does not want them any more."""
        bell = self._leaving.bell
        reading = _Reading(self)
        while not self._leaving.is_set():
            ready, _, _ = select.select([self.fileno, bell], [], [], reading.patience)
            if bell in ready:
                os.read(bell, _MOST)
            elif ready and not reading.take(_bytes_of(self.fileno)):
                self.send_message(HungUp())
                return
            reading.tick()


class _Waking(Event):
    """An event that a thread which sleeps in ``select`` can hear.

    Attributes:
        bell: can be read from when the event has been set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bell, self._ringing = os.pipe()

    def set(self) -> None:
        """Set it, and wake up who listens."""
        super().set()
        os.write(self._ringing, b"!")


class _Reading:
    """What has been read and is not a key yet.

    Args:
        driver: told of keys.
    """

    def __init__(self, driver: PatientDriver) -> None:
        self._driver = driver
        self._parser = XTermParser()
        self._decoder = _DECODER()
        self._until = 0.0

    @property
    def patience(self) -> Optional[float]:
        """Seconds that the next bytes may be waited for; None for ever."""
        return _TICK if time.monotonic() < self._until else None

    def take(self, data: bytes) -> bool:
        """Go on with these bytes; says whether there are any. With bad ones among them, none of them counts."""
        self._until = time.monotonic() + _PENDING
        try:
            text = self._decoder.decode(data)
        except UnicodeDecodeError:
            self._parser, self._decoder = XTermParser(), _DECODER()
            return True
        if text:
            for message in self._parser.feed(text):
                self._driver.process_message(message)
        return bool(data)

    def tick(self) -> None:
        """Look whether what has come so far is a key by now, since nothing followed."""
        for message in self._parser.tick():
            self._driver.process_message(message)


def _bytes_of(descriptor: int) -> bytes:
    """What can be read; nothing at the end, or when the terminal is gone."""
    try:
        return os.read(descriptor, _MOST)
    except OSError:
        return b""
