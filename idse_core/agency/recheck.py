"""The second look at a workspace, just before something is done with what was planned on."""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple, Optional

from idse_core.agency.documents import NAMES, Content, canonical, hex_digest, read_document, state_content
from idse_core.agency.protocol import STATE_KEY
from idse_core.errors import NotFoundError, UnreadableError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel

__all__ = ["Looking", "SeenSession"]

_KEYS = {name: key for key, name in NAMES.items() if key != STATE_KEY}


class SeenSession(NamedTuple):
    """A session as it is now.

    Attributes:
        documents: key → content; absent ones are missing.
        problems: key → why one can't be read.
    """

    documents: Mapping[str, Content]
    problems: Mapping[str, str]


class Looking:
    """Reads documents anew. One value serves one run.

    The state of all sessions stands in one file, which is read once in a run: thousands of sessions would else parse it
    thousands of times. What it says later is the next run's business; whoever writes it compares it under the lock.

    Args:
        workspace: a project, which need not exist.
    """

    def __init__(self, workspace: ProjectWorkspace) -> None:
        self._workspace = workspace
        self._states: Optional[StageStateModel] = None

    def document(self, session: str, key: str) -> Optional[Content]:
        """One document; None when it is absent, also with its session.

        Raises:
            StorageError: it can't be read.
        """
        if key == STATE_KEY:
            return self._state(session)
        try:
            return read_document(self._workspace, session, key)
        except NotFoundError:
            return None

    def session(self, session: str) -> SeenSession:
        """All documents of a session, each file read once; nothing of one that went away.

        Raises:
            StorageError: it can't be listed.
        """
        documents: Dict[str, Content] = {}
        problems: Dict[str, str] = {}
        try:
            loaded = self._workspace.store.load_session(self._workspace.project, session)
        except NotFoundError:
            return SeenSession({}, {})
        for name, problem in loaded.problems.items():
            problems[_KEYS[name]] = problem.message
        for name, found in loaded.documents.items():
            key = _KEYS[name]
            try:
                data = canonical(key, found.data, path=found.path)
            except UnreadableError as error:
                problems[key] = error.message
            else:
                digest = hex_digest(data) if data is not found.data else found.digest.rpartition(":")[2]
                documents[key] = Content(data, digest, found.digest, found.path)
        state = self._state(session)
        if state is not None:
            documents[STATE_KEY] = state
        return SeenSession(documents, problems)

    def _state(self, session: str) -> Optional[Content]:
        if self._states is None:
            self._states = self._workspace.state().model
        return state_content(self._workspace, self._states, session)
