"""Small JSON files that cache results: read without trusting them, and found out of date by file stats.

Whoever made the workspace may have put anything where a cache is expected. A cache that can't be used is no error: its
content is computed again.

Import this module freely: it imports next to nothing.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Dict, List, Optional

__all__ = ["SETTLED_SECONDS", "Stamps", "read", "stamp"]

SETTLED_SECONDS = 2.0
"""A change that is younger than this may hide a second one: both can have the same time."""

Stamps = Dict[str, List[int]]
"""Path → its ``stamp``."""

# Without O_NONBLOCK opening a pipe waits for its writer.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


def read(path: Path, most: int = 8 << 20) -> Optional[Dict[str, object]]:
    """Read the JSON object in a file.

    Args:
        path: the file; a link is not followed.
        most: the size limit in bytes; a larger file counts as unusable.

    Returns:
        None when there is no file, no regular file, or no object in it.
    """
    try:
        data = _bytes(path, most)
        document = None if data is None else json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def stamp(status: os.stat_result) -> List[int]:
    """Numbers that differ once an entry has changed: times of change in nanoseconds, size, inode and mode."""
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode]


def _bytes(path: Path, most: int) -> Optional[bytes]:
    descriptor = os.open(os.fspath(path), _FLAGS)
    try:
        found = os.fstat(descriptor)
        is_usable = stat.S_ISREG(found.st_mode) and found.st_size <= most
        return os.read(descriptor, found.st_size) if is_usable else None
    finally:
        os.close(descriptor)
