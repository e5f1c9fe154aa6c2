"""What changed in an artifact since the last commit, asked of git when somebody wants to see it."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import List, Optional, Tuple

from idse_core import git
from idse_core.errors import UsageError
from idse_tui.presentation.rows import TextRow
from idse_tui.presentation.texts import readable

__all__ = ["diff_rows", "git_head_text"]

_SECONDS = 5.0


def git_head_text(path: Path) -> Tuple[Optional[str], str]:
    """The file's text in git HEAD, and why there is none.

    Args:
        path: the file; git is asked in its folder.
    """
    try:
        done = git.ask(path.parent, "show", f"HEAD:./{path.name}", seconds=_SECONDS)
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "backslashreplace"), ""
        inside = git.ask(path.parent, "rev-parse", "--git-dir", seconds=_SECONDS)
    except UsageError as error:
        return None, error.message
    if inside.returncode != 0:
        return None, "this workspace is in no git repository: there is nothing to compare with"
    return None, "git HEAD does not have this file yet: all of it is new"


def diff_rows(before: str, now: str, labels: Tuple[str, str] = ("HEAD", "now")) -> Tuple[TextRow, ...]:
    """A unified diff as rows, headed by what the two texts are; empty when nothing changed."""
    lines = difflib.unified_diff(readable(before).split("\n"), readable(now).split("\n"), *labels, lineterm="", n=3)
    rows: List[TextRow] = []
    for number, line in enumerate(lines):
        style = {"+": "success", "-": "error", "@": "info"}.get(line[:1], "text")
        rows.append(TextRow(str(number), line, "muted" if line.startswith(("+++", "---")) else style))
    return tuple(rows)
