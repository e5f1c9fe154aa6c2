"""An advisory lock between processes of this product; safety rests on compare-and-swap writes, not on this lock."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, Tuple

from idse_core.errors import LockedError, StorageError
from idse_core.files.faults import translated

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["lock"]

# Never fall back to a lock that is the mere existence of a file: it outlives its holder. Never delete the lock file:
# that would let two processes hold it. Depending on its release, filelock knows both, one or none of these switches.
_SWITCHES: Tuple[Dict[str, Any], ...] = (
    {"fallback_to_soft": False, "preserve_lock_file": True},
    {"fallback_to_soft": False},
    {},
)


@contextmanager
def lock(path: Path, *, timeout: float = 10.0) -> Iterator[None]:
    """Holds an exclusive lock for the duration of the block; the kernel frees it when the process dies.

    It is not reentrant: a second lock on the same path waits, even in the same thread. Hold it for milliseconds, never
    during network access, while an editor is open or at a prompt.

    Args:
        path: the lock file; it and its parent folders are created and never removed.
        timeout: how long to wait for another holder, in seconds; 0 does not wait, a negative
            value waits forever.

    Raises:
        LockedError: another holder kept the lock for all that time.
        StorageError: the lock file can't be written, or the file system has no locks.
    """
    # Imported here because the import takes longer than `idse status` takes to run, and reading needs no lock.
    from filelock import SoftFileLock, Timeout  # noqa: PLC0415

    began = time.monotonic()
    with translated("lock", path):
        os.makedirs(path.parent, exist_ok=True)
        handle = _handle(path, timeout)
        try:
            handle.acquire()
        except Timeout as error:
            raise _locked(path, time.monotonic() - began) from error
        except NotImplementedError as error:
            raise _no_locks(path) from error
        except RuntimeError as error:  # this thread holds it already and would wait for itself forever
            raise _locked(path, time.monotonic() - began) from error
    try:
        if isinstance(handle, SoftFileLock):
            raise _no_locks(path)
        yield
    finally:
        with translated("unlock", path):
            handle.release()


def _handle(path: Path, timeout: float) -> BaseFileLock:
    from filelock import FileLock  # noqa: PLC0415 - as above

    for switches in _SWITCHES[:-1]:
        try:
            return FileLock(os.fspath(path), timeout=timeout, **switches)
        except (TypeError, ValueError):  # this release does not know the switch, or not for this kind of lock
            continue
    return FileLock(os.fspath(path), timeout=timeout)


def _locked(path: Path, waited: float) -> LockedError:
    return LockedError(
        f"another process has held the lock for the {waited:.1f} s that were waited",
        hint="wait for the other command to end, then repeat; the lock frees itself when its process ends",
        path=os.fspath(path),
    )


def _no_locks(path: Path) -> StorageError:
    return StorageError(
        "this file system has no locks",
        hint="keep the workspace on a local disk",
        path=os.fspath(path),
    )
