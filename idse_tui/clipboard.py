"""Copying: with the system's own tool where there is one; the terminal's OSC 52 is the other way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import List, Mapping, Optional, Sequence, Tuple

__all__ = ["copy_with_tool", "tool_for"]

_SECONDS = 2.0


def tool_for(environment: Mapping[str, str], platform: str = sys.platform) -> Optional[Tuple[str, ...]]:
    """The command that fills the clipboard of this desktop, or None.

    Over SSH there is none, on purpose: it would fill the clipboard of the machine that nobody sits at.
    """
    if environment.get("SSH_CONNECTION"):
        return None
    candidates: List[Sequence[str]] = []
    if platform == "darwin":
        candidates.append(["pbcopy"])
    elif platform == "win32":
        candidates.append(["clip.exe"])
    else:
        if environment.get("WAYLAND_DISPLAY"):
            candidates.append(["wl-copy"])
        if environment.get("DISPLAY"):
            candidates += [["xclip", "-selection", "clipboard"], ["xsel", "-ib"]]
    return next((tuple(words) for words in candidates if shutil.which(words[0])), None)


def copy_with_tool(words: Sequence[str], text: str) -> bool:
    """Give the text to the tool; says whether it took it."""
    try:
        subprocess.run(  # the tool is one of ours, above
            list(words),
            input=text.encode("utf-8", "replace"),
            check=True,
            timeout=_SECONDS,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True
