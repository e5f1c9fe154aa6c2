"""A folder and all below it, watched by watchfiles: in this process, or in one of its own.

watchfiles goes through all folders in one call that keeps the interpreter's lock: 0.6 s for 9,000 folders, in which an app stands
still. In a process of its own that takes nobody's time. It ends when whoever started it closes its standard input or is gone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import FrozenSet, Iterable, Iterator, Optional

__all__ = ["watched", "watched_apart"]

_QUIET = 20
"""Milliseconds without a further change before a change counts as complete; it is looked at that often."""

_LONGEST = 200
"""Milliseconds after which changes are handed out even when they go on."""

_HEARTBEAT = 200
"""Milliseconds after which an empty set says that nothing changed."""

_POLL = 500
"""Milliseconds between two looks through a folder that can't be watched."""

_PATIENCE = 2.0
"""Seconds that the other process has to end by itself."""

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from idse_core.folder_watch_program import main; main()"
)
"""The other process finds what this one finds, wherever that is installed."""


def watched(folder: Path, stop: Optional[threading.Event], *, polling: bool = False) -> Iterator[FrozenSet[str]]:
    """Sets of changed paths, relative to the folder with ``/``, until ``stop`` is set or the folder is gone.

    An empty set says that watching goes on and nothing changed; ``.`` stands for the folder itself. With None in the place
    of ``stop`` it ends with its process only, and is not woken up to ask.

    Raises:
        OSError, RuntimeError: what watchfiles raises when the system refuses.
    """
    import watchfiles  # noqa: PLC0415  # it costs start-up time, and only who watches needs it

    found = watchfiles.watch(
        folder,
        watch_filter=None,
        debounce=_LONGEST,
        step=_QUIET,
        stop_event=stop,
        rust_timeout=_HEARTBEAT,
        yield_on_timeout=True,
        raise_interrupt=True,
        ignore_permission_denied=True,
        force_polling=polling,
        poll_delay_ms=_POLL,
    )
    with closing(found):
        for changes in found:
            paths = frozenset(_relative(folder, [path for _, path in changes]))
            yield paths
            if "." in paths or not folder.is_dir():
                return


def watched_apart(folder: Path, stop: threading.Event) -> Iterator[FrozenSet[str]]:
    """The same from a process of its own; it ends early when that process does, after which some changes may be missed.

    Raises:
        OSError: there can be no such process, or it ended before it watched anything.
        RuntimeError: the system refuses.
    """
    process = _started(folder)
    try:
        told = False
        for line in process.stdout or ():
            message = json.loads(line)
            if isinstance(message, str):
                raise RuntimeError(message)  # noqa: TRY004  # what watchfiles raised there
            told = True
            yield frozenset(message)
            if stop.is_set():
                return
        if not told:
            raise OSError("the process that watches ended at once")
    finally:
        _end(process)


def _started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _START, json.dumps(sys.path), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the terminal is the app's
        start_new_session=True,  # what the terminal sends to the app is not for it
        encoding="ascii",
    )


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _relative(folder: Path, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        found = _inside(folder, path)
        if found is not None:
            yield found


def _inside(folder: Path, path: str) -> Optional[str]:
    try:
        return Path(path).relative_to(folder).as_posix()
    except ValueError:
        return None
