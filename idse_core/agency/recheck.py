"""Reading documents again just before a planned action, to find those that have changed since the plan was made."""

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
        documents: key → content, for the documents that exist.
        problems: key → why an existing document can't be read.
    """

    documents: Mapping[str, Content]
    problems: Mapping[str, str]


class Looking:
    """Reads documents again. Create one per run.

    The state of all sessions is in one file, which is read only once per run: otherwise it would be parsed once for
    each of thousands of sessions. Later changes to it are left to the next run; code that writes the file compares it
    under the lock.

    Args:
        workspace: the project, which need not exist.
    """

    def __init__(self, workspace: ProjectWorkspace) -> None:
        self._workspace = workspace
        self._states: Optional[StageStateModel] = None

    def document(self, session: str, key: str) -> Optional[Content]:
        """Read one document; None when it or its session is absent.

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
        """Read all documents of a session, each file once; an empty result if the session no longer exists.

        Raises:
            StorageError: the session can't be listed.
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
