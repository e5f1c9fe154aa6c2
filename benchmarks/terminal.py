"""A program on a pseudo terminal: its output, cut into frames, each with the time when it was complete."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import List, Mapping, NamedTuple, Optional, Sequence, Type

__all__ = ["SIZE", "Frame", "Terminal"]

SIZE = (120, 40)
"""Columns and rows."""

_ASKED = b"\x1b[?2026$p"
_ANSWER = b"\x1b[?2026;2$y"
"""Says that the terminal supports synchronised output: the program then marks where a frame ends."""

_END = b"\x1b[?2026l"
_KEPT = len(_ASKED)


class Frame(NamedTuple):
    """What was drawn at once. ``at`` is a time in seconds on the clock of ``time.perf_counter``."""

    at: float
    data: bytes


class Terminal:
    """A running program; a context manager that ends it.

    Args:
        command: program and arguments.
        folder: the working directory.
        environment: all environment variables.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._leader, follower = pty.openpty()
        columns, rows = SIZE
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._leader, False)
        self._rest = b""
        self.frames: List[Frame] = []
        self.raw = b""
        self.sent = 0.0  # when the last key was pressed
        self.started = time.perf_counter()
        try:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=follower,
                stdout=follower,
                stderr=follower,
                env={**environment, "TERM": "xterm-256color"},
                start_new_session=True,
            )
        finally:
            os.close(follower)

    def __enter__(self) -> Terminal:  # noqa: PYI034  # typing.Self needs Python 3.11
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._leader)

    def send(self, data: bytes) -> float:
        """Press keys; returns the time."""
        self.sent = time.perf_counter()
        os.write(self._leader, data)
        return self.sent

    def read(self, seconds: float) -> bool:
        """Read the output for some time; returns whether there was any."""
        if not select.select([self._leader], [], [], max(seconds, 0.0))[0]:
            return False
        try:
            data = os.read(self._leader, 1 << 16)
        except OSError:  # how a pseudo terminal reports that the other side is closed
            return False
        self._take(data, time.perf_counter())
        return bool(data)

    def _take(self, data: bytes, now: float) -> None:
        self.raw += data
        if _ASKED in self.raw[-_KEPT - len(data) :]:
            os.write(self._leader, _ANSWER)
        self._rest += data
        while _END in self._rest:
            frame, _, self._rest = self._rest.partition(_END)
            self.frames.append(Frame(now, frame))

    def until(self, words: bytes, seconds: float = 60.0, *, since: Optional[int] = None) -> float:
        """Wait for a frame with these words; returns the time when it was complete.

        Args:
            words: the text in UTF-8.
            seconds: the time limit.
            since: the number of frames to skip; by default those that there are.

        Raises:
            TimeoutError: there was no such frame.
        """
        seen = len(self.frames) if since is None else since
        end = time.perf_counter() + seconds
        while True:
            while seen < len(self.frames):
                if words in self.frames[seen].data:
                    return self.frames[seen].at
                seen += 1
            left = end - time.perf_counter()
            if left <= 0 or (not self.read(min(left, 0.5)) and self.process.poll() is not None):
                tail = b"".join(frame.data for frame in self.frames[-3:]) + self._rest
                raise TimeoutError(f"{words!r} was not drawn; the last bytes: {tail[-1500:]!r}")

    def shows(self, words: bytes, seconds: float = 60.0) -> float:
        """Wait until the program has written these words since its start; returns the seconds since then.

        Raises:
            TimeoutError: it did not.
        """
        end = time.perf_counter() + seconds
        while words not in self.raw:
            left = end - time.perf_counter()
            if left <= 0 or (not self.read(min(left, 0.5)) and self.process.poll() is not None):
                raise TimeoutError(f"{words!r} was not drawn; the last bytes: {self.raw[-1500:]!r}")
        return time.perf_counter() - self.started

    def rest(self, quiet: float = 0.15, seconds: float = 30.0) -> None:
        """Wait until there has been no output for some time."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and self.read(quiet):
            pass

    def listen(self, seconds: float) -> None:
        """Read whatever is written for some time."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.read(end - time.perf_counter())

    def pressed(self, key: bytes, words: bytes = b"", seconds: float = 20.0) -> float:
        """Press a key and wait for the next frame, or for the first with these words; returns the seconds."""
        while self.read(0.0):
            pass
        seen = len(self.frames)
        at = self.send(key)
        return self.until(words, seconds, since=seen) - at

    def leave(self, key: bytes = b"q", seconds: float = 10.0) -> None:
        """Press the key that ends the program, and wait for its end."""
        self.send(key)
        end = time.perf_counter() + seconds
        while self.process.poll() is None and time.perf_counter() < end:
            self.read(0.05)
        with contextlib.suppress(OSError):
            self.read(0.0)
