"""Where a report goes that the user gave a file for."""

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
    """The file, pipe or stream that a report goes to; None for stdout, by whatever name.

    Raises:
        UsageError: a folder or a disk stands there, or it is inside of a workspace.
    """
    path = Path.cwd() / given
    stream = files.stream_number(path)
    if stream is not None:
        return None if stream == _STDOUT else Path(f"/dev/fd/{stream}")  # one name, so that two reports are told apart
    if path.is_dir() or path.is_block_device():
        raise UsageError(f"{given} is not a file", hint="leave the file out to write to stdout")
    if FOLDER in Path(os.path.realpath(path)).parts:  # a report in an artifact's place would be all that is left of it
        raise UsageError(f"{given} is inside of a workspace", hint="reports go outside of .idse")
    return path
