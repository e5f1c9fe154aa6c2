"""A store with one document replaced in memory, such as the unsaved text in an editor."""

from __future__ import annotations

import hashlib
from typing import Mapping, Optional, Tuple

from idse_core.design_store import Capabilities, DesignStore, Document, FilesBeside, Place, SessionDocuments
from idse_core.errors import RefusedError
from idse_core.pipeline_artifacts import Layout

__all__ = ["DesignStoreOverlay"]


class DesignStoreOverlay:
    """Reads like the underlying store, except for one document; read-only.

    Args:
        store: the underlying store.
        place: the document that is replaced.
        data: the bytes that replace it.
    """

    def __init__(self, store: DesignStore, place: Place, data: bytes) -> None:
        self._store = store
        self._place = place
        self._document = Document(data, "sha256:" + hashlib.sha256(data).hexdigest(), store.locate(place))

    @property
    def capabilities(self) -> Capabilities:
        """Those of the underlying store, but neither writable nor reopenable: only this process has the replacement."""
        return self._store.capabilities._replace(writable=False, reopenable=False)

    def list_projects(self) -> Tuple[str, ...]:
        return self._store.list_projects()

    def create_project(self, project: str, documents: Mapping[Place, bytes], layout: Optional[Layout] = None) -> None:
        raise _read_only()

    def list_sessions(self, project: str) -> Tuple[str, ...]:
        return self._store.list_sessions(project)

    def load_session(self, project: str, session: str) -> SessionDocuments:
        loaded = self._store.load_session(project, session)
        if (project, session) != (self._place.project, self._place.session):
            return loaded
        problems = {name: problem for name, problem in loaded.problems.items() if name != self._place.name}
        return SessionDocuments({**loaded.documents, self._place.name: self._document}, problems)

    def stamp(self, project: str, session: str, last: str = "") -> Optional[str]:
        is_replaced = (project, session) == (self._place.project, self._place.session)
        return None if is_replaced else self._store.stamp(project, session, last)

    def save_session(
        self, project: str, session: str, documents: Mapping[str, bytes], layout: Optional[Layout] = None
    ) -> None:
        raise _read_only()

    def read(self, place: Place) -> Optional[Document]:
        return self._document if place == self._place else self._store.read(place)

    def read_beside(self, project: str, session: str, path: str) -> Optional[Document]:
        return self._store.read_beside(project, session, path) if isinstance(self._store, FilesBeside) else None

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        raise _read_only()

    def displace(self, place: Place, *, expected: Optional[str] = None) -> Optional[str]:
        raise _read_only()

    def discard_session(self, project: str, session: str) -> bool:
        raise _read_only()

    def locate(self, place: Place) -> str:
        return self._store.locate(place)


def _read_only() -> RefusedError:
    return RefusedError("this view of the workspace can't be written")
