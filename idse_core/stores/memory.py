"""``DesignStoreMemory``: a store that lives only as long as its process; for tests, previews and dry runs."""

from __future__ import annotations

import hashlib
from typing import Dict, List, Mapping, Optional, Set, Tuple

from idse_core.design_store import SESSION_DOCUMENTS, Capabilities, Document, Place, SessionDocuments
from idse_core.errors import ConflictError, NotFoundError
from idse_core.pipeline_artifacts import Layout
from idse_core.stores.names import check_own, check_place, check_project, check_session, refuse_taken

__all__ = ["DesignStoreMemory"]


class DesignStoreMemory:
    """Documents in a dictionary, under the same contract as every other store."""

    capabilities = Capabilities(writable=True, local_files=False, layouts=False)

    def __init__(self) -> None:
        self._documents: Dict[Place, bytes] = {}
        self._sessions: Dict[str, Set[str]] = {}
        self._displaced: List[Tuple[Place, bytes]] = []

    def list_projects(self) -> Tuple[str, ...]:
        """The ids of all projects, sorted."""
        return tuple(sorted(self._sessions))

    def create_project(self, project: str, documents: Mapping[Place, bytes], layout: Optional[Layout] = None) -> None:
        """Create a project with these documents; the layout is ignored."""
        check_own(project, documents)
        refuse_taken(project, self.list_projects(), "project")
        self._sessions[project] = {place.session for place in documents if place.session is not None}
        self._documents.update(documents)

    def list_sessions(self, project: str) -> Tuple[str, ...]:
        """The ids of a project's sessions, sorted."""
        self._require_project(project)
        return tuple(sorted(self._sessions[project]))

    def load_session(self, project: str, session: str) -> SessionDocuments:
        """All documents of a session."""
        self._require_session(project, session)
        read = {name: self.read(Place(project, session, name)) for name in SESSION_DOCUMENTS}
        return SessionDocuments({name: found for name, found in read.items() if found is not None}, {})

    def stamp(self, project: str, session: str, last: str = "") -> Optional[str]:
        """The digests of a session's documents, which cost nothing to read here."""
        del last
        documents = self.load_session(project, session).documents
        return "\n".join(f"{name} {document.digest}" for name, document in documents.items())

    def save_session(
        self, project: str, session: str, documents: Mapping[str, bytes], layout: Optional[Layout] = None
    ) -> None:
        """Create a session with these documents."""
        check_session(session)
        refuse_taken(session, self.list_sessions(project), "session")
        places = {Place(project, session, name): data for name, data in documents.items()}
        check_own(project, places)
        self._sessions[project].add(session)
        self._documents.update(places)

    def read(self, place: Place) -> Optional[Document]:
        """One document, or None when it is absent."""
        self._require_place(place)
        data = self._documents.get(place)
        return None if data is None else Document(data, _digest(data), self.locate(place))

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        """Replace one document if it still has the digest ``expected``."""
        self._require_place(place)
        found = self._documents.get(place)
        if expected != (None if found is None else _digest(found)):
            raise ConflictError("the document changed since it was read", path=self.locate(place))
        self._documents[place] = data
        return Document(data, _digest(data), self.locate(place))

    def displace(self, place: Place, *, expected: Optional[str] = None) -> Optional[str]:
        """Take a document out of the store, but keep its bytes."""
        self._require_place(place)
        found = self._documents.get(place)
        if found is not None and expected not in {None, _digest(found)}:
            raise ConflictError("the document changed since it was read", path=self.locate(place))
        data = self._documents.pop(place, None)
        if data is None:
            return None
        self._displaced.append((place, data))
        return f"displaced/{len(self._displaced)}/{self.locate(place)}"

    def discard_session(self, project: str, session: str) -> bool:
        """Remove a session if it has no documents; return whether it is gone."""
        check_session(session)
        self._require_project(project)
        if any((place.project, place.session) == (project, session) for place in self._documents):
            return False
        self._sessions[project].discard(session)
        return True

    def locate(self, place: Place) -> str:
        """``project/session/name``."""
        check_place(place)
        return "/".join(part for part in place if part is not None)

    def _require_project(self, project: str) -> None:
        check_project(project)
        if project not in self._sessions:
            raise NotFoundError(f"there is no project '{project}'")

    def _require_session(self, project: str, session: str) -> None:
        check_session(session)
        if session not in self.list_sessions(project):
            raise NotFoundError(f"there is no session '{session}' in project '{project}'")

    def _require_place(self, place: Place) -> None:
        check_place(place)
        self._require_project(place.project)
        if place.session is not None:
            self._require_session(place.project, place.session)


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
