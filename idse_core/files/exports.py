"""The two writes outside a workspace: creating its folder, and an output file that the user asked for."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Optional, Union

from idse_core.errors import RefusedError
from idse_core.files.durable import staged_name, sync_folder, write_new
from idse_core.files.faults import translated

__all__ = ["ensure_root", "replace_file", "stream_number", "write_output"]

_WORKSPACE = ".idse"
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_STREAM = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,6})")


def ensure_root(folder: Path) -> None:
    """Creates the folder of a workspace unless it exists; its parent must exist.

    Raises:
        StorageError: the file system refused, or something that is not a folder has that name.
    """
    if folder.is_dir():
        return
    with translated("create", folder):
        os.mkdir(folder)
        sync_folder(os.path.dirname(os.path.abspath(folder)))


def replace_file(path: Path, data: bytes) -> None:
    """Writes an output file that the user named, completely or not at all; an existing file is replaced.

    A link is followed, since it is the user's own; the mode of an existing file is kept.

    Raises:
        StorageError: the file system refused.
        RefusedError: the path is a device, a pipe or a folder, which must not be replaced.
    """
    with translated("write", path):
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target):
            raise RefusedError(
                "this is not a regular file, so it is not replaced", hint="name another file", path=str(path)
            )
        folder = os.path.dirname(target)
        staged = staged_name(folder)
        write_new(staged, data, like=_existing(target))
        try:
            os.replace(staged, target)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(staged)
        sync_folder(folder)


def write_output(path: Path, data: bytes) -> None:
    """Writes to an output that the user named: replaces a file as a whole, writes into a stream, a pipe or a device.

    Opening a named pipe waits for a reader, as in a shell.

    Raises:
        StorageError: the file system refused.
        RefusedError: the path is a folder or a block device, or lies inside a workspace.
    """
    stream = stream_number(path)
    if stream is None and _WORKSPACE in os.path.realpath(path).split(os.sep):
        raise RefusedError(
            "an output file must not take the place of an artifact in a workspace",
            hint="name a file outside of .idse",
            path=str(path),
        )
    if stream is None and not _takes_bytes_as_they_come(path):
        replace_file(path, data)
        return
    with translated("write", path):
        opened = os.open(path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0)) if stream is None else os.dup(stream)
        with open(opened, "wb") as output:
            output.write(data)


def stream_number(path: Union[str, os.PathLike[str]]) -> Optional[int]:
    """The descriptor that a path stands for, such as 2 for ``/dev/stderr``; None for any other path.

    Decided by the name alone: the stream may be redirected to a file, which must be written to and not replaced.
    """
    if os.name == "nt":
        return None
    name = os.path.normpath(os.fspath(path))
    found = _STREAM.fullmatch(name)
    return int(found.group(1)) if found else _STREAMS.get(name)


def _takes_bytes_as_they_come(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _existing(target: str) -> Optional[os.stat_result]:
    try:
        return os.stat(target)
    except FileNotFoundError:
        return None
