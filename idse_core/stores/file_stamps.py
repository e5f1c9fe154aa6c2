"""Telling from outside whether files are still what they were: time of change, size and identity."""

from __future__ import annotations

import os
import stat
import time
from typing import FrozenSet, Iterable, List, Optional

__all__ = ["are_plain_folders", "names_beside_no_link", "stamp_of"]

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file system's clock has certainly moved on: a later change gets a later time."""


def are_plain_folders(folders: Iterable[str]) -> bool:
    """Whether none of them is a link, which could be made to lead elsewhere without any file changing."""
    try:
        return all(stat.S_ISDIR(os.lstat(folder).st_mode) for folder in folders)
    except (OSError, ValueError):
        return False


def names_beside_no_link(folder: str) -> Optional[FrozenSet[str]]:
    """What stands in a folder; None when the folder is no plain one, or there is a link in it."""
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return None
        with os.scandir(folder) as entries:
            found = list(entries)
    except (OSError, ValueError):
        return None
    return None if any(entry.is_symlink() for entry in found) else frozenset(entry.name for entry in found)


def stamp_of(paths: Iterable[str]) -> Optional[str]:
    """What files look like from outside.

    Args:
        paths: of the files; what is absent counts as that.

    Returns:
        None when one of them is not a plain file, or may have changed within the last two seconds.
    """
    newest = 0
    parts: List[str] = []
    try:
        for path in paths:
            found = _look(path)
            if found is None:
                parts.append("-")
                continue
            if not stat.S_ISREG(found.st_mode):
                return None
            changed, made = found.st_mtime_ns, found.st_ctime_ns
            newest = max(newest, changed, made)
            parts.append(f"{changed:x}.{made:x}.{found.st_size:x}.{found.st_ino:x}")
    except (OSError, ValueError):
        return None
    return None if newest > time.time_ns() - _SETTLED else " ".join(parts)


def _look(path: str) -> Optional[os.stat_result]:
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
