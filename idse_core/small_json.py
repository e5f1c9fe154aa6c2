"""Records that were kept to save time: read without trusting what stands there, and told out of date by stats.

Whoever made the workspace can have put anything where a record is looked for. A record that can't be used is no error:
it is worked out again.

Import this module freely: it needs next to nothing.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Dict, List, Optional

__all__ = ["SETTLED_SECONDS", "Stamps", "read", "stamp"]

SETTLED_SECONDS = 2.0
"""A time of change that is younger may not tell a second change from the first."""

Stamps = Dict[str, List[int]]
"""Path → what ``stamp`` says of it."""

# Without O_NONBLOCK opening a pipe waits for its writer.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


def read(path: Path, most: int = 8 << 20) -> Optional[Dict[str, object]]:
    """The JSON object that a file holds.

    Args:
        path: the file; a link is not followed.
        most: bytes. A larger file holds nothing that can be used.

    Returns:
        None when nothing is there, or no regular file, or no object.
    """
    try:
        data = _bytes(path, most)
        document = None if data is None else json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def stamp(status: os.stat_result) -> List[int]:
    """What is another list once the entry has changed: times of change in nanoseconds, size, inode and mode."""
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode]


def _bytes(path: Path, most: int) -> Optional[bytes]:
    descriptor = os.open(os.fspath(path), _FLAGS)
    try:
        found = os.fstat(descriptor)
        is_usable = stat.S_ISREG(found.st_mode) and found.st_size <= most
        return os.read(descriptor, found.st_size) if is_usable else None
    finally:
        os.close(descriptor)
