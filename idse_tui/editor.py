"""Which editor, and how it is told the line."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path, PurePath
from typing import List, Mapping, Optional

__all__ = ["choose_editor", "editor_arguments"]

_FALLBACKS = ("sensible-editor", "nano", "vi", "notepad")
_PLUS = frozenset(["vi", "vim", "nvim", "gvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "ne"])
_COLON = frozenset(["hx", "helix", "subl", "sublime_text", "zed"])
_CODE = frozenset(["code", "code-insiders", "codium", "cursor", "windsurf"])


def choose_editor(environment: Mapping[str, str], configured: str = "") -> Optional[str]:
    """The editor's command line: the configured one, ``$VISUAL``, ``$EDITOR``, else one that is installed."""
    named = configured or environment.get("VISUAL") or environment.get("EDITOR")
    if named:
        return named
    return next((name for name in _FALLBACKS if shutil.which(name)), None)


def editor_arguments(command: str, path: Path, line: int) -> List[str]:
    """The words to start the editor with.

    Args:
        command: an editor with its options, as in ``$EDITOR``.
        path: what to edit.
        line: 1-based; left out for editors that we don't know how to tell.

    Raises:
        ValueError: the command has an unbalanced quote.
    """
    words = shlex.split(command)
    program = PurePath(words[0]).stem.lower() if words else ""
    if program in _PLUS or program == "sensible-editor":
        return [*words, f"+{line}", str(path)]
    if program in _COLON:
        return [*words, f"{path}:{line}"]
    if program in _CODE:
        wait = [] if {"-w", "--wait"} & set(words) else ["--wait"]
        return [*words, *wait, "--goto", f"{path}:{line}"]
    return [*words, str(path)]
