"""Renames that destroy nothing: exchange two names, or move only to a free name."""

from __future__ import annotations

import errno
import os
import sys
from functools import lru_cache, partial
from typing import Callable, Optional

from idse_core.files.durable import second_name, write_new
from idse_core.files.faults import UNSUPPORTED
from idse_core.files.reading import read_regular

__all__ = ["exchange", "flagged_rename", "move_to_free", "publish"]

_Native = Callable[[bytes, bytes, int], int]

# Linux (linux/fs.h) and macOS (stdio.h) number these flags differently.
_EXCHANGE = 2
_FREE = 4 if sys.platform == "darwin" else 1
_CURRENT_FOLDER = -100
#: System call numbers of renameat2, for C libraries without a wrapper for it (glibc before 2.28, musl).
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "armv7l": 382, "ppc64le": 357, "s390x": 347}


def exchange(staged: str, target: str) -> None:
    """Exchanges ``staged`` and ``target`` atomically.

    Where the system can't do that, the old file first gets a second name and is then replaced: readers still see a
    complete file at every instant, but a save between those two steps is lost.

    Args:
        staged: a file whose name comes from `staged_name`.
        target: an existing file in the same folder.

    Raises:
        OSError: the operating system refused; FileNotFoundError when there is nothing at ``target``. In both cases the
            old file may be left at `second_name` of ``staged``.
    """
    if flagged_rename(staged, target, _EXCHANGE):
        return
    old = second_name(staged)
    try:
        os.link(target, old)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        content = read_regular(target)
        if content is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), target) from error
        write_new(old, content.data, like=content.status)
    # No clean-up when this fails: an interrupt can arrive after the replacement, and then `old` is the only copy.
    os.replace(staged, target)
    os.rename(old, staged)


def publish(staged: str, target: str) -> None:
    """Gives a finished file its final name if that is free; ``staged`` may remain as a second name of the file.

    Raises:
        FileExistsError: there is something at ``target``.
        OSError: the operating system refused.
    """
    try:
        os.link(staged, target)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        move_to_free(staged, target)


def move_to_free(source: str, target: str) -> None:
    """Renames a file or a folder if there is nothing at ``target``.

    Args:
        source: the file or folder; a link is moved, not followed.
        target: its new path on the same file system.

    Raises:
        FileExistsError: there is something at ``target``, even an empty folder.
        OSError: the operating system refused.
    """
    if flagged_rename(source, target, _FREE):
        return
    # Windows never replaces on rename. Elsewhere a folder replaces at most an empty folder, and a file is moved by
    # creating a hard link, which fails if the name is taken.
    if os.name != "nt" and not os.path.isdir(source):
        try:
            os.link(source, target, follow_symlinks=False)
        except NotImplementedError:
            pass
        except OSError as error:
            if error.errno not in UNSUPPORTED:
                raise
        else:
            os.unlink(source)
            return
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    os.rename(source, target)


def flagged_rename(source: str, target: str, flags: int) -> bool:
    """Calls ``renameat2`` (Linux) or ``renamex_np`` (macOS).

    Returns:
        False when the system or the file system does not support the call.

    Raises:
        OSError: the call exists and failed.
    """
    native = _native()
    if native is None:
        return False
    number = native(os.fsencode(source), os.fsencode(target), flags)
    if number == 0:
        return True
    if number in UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), source, None, target)


@lru_cache(maxsize=None)
def _native() -> Optional[_Native]:
    if not sys.platform.startswith(("linux", "darwin")):
        return None
    # Imported here so that commands that only read start without it.
    import ctypes  # noqa: PLC0415

    try:
        libc = ctypes.CDLL(None, use_errno=True)
    except OSError:
        return None
    if sys.platform == "darwin":
        function, here = getattr(libc, "renamex_np", None), ()
        if function is None:
            return None
    else:
        function, here = getattr(libc, "renameat2", None), (_CURRENT_FOLDER,)
        if function is None:
            machine = ""
            if sys.platform != "win32":
                machine = os.uname().machine
            if machine not in _RENAMEAT2:
                return None
            function = partial(libc.syscall, ctypes.c_long(_RENAMEAT2[machine]))

    def call(source: bytes, target: bytes, flags: int) -> int:
        failed = function(*here, ctypes.c_char_p(source), *here, ctypes.c_char_p(target), ctypes.c_uint(flags))
        return ctypes.get_errno() if failed else 0

    return call
