"""A fix as a patch that `git apply` and `patch` take."""

from __future__ import annotations

import difflib
import os
from typing import Iterator, List

from idse_core.validation.fixes import Fix

__all__ = ["patch"]

_NO_LINE_END = "\\ No newline at end of file\n"


def patch(item: Fix, path: str) -> Iterator[str]:
    r"""The lines of a unified diff. Each ends with a line feed; everything else is as it is in the file.

    Args:
        item: the fix.
        path: the path of its file, relative to the folder that the patch is for.
    """
    name = path.replace(os.sep, "/")
    end = "\t" if " " in name else ""  # otherwise a name would end at its first space
    old = "/dev/null" if item.before is None else f"a/{name}{end}"
    for line in difflib.unified_diff(_lines(item.before_text), _lines(item.after), old, f"b/{name}{end}"):
        yield line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}"


def _lines(text: str) -> List[str]:
    """The lines with their ends, as git counts them: only a line feed ends a line."""
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])
