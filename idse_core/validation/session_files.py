"""Files in the folders of sessions that are none of their documents, for rules about such files."""

from __future__ import annotations

from typing import Optional

from idse_core import files
from idse_core.design_store import METADATA, FilesBeside, Place
from idse_core.errors import NotFoundError, RefusedError, StorageError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.facts import SessionFile

__all__ = ["SessionFiles"]


class SessionFiles:
    """Reads such files of one project.

    Args:
        workspace: opened at the project.
    """

    def __init__(self, workspace: ProjectWorkspace) -> None:
        self._workspace = workspace

    def read(self, session: str, path: str) -> Optional[SessionFile]:
        """A file as text; None when the store knows of no files beside its documents.

        Args:
            session: the session in whose folder it is.
            path: relative to that folder, with ``/``.
        """
        store, project = self._workspace.store, self._workspace.project
        if not isinstance(store, FilesBeside):
            return None
        shown = f"{store.locate(Place(project, session, METADATA)).rpartition('/')[0]}/{path}"
        try:
            document = store.read_beside(project, session, path)
            text = None if document is None else files.decode(document.data, path=document.path)
        except (NotFoundError, RefusedError, StorageError) as error:
            return SessionFile(shown, problem=error.message)
        return SessionFile(shown if document is None else document.path, text)
