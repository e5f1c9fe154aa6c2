"""What a judgement asks beyond the session's own documents: whether files exist, which session mentions a name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

from idse_core.validation.session_mentions import SessionNames

__all__ = ["Surroundings"]


class Surroundings:
    """Answers such questions, and records them with the answers.

    Args:
        folder: the folder that holds ``.idse``; nothing outside it is looked at. None when there are no local files.
        names: looks for names in sessions.
    """

    def __init__(self, folder: Optional[Path], names: SessionNames) -> None:
        self._folder = None if folder is None else os.fspath(folder)
        self._names = names
        self._asked: Dict[str, Optional[bool]] = {}
        self._named: List[object] = []

    def exists(self, path: str) -> Optional[bool]:
        """Whether something exists at a path relative to the folder, with ``/``; None when it leads elsewhere."""
        answer = self._look(path)
        self._asked[path] = answer
        return answer

    def named_elsewhere(self, holder: str, names: Sequence[str]) -> Mapping[str, str]:
        """For each name a session that mentions it; see ``SessionNames.find``."""
        stamp = self._names.stamp()
        found = self._names.find(holder, names)
        self._named.append([holder, list(names), dict(found), stamp])
        return found

    def taken(self) -> str:
        """The questions and answers since the last call, as JSON."""
        asked, named, self._asked, self._named = self._asked, self._named, {}, []
        return json.dumps([asked, named], ensure_ascii=True) if asked or named else ""

    def still_hold(self, taken: str) -> bool:
        """Whether the answers would be the same now."""
        if not taken:
            return True
        try:
            asked, named = json.loads(taken)
            return all(self._look(path) is answer for path, answer in asked.items()) and all(
                self._still_named(*question) for question in named
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            return False

    def _still_named(self, holder: str, names: Sequence[str], found: Mapping[str, str], stamp: str) -> bool:
        if stamp and stamp == self._names.stamp():
            return True
        return self._names.still(holder, found) if found else not self._names.find(holder, names)

    def _look(self, path: str) -> Optional[bool]:
        if self._folder is None or ".." in path.split("/") or path.startswith("/"):
            return None
        try:
            return os.path.exists(f"{self._folder}/{path}")  # noqa: PTH110  # some paths, in thousands of sessions
        except (ValueError, UnicodeEncodeError):  # no file can have such a name
            return False
