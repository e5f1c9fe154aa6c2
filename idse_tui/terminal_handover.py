"""The terminal handed to another program, and taken back whatever became of it."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from types import FrameType
from typing import Iterator, Optional, Sequence

from textual.app import App, SuspendNotSupported

from idse_core.printable import one_line

__all__ = ["NotStartedError", "hand_over"]

_KEYS = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)]
"""What Ctrl+C and Ctrl+\\ send to everybody at the terminal."""

_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What ends the app."""

_GRACE = 2.0
"""Seconds that a program gets to end when we have to."""


class NotStartedError(Exception):
    """The program was not started; the message says why, and what to do."""


def hand_over(app: App[int], words: Sequence[str]) -> int:
    """Run an editor in the app's terminal until it ends; gives its exit code.

    Args:
        app: gives the terminal away meanwhile.
        words: the program and its arguments.

    Raises:
        NotStartedError: the terminal can't be given away, or the program can't be started.
    """
    problem: Optional[Exception] = None
    code = 0
    try:
        with app.suspend():
            try:  # inside: Textual takes the terminal back only when nothing is raised
                code = _run(words)
            except (OSError, ValueError) as error:
                problem = error
    except SuspendNotSupported as error:
        raise NotStartedError("this terminal can't be handed to an editor") from error
    if problem is not None:
        why = getattr(problem, "strerror", None) or str(problem)
        raise NotStartedError(
            f"the editor can't be started: {one_line(words[0])}: {why}. Set VISUAL or EDITOR to one that is installed"
        ) from problem
    return code


class _EndedError(Exception):
    """We are to end, and the program with us."""


def _run(words: Sequence[str]) -> int:
    with _keys_are_for_the_program():
        process = subprocess.Popen(list(words))
        try:
            with _ends_are_heard():
                return process.wait()
        except _EndedError:
            return _end(process)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Ask the program to end, and wait for that a little."""
    process.terminate()
    try:
        return process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        return -signal.SIGTERM  # it may go on, but without us


@contextmanager
def _ends_are_heard() -> Iterator[None]:
    """SIGTERM and SIGHUP raise ``_EndedError``, once.

    The app's event loop, which stands still meanwhile, is told of them as well, and ends the app when it runs again.
    """
    before = {name: signal.getsignal(name) for name in _ENDS}

    def restore() -> None:
        for name, handler in before.items():
            signal.signal(name, signal.SIG_DFL if handler is None else handler)

    def end(number: int, frame: Optional[FrameType]) -> None:
        del number, frame
        restore()
        raise _EndedError

    try:
        for name, handler in before.items():
            if callable(handler):  # else nobody would end the app behind us: let the system do it
                signal.signal(name, end)
        yield
    finally:
        restore()


@contextmanager
def _keys_are_for_the_program() -> Iterator[None]:
    """Ctrl+C and Ctrl+\\ end nothing here.

    A handler that does nothing, for what is ignored would be ignored by the program, too: it inherits that, but no handler.
    """
    before = {name: signal.signal(name, _do_nothing) for name in _KEYS}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, signal.SIG_DFL if handler is None else handler)


def _do_nothing(number: int, frame: Optional[FrameType]) -> None:
    del number, frame
