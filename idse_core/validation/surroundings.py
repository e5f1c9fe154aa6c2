"""What a judgement asked for beside the session's own documents: whether files are there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Dict, Optional

__all__ = ["Surroundings"]


class Surroundings:
    """Answers whether files are there, and remembers what it was asked.

    Args:
        folder: the one that holds ``.idse``; nothing outside of it is looked at. None when nobody can tell.
    """

    def __init__(self, folder: Optional[Path]) -> None:
        self._folder = None if folder is None else os.fspath(folder)
        self._asked: Dict[str, Optional[bool]] = {}

    def exists(self, path: str) -> Optional[bool]:
        """Whether something is at a path relative to the folder, with ``/``; None when it leads elsewhere."""
        answer = self._look(path)
        self._asked[path] = answer
        return answer

    def taken(self) -> str:
        """What was asked and answered since this was last called, as JSON."""
        asked, self._asked = self._asked, {}
        return json.dumps(asked, ensure_ascii=True) if asked else ""

    def still_hold(self, taken: str) -> bool:
        """Whether the answers would be the same now."""
        if not taken:
            return True
        try:
            return all(self._look(path) is answer for path, answer in json.loads(taken).items())
        except (ValueError, AttributeError, RecursionError):
            return False

    def _look(self, path: str) -> Optional[bool]:
        if self._folder is None or ".." in path.split("/") or path.startswith("/"):
            return None
        try:
            return os.path.exists(f"{self._folder}/{path}")  # noqa: PTH110  # some paths, in thousands of sessions
        except (ValueError, UnicodeEncodeError):  # what can't be a name is nobody's
            return False
