"""Translation of operating system errors into messages that a person can act on."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Dict, Iterator, Tuple, Union

from idse_core.errors import IdseError, RefusedError, StorageError

__all__ = ["UNSUPPORTED", "storage_error", "told_from", "translated"]

#: The error numbers of a file system or sandbox that does not support an operation. EPERM is included because FAT
#: returns it for links, and older container profiles return it for system calls they do not know.
UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EMLINK})

_PERMISSION = ("permission denied", "check who owns the file and its folder")
_REASONS: Dict[int, Tuple[str, str]] = {
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: ("the file system is read-only", "work on a writable copy, or mount it writable"),
    errno.ENOSPC: ("the disk is full", "free some space and try again; nothing was changed half-way"),
    getattr(errno, "EDQUOT", -1): ("the disk quota is used up", "free some space and try again"),
    errno.ENAMETOOLONG: ("the name is too long for this file system", "choose a shorter name"),
    errno.EIO: ("the device reported an input/output error", "check the disk; the file may be damaged"),
    errno.ELOOP: ("its links form a loop", "remove the link"),
    errno.ENOENT: ("the file or its folder does not exist", "correct the path, or make the folder first"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "correct the path, or move that file away"),
    errno.EISDIR: ("it is a folder", "name a file, or move the folder away"),
    errno.EMFILE: ("too many files are open", "close other programs or raise the limit (ulimit -n)"),
    errno.ENFILE: ("too many files are open", "close other programs or raise the limit (ulimit -n)"),
    errno.EXDEV: ("the two places are on different file systems", "keep the whole workspace on one file system"),
    errno.EBUSY: ("another program is using it", "close the file elsewhere and try again"),
    errno.EFBIG: ("the file would be too large for this file system", "split it, or use another file system"),
}


def storage_error(verb: str, path: Union[str, os.PathLike[str]], error: OSError) -> StorageError:
    """Builds the error for a refused operation.

    Args:
        verb: the operation, in the infinitive: ``write``, ``read``, ``move``.
        path: the file it failed on.
        error: what the operating system raised.

    Returns:
        The error to raise.
    """
    reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    name = os.path.basename(os.fspath(path)) or os.fspath(path)
    return StorageError(f"can't {verb} {name}: {reason}", hint=hint, path=os.fspath(path))


@contextmanager
def translated(verb: str, path: Union[str, os.PathLike[str]]) -> Iterator[None]:
    """Turns operating system errors raised in the block into errors of this project.

    Args:
        verb: the operation, in the infinitive.
        path: the file it is applied to.

    Raises:
        StorageError: the operating system refused.
        RefusedError: the path is not valid: it contains a NUL or half a surrogate pair.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(verb, path, error) from error
    except ValueError as error:
        message = f"can't {verb} {os.path.basename(os.fspath(path))!r}: not a valid file name"
        raise RefusedError(message, hint="choose another name", path=os.fspath(path)) from error


@contextmanager
def told_from(root: Path) -> Iterator[None]:
    """Has errors of the block name files as people know them: relative to the folder that holds ``root``, with ``/``.

    Args:
        root: the ``.idse`` folder.
    """
    try:
        yield
    except IdseError as error:
        with suppress(ValueError):  # it is none of the workspace's, or named so already
            error.path = Path(error.path).relative_to(root.parent).as_posix() if error.path else ""
        raise
