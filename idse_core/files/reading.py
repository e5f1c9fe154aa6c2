"""Reading untrusted files: never outside the root, never a device, never more than a limit."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Optional

from idse_core.errors import StorageError, UnreadableError
from idse_core.files.confinement import known_root, within
from idse_core.files.faults import storage_error

if sys.platform == "darwin":
    import fcntl

    _F_GETPATH = 50  # fcntl.h; the module names it since Python 3.9

__all__ = ["MAX_BYTES", "Content", "decode", "digest", "digest_of", "read_bytes", "read_regular"]

#: The largest artifact that is read or written, in bytes.
MAX_BYTES = 8 * 1024 * 1024
_MIB = 1024 * 1024
#: How many times to open a file that is replaced between opening it and finding out where it is.
_ATTEMPTS = 3

# Without O_NONBLOCK, opening a pipe waits for a writer; without O_NOCTTY, a terminal becomes our controlling terminal.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_IS_LINK = frozenset({errno.ELOOP, errno.EMLINK})  # the error of O_NOFOLLOW: on Linux and macOS, on FreeBSD
_IS_SOCKET = frozenset({errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP})


class Content(NamedTuple):
    """A file as it was at one moment.

    Attributes:
        data: its content.
        status: its mode, owner and identity.
    """

    data: bytes
    status: os.stat_result


def digest(data: bytes) -> str:
    """The digest of some bytes: ``sha256:`` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def read_bytes(path: Path, *, root: Path) -> Optional[bytes]:
    """Reads one whole file below ``root``.

    Args:
        path: the file; a link is followed as long as it stays below ``root``.
        root: the folder that must not be left; an absolute path is faster than a relative one.

    Returns:
        Its bytes, or None when the file or one of its parent folders does not exist.

    Raises:
        UnreadableError: with the reason ``link-outside``, ``not-a-file``, ``too-large`` (more than `MAX_BYTES`) or
            ``permission``.
        StorageError: the device failed.
    """
    name = os.fspath(path)
    try:
        for _ in range(_ATTEMPTS):
            descriptor = os.open(name, _FLAGS)
            try:
                if _is_inside(descriptor, name, root):
                    return _read(descriptor, name).data
            finally:
                os.close(descriptor)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        if error.errno in _IS_LINK and os.path.islink(name):
            return _read_link(name, root)
        raise _refusal(name, error) from error
    except ValueError as error:
        raise _unreadable(name, "not-a-file", "the name can't be a file name") from error
    raise _outside(name)


def read_regular(name: str) -> Optional[Content]:
    """Reads one whole file whose path is already known to be inside the root; a link is not followed.

    Returns:
        The content; None when there is no file.

    Raises:
        OSError: the operating system refused.
        UnreadableError: it is not a regular file, or larger than `MAX_BYTES`.
    """
    try:
        descriptor = os.open(name, _FLAGS)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        if error.errno in _IS_LINK or error.errno in _IS_SOCKET:
            raise _unreadable(name, "not-a-file", "it is a link, a socket or a device") from error
        raise
    try:
        return _read(descriptor, name)
    finally:
        os.close(descriptor)


def digest_of(name: str) -> Optional[str]:
    """The digest of a file whose path is known to be inside the root.

    Returns:
        The digest; None when there is no file, or it is not regular or too large, so that this product can't have read
        or written it.

    Raises:
        OSError: the operating system refused.
    """
    try:
        content = read_regular(name)
    except UnreadableError:
        return None
    return None if content is None else digest(content.data)


def decode(data: bytes, *, path: str) -> str:
    """Decodes strict UTF-8.

    Line endings stay as they are. A byte order mark at the start is not part of the text: the text is for reading only,
    and whoever writes the file must start from its bytes.

    Args:
        data: the bytes of a file.
        path: the file, as shown to a person.

    Returns:
        The text.

    Raises:
        UnreadableError: with the reason ``encoding`` and the 1-based line and column, in characters, of the first
            byte that is not UTF-8.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        if before.startswith("\ufeff"):
            before = before[1:]
        before = before.replace("\r\n", "\n").replace("\r", "\n")
        byte = data[error.start]
        raise UnreadableError(
            f"byte 0x{byte:02X} at offset {error.start} is not UTF-8",
            reason="encoding",
            hint="save the file as UTF-8",
            path=path,
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
        ) from error
    return text[1:] if text.startswith("\ufeff") else text


def _read(descriptor: int, name: str) -> Content:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _unreadable(name, "not-a-file", f"it is a {_kind(status.st_mode)}, not a file")
    size = status.st_size
    if size > MAX_BYTES:
        raise _too_large(name, size)
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return Content(data, status)
    # Shorter: truncated meanwhile, or a file system that returns short reads. Longer: the file is growing.
    parts, total = [data], len(data)
    while data:
        data = os.read(descriptor, _MIB)
        parts.append(data)
        total += len(data)
        if total > MAX_BYTES:
            raise _too_large(name, total)
    return Content(b"".join(parts), status)


def _is_inside(descriptor: int, name: str, root: Path) -> bool:
    # Linux and macOS tell the path of an open file in one system call, so no folder can be exchanged in between;
    # elsewhere every component is resolved, which takes four times as long as reading the file. A relative root is not
    # looked up in the cache, which would be wrong after a change of the working folder.
    if os.path.isabs(root) and _place(descriptor).startswith(known_root(os.fspath(root))):
        return True
    real = os.path.realpath(name)
    try:
        return within(real, root) and os.path.samestat(os.stat(real), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _place(descriptor: int) -> str:
    place = ""
    with suppress(OSError):
        if sys.platform == "linux":
            place = os.readlink(f"/proc/self/fd/{descriptor}")
        elif sys.platform == "darwin":
            place = os.fsdecode(fcntl.fcntl(descriptor, _F_GETPATH, bytes(1024)).split(b"\0")[0])
    return place


def _read_link(name: str, root: Path) -> Optional[bytes]:
    real = os.path.realpath(name)
    if not within(real, root):
        raise _outside(name)
    try:
        content = read_regular(real)
    except OSError as error:
        raise _refusal(name, error) from error
    except UnreadableError as error:
        raise _unreadable(name, error.reason, error.message) from error
    return None if content is None else content.data


def _refusal(name: str, error: OSError) -> StorageError:
    if error.errno in _IS_SOCKET:
        return _unreadable(name, "not-a-file", "it is a socket or a device, not a file")
    refusal = storage_error("read", name, error)
    if error.errno not in _DENIED:
        return refusal
    if os.path.isdir(name):  # Windows denies permission when a folder is opened
        return _unreadable(name, "not-a-file", "it is a folder, not a file")
    return _unreadable(name, "permission", refusal.message, hint=refusal.hint)


def _unreadable(name: str, reason: str, message: str, *, hint: str = "") -> UnreadableError:
    return UnreadableError(message, reason=reason, hint=hint, path=name)


def _outside(name: str) -> UnreadableError:
    hint = "replace the link with the file that it points to"
    return _unreadable(name, "link-outside", "a link leads outside the workspace; it is not read", hint=hint)


def _too_large(name: str, size: int) -> UnreadableError:
    message = f"the file has {size / _MIB:.1f} MiB, the limit is {MAX_BYTES // _MIB} MiB"
    return _unreadable(name, "too-large", message, hint="split it, or move data out of the artifact")


def _kind(mode: int) -> str:
    for test, kind in (
        (stat.S_ISDIR, "folder"),
        (stat.S_ISFIFO, "pipe"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISLNK, "link"),
    ):
        if test(mode):
            return kind
    return "device"
