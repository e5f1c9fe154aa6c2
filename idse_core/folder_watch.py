"""Watches a folder and everything below it with watchfiles, in this process or in one of its own.

watchfiles scans all folders in one call that holds the interpreter's lock: 0.6 s for 9,000 folders, during which an app
freezes. In a process of its own it blocks nobody. That process ends when its owner closes its standard input or is
gone.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import FrozenSet, Iterable, Iterator, List, Optional

__all__ = ["watched", "watched_apart"]

_QUIET = 20
"""Milliseconds without a further change before a change counts as complete; also the interval between checks."""

_LONGEST = 200
"""Milliseconds after which changes are reported even while more arrive."""

_HEARTBEAT = 200
"""Milliseconds after which an empty set reports that nothing changed."""

_POLL = 500
"""Milliseconds between two scans of a folder that can't be watched."""

_PATIENCE = 2.0
"""Seconds that the other process has to end by itself."""

_PROGRAM = Path(__file__).with_name("folder_watch_program.py")
"""The program of the other process. It is told where watchfiles is, and can import nothing of ours."""


def watched(folder: Path, stop: threading.Event, *, polling: bool = False) -> Iterator[FrozenSet[str]]:
    """Yield sets of changed paths, relative to the folder with ``/``, until ``stop`` is set or the folder is gone.

    An empty set means that watching goes on and nothing changed; ``.`` stands for the folder itself.

    Raises:
        OSError, RuntimeError: what watchfiles raises when the system refuses.
    """
    import watchfiles  # noqa: PLC0415  # it costs start-up time, and only watching needs it

    found = watchfiles.watch(
        folder,
        watch_filter=None,
        debounce=_LONGEST,
        step=_QUIET,
        stop_event=None,  # checking it there, at each step, would wake up the interpreter fifty times a second
        rust_timeout=_HEARTBEAT,
        yield_on_timeout=True,
        raise_interrupt=True,
        ignore_permission_denied=True,
        force_polling=polling,
        poll_delay_ms=_POLL,
    )
    with closing(found):
        for changes in found:
            if stop.is_set():
                return
            paths = frozenset(_relative(folder, [path for _, path in changes]))
            yield paths
            if "." in paths or not folder.is_dir():
                return


def watched_apart(folder: Path, stop: threading.Event) -> Iterator[FrozenSet[str]]:
    """As ``watched``, from a process of its own. Ends early when that process does; some changes may then be missed.

    Raises:
        OSError: the process can't be started, or ended before it watched anything.
        RuntimeError: the system refuses.
    """
    process = _started(folder)
    threading.Thread(target=_end_when_told, args=(process, stop), daemon=True).start()
    try:
        told = False
        for line in process.stdout or ():
            if line.startswith(b"!"):
                raise RuntimeError(_words(line[1:])[0])
            told = True
            yield frozenset(_words(line))
            if stop.is_set():
                return
        if stop.is_set():
            return
        if not told:
            raise OSError("the process that watches ended at once")
    finally:
        _end(process)


def _words(line: bytes) -> List[str]:
    return [word.decode("unicode_escape") for word in line.rstrip(b"\n").split(b"\0") if word]


def _started(folder: Path) -> subprocess.Popen[bytes]:
    spec = find_spec("watchfiles")
    places = (spec and spec.submodule_search_locations) or ()
    return subprocess.Popen(
        [sys.executable, "-I", str(_PROGRAM), str(folder), *places],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the terminal belongs to the app
        start_new_session=True,  # signals that the terminal sends to the app must not reach it
    )


def _end_when_told(process: subprocess.Popen[bytes], stop: threading.Event) -> None:
    """Close the process's standard input once ``stop`` is set: a waiting thread, so that no loop has to poll for it."""
    while process.poll() is None:
        if stop.wait(_PATIENCE):
            if process.stdin is not None:
                with suppress(OSError):  # it has ended meanwhile
                    process.stdin.close()
            return


def _end(process: subprocess.Popen[bytes]) -> None:
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
