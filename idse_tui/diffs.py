"""What changed in an artifact since the last commit, asked of git when somebody wants to see it."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path
from typing import List, Optional, Tuple

from idse_tui.presentation.texts import readable
from idse_tui.widgets.text_rows import TextRow

__all__ = ["diff_rows", "git_head_text"]

_SECONDS = 5.0


def git_head_text(path: Path) -> Tuple[Optional[str], str]:
    """The file's text in git HEAD, and why there is none.

    Args:
        path: the file; git is asked in its folder.
    """
    arguments = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    try:
        done = subprocess.run(arguments, capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        return None, "git is not installed"
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"git did not answer: {error}"
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "backslashreplace"), ""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if any("not a git repository" in line for line in said):
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
