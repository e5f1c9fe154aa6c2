"""The two writes that are not inside a workspace: making its folder, and a report where the user asked for one."""

from __future__ import annotations

import os
from pathlib import Path

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

    Raises:
        StorageError: the file system refused.
    """
    with translated("write", path):
        staged = staged_name(os.path.dirname(os.path.abspath(path)))
        write_new(staged, data)
        try:
            os.replace(staged, path)
        except BaseException:
            os.unlink(staged)
            raise
