"""What a judgement asks beyond the session's own documents: about other files, and about other sessions."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence

from idse_core.validation.defined_ids import DefinedIds
from idse_core.validation.digests import digest_of
from idse_core.validation.facts import Definition, IdQuestion, SessionFile
from idse_core.validation.session_files import SessionFiles
from idse_core.validation.session_mentions import SessionNames

__all__ = ["Surroundings"]


class Surroundings:
    """Answers such questions, and records them with the answers.

    Args:
        folder: the folder that holds ``.idse``; nothing outside it is looked at. None when there are no local files.
        names: looks for names in sessions.
        files: reads files of sessions.
        ids: looks for definitions of ids in sessions.
    """

    def __init__(self, folder: Optional[Path], names: SessionNames, files: SessionFiles, ids: DefinedIds) -> None:
        self._folder = None if folder is None else os.fspath(folder)
        self._names = names
        self._files = files
        self._ids = ids
        self._asked: Dict[str, Optional[bool]] = {}
        self._named: List[object] = []
        self._read: List[object] = []
        self._defined: List[object] = []

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

    def file(self, holder: str, path: str) -> Optional[SessionFile]:
        """A file in a session's folder; see ``SessionFiles.read``."""
        found = self._files.read(holder, path)
        self._read.append([holder, path, _digest(found)])
        return found

    def defined_elsewhere(self, holder: str, asked: IdQuestion) -> Mapping[str, Definition]:
        """Which of some ids a session before this one defines, and where; see ``DefinedIds.find``."""
        stamp = self._ids.stamp()
        found = self._ids.find(holder, asked)
        self._defined.append([holder, asked, found, stamp])
        return found

    def taken(self) -> str:
        """The questions and answers since the last call, as JSON."""
        taken = (self._asked, self._named, self._read, self._defined)
        self._asked, self._named, self._read, self._defined = {}, [], [], []
        return json.dumps(taken, ensure_ascii=True) if any(taken) else ""

    def still_hold(self, taken: str) -> bool:
        """Whether the answers would be the same now."""
        if not taken:
            return True
        try:
            asked, named, read, defined = json.loads(taken)
            return (
                all(self._look(path) is answer for path, answer in asked.items())
                and all(self._still_named(*question) for question in named)
                and all(_digest(self._files.read(holder, path)) == digest for holder, path, digest in read)
                and all(self._still_defined(*question) for question in defined)
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            return False

    def _still_named(self, holder: str, names: Sequence[str], found: Mapping[str, str], stamp: str) -> bool:
        if stamp and stamp == self._names.stamp():
            return True
        return self._names.still(holder, found) if found else not self._names.find(holder, names)

    def _still_defined(self, holder: str, asked: List[Any], found: Mapping[str, List[Any]], stamp: str) -> bool:
        if stamp and stamp == self._ids.stamp():
            return True
        prefix, stage, under, under_prefix, ids = asked
        question = IdQuestion(prefix, stage, tuple(under), under_prefix, tuple(ids))
        return self._ids.find(holder, question) == {name: Definition(*place) for name, place in found.items()}

    def _look(self, path: str) -> Optional[bool]:
        if self._folder is None or ".." in path.split("/") or path.startswith("/"):
            return None
        try:
            return os.path.exists(f"{self._folder}/{path}")  # noqa: PTH110  # some paths, in thousands of sessions
        except (ValueError, UnicodeEncodeError):  # no file can have such a name
            return False


def _digest(found: Optional[SessionFile]) -> str:
    return "" if found is None else digest_of([found.path, repr(found.text), found.problem])
