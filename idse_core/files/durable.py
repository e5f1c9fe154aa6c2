"""Building blocks of the other modules: creating files and folders and flushing them to the device."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Optional

from idse_core.files.faults import UNSUPPORTED

if sys.platform == "darwin":
    import fcntl

__all__ = ["STAGED_PREFIX", "STAGED_SUFFIX", "make_folders", "second_name", "staged_name", "sync_folder", "write_new"]

#: Temporary files are hidden and do not end in ``.md``, so that nobody takes them for artifacts.
STAGED_PREFIX = ".idse-"
STAGED_SUFFIX = ".tmp"

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
for _name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _CREATE |= getattr(os, _name, 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


def staged_name(folder: str) -> str:
    """A new random path in ``folder`` for a temporary file."""
    return os.path.join(folder, STAGED_PREFIX + os.urandom(8).hex() + STAGED_SUFFIX)


def second_name(staged: str) -> str:
    """The path that keeps the old file while ``staged`` replaces it, on systems that can't exchange two names."""
    return staged[: -len(STAGED_SUFFIX)] + "-old" + STAGED_SUFFIX


def write_new(name: str, data: bytes, *, like: Optional[os.stat_result] = None) -> None:
    """Writes a file that must not exist yet and flushes it; on failure the file is removed again.

    Args:
        name: the path of the new file.
        data: its content.
        like: the status of a file whose mode and owner it takes; without one, the umask decides the mode.

    Raises:
        OSError: the operating system refused.
    """
    descriptor = os.open(name, _CREATE, 0o666 if like is None else 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            if like is not None:
                _take_after(descriptor, like)
            _sync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        os.unlink(name)
        raise


def make_folders(folder: str, real_root: str) -> None:
    """Creates a folder and its missing parents below ``real_root``, which must exist.

    Args:
        folder: a path without links, below or equal to ``real_root``.
        real_root: a path without links.

    Raises:
        OSError: the operating system refused.
    """
    missing = []
    while folder != real_root and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for name in reversed(missing):
        try:
            os.mkdir(name)
        except FileExistsError:
            if not os.path.isdir(name):
                raise
        sync_folder(os.path.dirname(name))


def sync_folder(folder: str) -> None:
    """Flushes a folder where the system can: files created, renamed or removed in it then survive a power cut."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, _FOLDER)
    except PermissionError:
        return  # the folder is writable but not readable
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        # On macOS fsync only hands the data to the drive, which may keep it in its cache.
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            pass
        else:
            return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise


def _take_after(descriptor: int, like: os.stat_result) -> None:
    if sys.platform != "win32":
        mine = os.fstat(descriptor)
        if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
            # Only root may give files away; a colleague's file becomes ours, as with any editor.
            with suppress(PermissionError):
                os.fchown(descriptor, like.st_uid, like.st_gid)
        # After the owner: changing the owner clears mode bits.
        os.fchmod(descriptor, like.st_mode & 0o777)
