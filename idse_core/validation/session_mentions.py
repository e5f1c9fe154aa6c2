"""Which sessions mention something by its name, for rules that ask whether anybody works on it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Dict, Iterable, List, Mapping, Optional, Pattern, Sequence

from idse_core.design_store import SESSION_DOCUMENTS
from idse_core.errors import IdseError
from idse_core.late_patterns import late
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["SessionNames"]

_PARTS = late(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


class SessionNames:
    """Looks for names in the sessions of one project: in their ids, their metadata and their artifacts.

    A name is found in any spelling: ``DesignStore``, ``design-store``, ``design_store.py`` and ``Design Store`` are the
    same.

    Args:
        workspace: opened at the project.
    """

    def __init__(self, workspace: ProjectWorkspace) -> None:
        self._workspace = workspace

    def find(self, holder: str, names: Sequence[str]) -> Mapping[str, str]:
        """For each name find a session that mentions it; an empty text when there is none.

        Args:
            holder: the session that asks; neither it nor the blueprint is searched.
            names: the names to look for.

        Returns:
            An empty mapping when that is unknown: when the session that asks is not the blueprint, though there is one,
            since its names may be copied from there; and when a session can't be read.
        """
        try:
            sessions = self._workspace.sessions()
            if holder != BLUEPRINT and BLUEPRINT in sessions:
                return {}
            return self._find([session for session in sessions if session not in {holder, BLUEPRINT}], names)
        except IdseError:
            return {}

    def stamp(self) -> str:
        """A digest of the stamps of all sessions; empty when they can't be relied on."""
        state = hashlib.sha256()
        try:
            for session in self._workspace.sessions():
                stamp = self._workspace.store.stamp(self._workspace.project, session)
                if not stamp:
                    return ""
                state.update(json.dumps([session, stamp]).encode("ascii"))
        except IdseError:
            return ""
        return state.hexdigest()

    def still(self, holder: str, found: Mapping[str, str]) -> bool:
        """Whether ``find`` would return the same now; for a name that was found, only the session found is searched."""
        named = {name: session for name, session in found.items() if session}
        try:
            known = self._workspace.sessions()
            if any(session not in known for session in named.values()):
                return False
            if any(self._find([session], [name]) != {name: session} for name, session in named.items()):
                return False
        except IdseError:
            return False
        missing = [name for name, session in found.items() if not session]
        return not missing or self.find(holder, missing) == dict.fromkeys(missing, "")

    def _find(self, sessions: Iterable[str], names: Sequence[str]) -> Dict[str, str]:
        found = dict.fromkeys(names, "")
        looked_for: Dict[str, Pattern[str]] = {name: _pattern(name) for name in names}
        ordered = list(sessions)
        for session in ordered:  # their ids first: most are named after what they are about
            _note(found, looked_for, session, session)
        for session in ordered:
            if not looked_for:
                break
            for text in self._texts(session):
                _note(found, looked_for, session, text)
        return found

    def _texts(self, session: str) -> List[str]:
        loaded = self._workspace.store.load_session(self._workspace.project, session)
        documents = (loaded.documents.get(name) for name in SESSION_DOCUMENTS)
        return [document.data.decode("utf-8", "replace") for document in documents if document is not None]


def _note(found: Dict[str, str], looked_for: Dict[str, Pattern[str]], session: str, text: str) -> None:
    for name in [name for name, pattern in looked_for.items() if pattern.search(text)]:
        found[name] = session
        del looked_for[name]


def _pattern(name: str) -> Pattern[str]:
    """A pattern for the parts of a name in order, with at most three non-alphanumeric characters between them."""
    parts: Optional[List[str]] = _PARTS.findall(name)
    words = r"[\W_]{0,3}".join(map(re.escape, parts)) if parts else re.escape(name)
    return re.compile(rf"(?<![^\W_]){words}s?(?![^\W_])", re.IGNORECASE)
