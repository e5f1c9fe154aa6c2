"""What is done with the app in a terminal while it is measured. All times are in seconds."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from itertools import chain, repeat
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

from benchmarks.artifacts import artifacts_of
from benchmarks.terminal import Terminal
from benchmarks.usage import usage
from idse_core.pipeline_artifacts import Stage
from idse_core.watcher import watch

__all__ = ["LIVE", "Effect", "large_artifact", "press_keys", "save", "waiting_for_quiet"]

LIVE = "● live".encode()
"""What the app shows when everything is examined and it follows the files."""

_PAGE_DOWN, _PAGE_UP, _ESCAPE, _BACKSPACE = b"\x1b[6~", b"\x1b[5~", b"\x1b", b"\x7f"


class Effect(NamedTuple):
    """The effect of a key, in seconds.

    Attributes:
        first: until the next frame, or until the one that shows what was asked for.
        last: until the last frame, when the app was at rest again.
        cpu: the time that the app's own thread took for all of it; 0 where that is unknown.
    """

    first: float
    last: float
    cpu: float


def press_keys(app: Terminal, *, times: int) -> Dict[str, List[Effect]]:
    """Press keys in each list, each when the app is at rest.

    Args:
        app: live, with the focus on the sessions, and all findings of a session listed.
        times: how often a list is moved through.
    """
    found: Dict[str, List[Effect]] = {}

    def press(what: str, *pressed: bytes, typed: Sequence[str] = ()) -> None:
        for key, text in zip(pressed, chain(typed, repeat(""))):
            before = usage(app.process.pid)
            first = app.pressed(key, f"/{text} ".encode() if text else b"")
            app.rest()
            after = usage(app.process.pid)
            cpu = after.main - before.main if before and after else 0.0
            found.setdefault(what, []).append(Effect(first, app.frames[-1].at - app.sent, cpu))

    moves = [*[b"j", b"k"] * times, *[_PAGE_DOWN, _PAGE_UP] * (times // 2), b"G", b"g"]  # each of them has an effect
    _go(app, b"g")
    press("sessions", *moves)
    press("folding the sessions", b"h", b"l", b"h", b"l")
    _go(app, b"/")
    # What is typed is shown over the tree as a chip, drawn together with the matches. The artifact of the first match
    # follows
    # somewhat later, since it has to be read.
    letters, texts = (b"a", b"u", b"t", _BACKSPACE, _BACKSPACE, b"1", b"7"), ("a", "au", "aut", "au", "a", "a1", "a17")
    press("filtering the sessions", *letters, typed=texts)
    _go(app, _ESCAPE, b"*")
    for _ in range(times):
        press("opening the switcher", b"s")
        press("typing in the switcher", b"b", b"i", b"1", b" ", b"9", _BACKSPACE)
        _go(app, _ESCAPE)
    _go(app, b"4")
    press("all findings of the project", b"4")
    press("findings", *moves)
    _go(app, b"4", b"4", b"1", b"*", b"3")
    press("artifact", *moves)
    _go(app, b"1")
    return found


def _go(app: Terminal, *keys: bytes) -> None:
    for key in keys:
        app.send(key)
        app.rest()


def save(app: Terminal, path: Path, *, times: int) -> List[float]:
    """The times from saving a file, as editors do it, until its new finding is on the screen.

    Args:
        app: live, with the focus on the session that the file belongs to, and all its findings listed.
        path: the session's intent; unchanged when this returns.
        times: how often to save.
    """
    _go(app, b"4", b"4", b"4", b"2", b"g", b"1")  # the findings of the intent alone, so that a new one is in sight
    before = path.read_text(encoding="utf-8")
    found: List[float] = []
    for number in range(times):
        app.rest()
        seen = len(app.frames)
        target = f"lost-{number}-{os.getpid()}.md"
        _replace(path, f"{before}\nSee [there]({target}).\n")
        saved = time.perf_counter()
        found.append(app.until(f"'{target}'".encode(), since=seen) - saved)
    app.rest()
    _replace(path, before)
    app.rest(0.5)
    _go(app, b"4", b"4", b"1")
    return found


def waiting_for_quiet(folder: Path, path: Path, *, times: int) -> List[float]:
    """The times from saving a file until a second watcher, in this process, reports the change.

    Args:
        folder: the ``.idse`` folder.
        path: a file in it; its bytes stay the same.
        times: how often to save.
    """
    told: List[float] = []
    stop, heard = threading.Event(), threading.Event()

    def listen() -> None:
        for paths in watch(folder, stop):
            if paths:
                told.append(time.perf_counter())
            heard.set()

    thread = threading.Thread(target=listen)
    thread.start()
    found: List[float] = []
    try:
        heard.wait(30)
        data = path.read_text(encoding="utf-8")
        for _ in range(times):
            seen = len(told)
            saved = time.perf_counter()
            _replace(path, data)
            while len(told) == seen and time.perf_counter() - saved < 5:
                time.sleep(0.001)
            found.append((told[seen] if len(told) > seen else time.perf_counter()) - saved)
            time.sleep(0.3)  # until everything that this save caused has been reported
    finally:
        stop.set()
        thread.join()
    return found


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def large_artifact(app: Terminal, path: Path, *, times: int, size: int) -> List[float]:
    """The times from the key that opens a large artifact, one never seen before, until its first screen.

    Args:
        app: live, with the focus on the sessions.
        path: the session's context; unchanged when this returns.
        times: the number of artifacts.
        size: the size of each, in bytes.
    """
    before = path.read_bytes()
    found: List[float] = []
    try:
        for number in range(times):
            _go(app, b"2", b"g")
            title = f"Large context {number} of {os.getpid()}"
            _replace(path, _large(title, number, size))
            app.rest(1.0)
            found.append(app.pressed(b"l", title.encode()))
            app.rest(0.5)
    finally:
        with contextlib.suppress(OSError):
            path.write_bytes(before)
    _go(app, b"1")
    return found


def _large(title: str, number: int, size: int) -> str:
    parts = [f"# {title}\n"]
    total = 0
    while total < size:
        parts.append(artifacts_of(len(parts), 1000 + number)[Stage.CONTEXT].replace("# ", "## "))
        total += len(parts[-1].encode("utf-8"))
    return "\n".join(parts)
