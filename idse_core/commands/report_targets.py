"""Where to write a report for which the user gave a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from idse_core import files
from idse_core.errors import UsageError
from idse_core.workspace_folder import FOLDER

__all__ = ["report_target"]

_STDOUT = 1


def report_target(given: str) -> Optional[Path]:
    """The file, pipe or stream that a report goes to; None for stdout, under any name.

    Raises:
        UsageError: it is a folder or a disk, or it is inside a workspace.
    """
    path = Path.cwd() / given
    stream = files.stream_number(path)
    if stream is not None:
        return None if stream == _STDOUT else Path(f"/dev/fd/{stream}")  # one name: two reports to it are noticed
    if path.is_dir() or path.is_block_device():
        raise UsageError(f"{given} is not a file", hint="leave the file out to write to stdout")
    if FOLDER in Path(os.path.realpath(path)).parts:  # a report written over an artifact would destroy it
        raise UsageError(f"{given} is inside of a workspace", hint="reports go outside of .idse")
    return path
