"""``DesignStoreFilesystem``: documents as plain files below ``.idse/``, in the flat or the nested layout."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Dict, FrozenSet, Mapping, Optional, Tuple, Type, TypeVar

from idse_core import files
from idse_core.design_store import (
    METADATA,
    SESSION_DOCUMENTS,
    Capabilities,
    Document,
    PassedOver,
    Place,
    Problem,
    SessionDocuments,
)
from idse_core.errors import (
    ConflictError,
    IdseError,
    NotFoundError,
    RefusedError,
    StorageError,
    UnreadableError,
)
from idse_core.pipeline_artifacts import METADATA_PATH, Layout, Stage, detect_layout
from idse_core.stores.file_stamps import are_plain_folders, folder_stamp, names_beside_no_link, stamp_of
from idse_core.stores.folders import Folders, folders_in
from idse_core.stores.names import check_own, check_place, check_project, check_session, refuse_taken

__all__ = ["DesignStoreFilesystem"]

_STAGES = {stage.value: stage for stage in Stage}

_STALE = 1.0  # seconds

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
"""The error numbers for a folder that does not exist, or can't exist because its name is too long."""


class DesignStoreFilesystem:
    """The default store.

    Args:
        folder: the ``.idse`` folder.
    """

    capabilities = Capabilities(writable=True, local_files=True, layouts=True, reopenable=True)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.local = folder / ".local"
        self._root = os.fspath(folder)
        self._plain: Dict[str, Tuple[float, bool]] = {}
        self._listed: Dict[Path, Folders] = {}
        self._layouts: Dict[str, Tuple[float, Layout]] = {}

    def __reduce__(self) -> Tuple[Type[DesignStoreFilesystem], Tuple[Path]]:
        """Pickles the folder only, without what this process has cached."""
        return type(self), (self.folder,)

    # Projects

    def list_projects(self) -> Tuple[str, ...]:
        """The ids of all projects, sorted."""
        return self._folders_in(self.folder / "projects").names

    def create_project(self, project: str, documents: Mapping[Place, bytes], layout: Optional[Layout] = None) -> None:
        """Create a project: built in a staging folder, renamed into place."""
        check_own(project, documents)
        refuse_taken(project, self.list_projects(), "project")
        chosen = layout or Layout.FLAT
        tree = {self._relative(place, chosen): data for place, data in documents.items()}
        self._create_tree(self._project(project), tree)

    def _require_project(self, project: str) -> Path:
        folder = self._project(project)
        if not _is_folder(folder):
            raise NotFoundError(f"there is no project '{project}'", hint="`idse project list` lists them")
        return folder

    # Sessions

    def list_sessions(self, project: str) -> Tuple[str, ...]:
        """The ids of a project's sessions, sorted."""
        return self._folders_in(self._require_project(project) / "sessions").names

    def passed_over(self, project: Optional[str] = None) -> Tuple[PassedOver, ...]:
        """Folders and links that are not listed as a project's sessions (or, without ``project``, as projects)."""
        folder = self.folder / "projects" if project is None else self._project(project) / "sessions"
        found = self._listed.get(folder)
        return (self._folders_in(folder) if found is None else found).passed_over

    def _folders_in(self, folder: Path) -> Folders:
        try:
            found = self._listed[folder] = folders_in(folder, root=self.folder)
        except StorageError as error:
            raise _named(error, self._shown(folder)) from error
        return found

    def load_session(self, project: str, session: str) -> SessionDocuments:
        """All documents of a session; one that can't be read is reported as a problem."""
        folder = self._session(project, session)
        names = self._session_names(project, session)
        layout = detect_layout(names) or Layout.FLAT
        documents: Dict[str, Document] = {}
        problems: Dict[str, Problem] = {}
        for name in SESSION_DOCUMENTS:
            try:
                document = self._read_file(_place_in(folder, name, layout, names))
            except UnreadableError as error:
                problems[name] = Problem(error.reason, error.message, error.path, error.line, error.column)
            else:
                if document is not None:
                    documents[name] = document
        return SessionDocuments(documents, problems)

    def stamp(self, project: str, session: str, last: str = "") -> Optional[str]:
        """A stamp of the session's folder and of each document, all plain files and folders: see ``file_stamps``.

        The folder is listed only if its own stamp has changed since ``last``, because otherwise its names are the same.
        """
        if project not in self._plain:
            check_project(project)
        check_session(session)
        sessions = f"{self._root}/projects/{project}/sessions"
        folder = f"{sessions}/{session}"
        around = folder_stamp(folder) if self._lies_plainly(project, sessions) else None
        if around is None:
            self._session_names(project, session)  # raises when there is no such session
            return None
        known, way, _ = f"{last}  ".split(" ", 2)
        if known != around or way not in _CANDIDATES:
            names = names_beside_no_link(folder)
            if names is None:
                return None
            way = _way(names)
        prefix = f"{folder}/"
        found = stamp_of([prefix + path for path in _CANDIDATES[way]])
        return None if found is None else f"{around} {way} {found}"

    def _lies_plainly(self, project: str, sessions: str) -> bool:
        """Whether the path to a project's sessions has no links; checked once a second, for thousands of sessions."""
        now = time.monotonic()
        looked, answer = self._plain.get(project, (-_STALE, False))
        if now - looked >= _STALE:
            answer = are_plain_folders((f"{self._root}/projects", f"{self._root}/projects/{project}", sessions))
            self._plain[project] = now, answer
        return answer

    def save_session(
        self, project: str, session: str, documents: Mapping[str, bytes], layout: Optional[Layout] = None
    ) -> None:
        """Create a session: built in a staging folder, renamed into place."""
        check_session(session)
        refuse_taken(session, self.list_sessions(project), "session")
        chosen = layout or self._usual_layout(project)
        tree = {_file_name(name, chosen): data for name, data in documents.items()}
        self._create_tree(self._session(project, session), tree)

    def _usual_layout(self, project: str) -> Layout:
        """The project's layout, looked up at most once a second: thousands of sessions may be saved in a row."""
        now = time.monotonic()
        looked, layout = self._layouts.get(project, (-_STALE, Layout.FLAT))
        if now - looked >= _STALE:
            layout = self.project_layout(project)
            self._layouts[project] = now, layout
        return layout

    def project_layout(self, project: str) -> Layout:
        """The layout that most of a project's sessions have; flat for a project without sessions."""
        found = [self.session_layout(project, session) for session in self.list_sessions(project)]
        return Layout.NESTED if found.count(Layout.NESTED) > found.count(Layout.FLAT) else Layout.FLAT

    def session_layout(self, project: str, session: str) -> Optional[Layout]:
        """The layout of one session; None when the names in its folder do not reveal it."""
        return detect_layout(self._session_names(project, session))

    # Documents

    def read(self, place: Place) -> Optional[Document]:
        """One document, or None when it is absent."""
        check_place(place)
        if place.session is None:
            return self._read_file(self._require_project(place.project) / place.name)
        names = self._session_names(place.project, place.session)
        layout = detect_layout(names) or Layout.FLAT
        return self._read_file(_place_in(self._session(place.project, place.session), place.name, layout, names))

    def read_beside(self, project: str, session: str, path: str) -> Optional[Document]:
        """A file in a session's folder, or None when it is absent."""
        folder = self._session(project, session)
        if path.startswith("/") or ".." in path.split("/"):
            raise RefusedError("the path leads out of the session's folder", path=self._shown(folder))
        return self._read_file(folder / path)

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        """Replace one document atomically, if it still has the digest ``expected``."""
        path = self._path(place)
        shown = self._shown(path)
        try:
            digest = files.write_bytes(
                path, data, expected=expected, root=self.folder, displaced=self._displaced(place.project)
            )
        except (ConflictError, RefusedError, StorageError) as error:
            raise _named(error, shown) from error
        files.sweep_temporaries(path.parent, root=self.folder, displaced=self._displaced(place.project))
        return Document(data, digest, shown)

    def displace(self, place: Place, *, expected: Optional[str] = None) -> Optional[str]:
        """Move a document into ``.local/displaced`` and return its new path."""
        path = self._path(place)
        try:
            files.ensure_local(self.local, root=self.folder)
            kept = files.displace(path, expected=expected, root=self.folder, displaced=self._displaced(place.project))
        except (ConflictError, RefusedError, StorageError) as error:
            raise _named(error, self._shown(path)) from error
        return None if kept is None else self._shown(kept)

    def discard_session(self, project: str, session: str) -> bool:
        """Remove a session's folder if it contains nothing but empty folders; return whether it is gone."""
        folder = self._session(project, session)
        try:
            return files.remove_hollow(folder, root=self.folder)
        except (RefusedError, StorageError) as error:
            raise _named(error, self._shown(folder)) from error

    def locate(self, place: Place) -> str:
        """The path relative to the folder that holds ``.idse``, with ``/``."""
        try:
            return self._shown(self._path(place))
        except NotFoundError:
            return self._shown(self._project(place.project) / self._relative(place, self._likely_layout(place.project)))

    def absolute(self, place: Place) -> Path:
        """The file itself, for an editor."""
        return self._path(place)

    # Paths

    def _project(self, project: str) -> Path:
        check_project(project)
        return self.folder / "projects" / project

    def _session(self, project: str, session: str) -> Path:
        check_session(session)
        return self._project(project) / "sessions" / session

    def _session_names(self, project: str, session: str) -> FrozenSet[str]:
        check_project(project)
        check_session(session)
        folder = f"{self._root}/projects/{project}/sessions/{session}"
        try:
            return frozenset(os.listdir(folder))  # noqa: PTH208  # names only, many thousands of times
        except OSError as error:
            self._require_project(project)
            if error.errno in _ABSENT:
                raise NotFoundError(
                    f"there is no session '{session}' in project '{project}'", hint="`idse session list` lists them"
                ) from None
            raise _named(files.storage_error("read", folder, error), self._shown(Path(folder))) from error

    def _path(self, place: Place) -> Path:
        check_place(place)
        if place.session is None:
            return self._require_project(place.project) / place.name
        names = self._session_names(place.project, place.session)
        layout = detect_layout(names) or self.project_layout(place.project)
        return _place_in(self._session(place.project, place.session), place.name, layout, names)

    def _read_file(self, path: Path) -> Optional[Document]:
        try:
            data = files.read_bytes(path, root=self.folder)
        except (StorageError, RefusedError) as error:
            raise _named(error, self._shown(path)) from error
        return None if data is None else Document(data, files.digest(data), self._shown(path))

    def _relative(self, place: Place, layout: Layout) -> str:
        if place.session is None:
            return place.name
        return f"sessions/{place.session}/{_file_name(place.name, layout)}"

    def _likely_layout(self, project: str) -> Layout:
        try:
            return self.project_layout(project)
        except NotFoundError:
            return Layout.FLAT

    def _create_tree(self, target: Path, tree: Mapping[str, bytes]) -> None:
        staging = self.local / "staging"
        try:
            files.ensure_root(self.folder)
            files.ensure_local(self.local, root=self.folder)
            files.sweep_staging(staging)
            files.create_tree(target, tree, root=self.folder, staging=staging)
        except (ConflictError, RefusedError, StorageError) as error:
            raise _named(error, self._shown(target)) from error

    def _displaced(self, project: str) -> Path:
        return self.local / "displaced" / project

    def _shown(self, path: Path) -> str:
        try:
            return path.relative_to(self.folder.parent).as_posix()
        except ValueError:
            return path.as_posix()


def _file_name(name: str, layout: Layout) -> str:
    if name == METADATA:
        return METADATA_PATH
    stage = _STAGES.get(name)
    if stage is None:
        raise RefusedError(f"'{name}' is not a document of a session")
    return layout.path(stage)


def _place_in(folder: Path, name: str, layout: Layout, names: FrozenSet[str]) -> Path:
    """The path of a document, existing or not: in the session's layout, unless it exists only in the other one."""
    expected, other = _file_name(name, layout), _file_name(name, layout.other)
    if expected != other and other.split("/")[0] in names:
        in_other = folder / other
        if not os.path.lexists(folder / expected) and os.path.lexists(in_other):
            return in_other
    return folder / expected


_FILES = {layout: tuple(_file_name(name, layout) for name in SESSION_DOCUMENTS) for layout in Layout}
_NESTED_FOLDERS = frozenset(path.split("/")[0] for path in _FILES[Layout.NESTED] if path not in _FILES[Layout.FLAT])


_IN_BOTH = tuple(dict.fromkeys([*_FILES[Layout.FLAT], *_FILES[Layout.NESTED]]))

_CANDIDATES = {"flat": _FILES[Layout.FLAT], "mixed": _IN_BOTH, "nested": _IN_BOTH}
"""Layout of a session's folder → every relative path at which a document of the session may be found."""


def _way(names: FrozenSet[str]) -> str:
    if (detect_layout(names) or Layout.FLAT) is Layout.NESTED:
        return "nested"
    return "flat" if names.isdisjoint(_NESTED_FOLDERS) else "mixed"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # the name is too long, or a parent folder may not be entered
        return False


_AnyError = TypeVar("_AnyError", bound=IdseError)


def _named(error: _AnyError, path: str) -> _AnyError:
    """The error, with ``path`` instead of an absolute path."""
    error.path = path
    return error
