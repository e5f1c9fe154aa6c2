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


def _run(words: Sequence[str]) -> int:
    with _keys_are_for_the_program(), subprocess.Popen(list(words)) as process:
        return process.wait()


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
