"""The two writes outside of a workspace: making its folder, and an output file where the user asked for one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Optional

from idse_core.errors import RefusedError
from idse_core.files.durable import staged_name, sync_folder, write_new
from idse_core.files.faults import translated

__all__ = ["ensure_root", "replace_file"]


def ensure_root(folder: Path) -> None:
    """Makes the folder that a workspace lives in, unless it is there; its parent must exist.

    Raises:
        StorageError: the file system refused, or something else stands in its place.
    """
    if folder.is_dir():
        return
    with translated("create", folder):
        os.mkdir(folder)
        sync_folder(os.path.dirname(os.path.abspath(folder)))


def replace_file(path: Path, data: bytes) -> None:
    """Writes an output file that the user named, whole or not at all; what was there before is replaced.

    A link is followed, since it is the user's own; the mode of an existing file is kept.

    Raises:
        StorageError: the file system refused.
        RefusedError: a device, a pipe or a folder stands there, which must not be replaced.
    """
    with translated("write", path):
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target):
            raise RefusedError("this is no regular file, so it is not replaced", path=str(path))
        folder = os.path.dirname(target)
        staged = staged_name(folder)
        write_new(staged, data, like=_existing(target))
        try:
            os.replace(staged, target)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(staged)
        sync_folder(folder)


def _existing(target: str) -> Optional[os.stat_result]:
    try:
        return os.stat(target)
    except FileNotFoundError:
        return None
