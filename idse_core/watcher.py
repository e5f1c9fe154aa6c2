"""Reports what changes in a workspace: folders are watched, and bursts of changes become one set of paths.

The decisions are pure (``Recogniser.check``, ``affected``); ``watch`` wraps them in a loop over what the system
reports. Folders are watched, not files, so that an editor that replaces a file is noticed too.
"""

from __future__ import annotations

import threading
from pathlib import Path, PurePosixPath
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, Mapping, NamedTuple, Optional, Tuple

from idse_core.design_store import AGENT_REGISTRY, CURRENT_SESSION, SESSION_STATE, TRACE
from idse_core.events import Event, FileWritten
from idse_core.files import digest
from idse_core.folder_watch import watched, watched_apart
from idse_core.polling import polling_reason

__all__ = ["Affected", "Recogniser", "affected", "watch"]

_EVERYTHING = frozenset(["."])
"""The set that says that the workspace itself appeared or disappeared."""

_AWAY = 0.5
"""Seconds between two checks whether a folder that is gone is back."""

_PROJECT_FILES = frozenset([CURRENT_SESSION, SESSION_STATE, AGENT_REGISTRY, TRACE])
_RULES = frozenset(["rules", "templates", "baseline.json"])
"""What all verdicts depend on, by name in the workspace's folder."""

_NOISE = (".swp", ".swx", ".swo", "~", ".tmp")
_STAGED = ".idse-"
"""How the names of files that are still being written begin."""


class Affected(NamedTuple):
    """What a set of changed paths may affect, within one project.

    Attributes:
        sessions: ids of the sessions in which something changed, deleted ones included.
        rules: a rule pack, a template or the baseline changed, so every verdict may differ.
        project: a document of the project as a whole changed: pointer, state or registry.
        gone: the workspace itself no longer exists.
        others: another project came or went. That has no effect on this one, so it does not count as one.
    """

    sessions: FrozenSet[str] = frozenset()
    rules: bool = False
    project: bool = False
    gone: bool = False
    others: bool = False

    def __bool__(self) -> bool:
        return bool(self.sessions) or self.rules or self.project or self.gone


class Recogniser:
    """Tells changes by others from our own writes, by digest; safe to be used from several threads.

    Args:
        folder: the ``.idse`` folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: Dict[str, str] = {}

    def remember(self, event: Event) -> None:
        """Remember what the core wrote; a listener for its operations."""
        if isinstance(event, FileWritten):
            self._own[_inside_workspace(event.path)] = event.digest

    def check(self, paths: Iterable[str], read: Callable[[Path], Optional[bytes]]) -> FrozenSet[str]:
        """The paths that somebody else changed.

        Args:
            paths: relative to the ``.idse`` folder, with ``/``.
            read: returns a file's bytes, None when there is no such file.
        """
        return frozenset(path for path in paths if not _is_noise(path) and not self._is_own(path, read))

    def _is_own(self, path: str, read: Callable[[Path], Optional[bytes]]) -> bool:
        expected = self._own.get(path)
        if expected is None:
            return False
        data = read(self._folder / path)
        if data is not None and digest(data) == expected:
            return True
        self._own.pop(path, None)
        return False


def affected(paths: Iterable[str], project: str) -> Affected:
    """What changed paths may affect.

    Args:
        paths: relative to the ``.idse`` folder, with ``/``; ``.`` stands for the folder itself.
        project: the project in question; of others it only counts whether they are there.
    """
    sessions = set()
    rules = whole = gone = others = False
    for path in paths:
        parts = PurePosixPath(path).parts
        gone = gone or not parts or parts == ("projects",)
        rules = rules or bool(_RULES.intersection(parts[:1]))
        inside = parts[2:] if parts[:2] == ("projects", project) else None
        if inside is None:
            others = others or (len(parts) == 2 and parts[0] == "projects")
            continue
        rules = rules or inside[:1] == ("rules",)
        whole = whole or not inside or inside == ("sessions",) or inside[0] in _PROJECT_FILES
        if inside[:1] == ("sessions",) and len(inside) > 1:
            sessions.add(inside[1])
    return Affected(frozenset(sessions), rules, whole, gone, others)


def watch(
    folder: Path,
    stop: threading.Event,
    *,
    apart: bool = False,
    environment: Mapping[str, str] = {},  # never changed
    on_polling: Callable[[str], object] = lambda _: None,
) -> Iterator[FrozenSet[str]]:
    """Yield sets of changed paths, relative to ``folder`` with ``/``, until ``stop`` is set.

    An empty set means that watching goes on and nothing changed; the first one, that everything is being watched. A
    folder that disappears yields ``.``, and again when it is back; meanwhile it is looked for twice a second. After
    ``.`` anything may have changed.

    Args:
        folder: the ``.idse`` folder.
        stop: ends the loop, within a quarter of a second.
        apart: watch in a separate process, for thousands of folders; scanning them then blocks nobody.
        environment: the environment of the process; ``WATCHFILES_FORCE_POLLING`` asks for polling, or forbids it.
        on_polling: called with the reason when the folder can't be watched and is scanned twice a second instead.

    Raises:
        OSError: polling is impossible too.
    """
    was_gone, polling = False, False
    while not stop.is_set():
        if folder.is_dir():
            reason = polling_reason(folder.resolve(), environment)
            try:
                if reason and not polling:
                    polling = True
                    on_polling(reason)
                for paths in _watch_existing(folder.resolve(), stop, polling=polling, apart=apart):
                    yield _EVERYTHING if was_gone else paths  # sent when it is watched again, so that nothing is missed
                    was_gone = False
            except (OSError, RuntimeError) as error:  # what watchfiles raises when the system refuses
                if polling:
                    raise
                polling = True
                on_polling(_why(error))
            was_gone = True  # gone, replaced by another folder of that name, or unwatched for a moment
            continue
        yield _EVERYTHING
        while not folder.is_dir() and not stop.wait(_AWAY):
            pass


def _why(error: Exception) -> str:
    return "too many folders are watched" if "limit" in str(error) else str(error).split(" about [")[0]


def _watch_existing(folder: Path, stop: threading.Event, *, polling: bool, apart: bool) -> Iterator[FrozenSet[str]]:
    return watched_apart(folder, stop) if apart and not polling else watched(folder, stop, polling=polling)


def _inside_workspace(path: str) -> str:
    """The path within ``.idse``; events name paths relative to the folder that holds it."""
    parts: Tuple[str, ...] = PurePosixPath(path).parts
    return "/".join(parts[1:]) if parts[:1] == (".idse",) else path


def _is_noise(path: str) -> bool:
    parts = path.split("/")
    if parts[0] == ".local":
        return len(parts) > 1 and parts[1] != "conflicts"  # conflicts that a sync put aside are for people to see
    return parts[-1].endswith(_NOISE) or parts[-1].startswith(_STAGED)
