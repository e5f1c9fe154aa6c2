"""Where documents live: the ``DesignStore`` protocol. Its implementations are in ``stores/``.

A store knows *documents* (bytes at a place) and nothing about Markdown, rules or states. Every store passes the
contract suite in ``tests/contracts/``; the docstrings below are that contract.
"""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Protocol, Tuple, runtime_checkable

from idse_core.pipeline_artifacts import Layout, Stage

__all__ = [
    "AGENT_REGISTRY",
    "CURRENT_SESSION",
    "METADATA",
    "PROJECT_DOCUMENTS",
    "SESSION_DOCUMENTS",
    "SESSION_STATE",
    "TRACE",
    "Capabilities",
    "DesignStore",
    "Document",
    "FilesBeside",
    "PassedOver",
    "PassingOver",
    "Place",
    "Problem",
    "SessionDocuments",
]

CURRENT_SESSION = "CURRENT_SESSION"
SESSION_STATE = "session_state.json"
AGENT_REGISTRY = "agent_registry.json"
TRACE = "trace.json"
METADATA = "metadata"

PROJECT_DOCUMENTS = (CURRENT_SESSION, SESSION_STATE, AGENT_REGISTRY, TRACE)
SESSION_DOCUMENTS = (*(stage.value for stage in Stage), METADATA)


class Place(NamedTuple):
    """The address of one document: of a project (``session`` is None) or of a session.

    Attributes:
        name: one of ``PROJECT_DOCUMENTS``, or one of ``SESSION_DOCUMENTS``: a stage's name or ``metadata``.
    """

    project: str
    session: Optional[str]
    name: str

    @classmethod
    def artifact(cls, project: str, session: str, stage: Stage) -> Place:
        """The place of a session's artifact."""
        return cls(project, session, stage.value)


class Document(NamedTuple):
    """A document as it was read.

    Attributes:
        data: the exact bytes.
        digest: ``sha256:<hex>`` of the bytes.
        path: the place as shown to people: for files the path relative to the folder that holds ``.idse``.
    """

    data: bytes
    digest: str
    path: str


class SessionDocuments(NamedTuple):
    """All documents of one session that exist and can be read.

    Attributes:
        documents: document name → document; absent ones are left out.
        problems: document name → why an existing one can't be read.
    """

    documents: Mapping[str, Document]
    problems: Mapping[str, Problem]


class Problem(NamedTuple):
    """Why an existing document can't be read. ``reason`` is a stable word, see ``UnreadableError``."""

    reason: str
    message: str
    path: str
    line: Optional[int] = None
    column: Optional[int] = None


class PassedOver(NamedTuple):
    """An entry where a project or a session would be, which is not recognised as one.

    Attributes:
        name: the raw name, which need not be valid text.
        shown: the name, made safe to print.
        problem: what is wrong with it, in words.
        advice: what to do.
    """

    name: str
    shown: str
    problem: str
    advice: str


class Capabilities(NamedTuple):
    """What a store can do; callers ask for a capability, never for a type.

    Attributes:
        writable: documents can be changed at all.
        local_files: documents are files that an editor can open and a watcher can watch.
        layouts: sessions can be laid out flat or nested.
        reopenable: the store can be pickled, and shows the same documents when unpickled in another process.
    """

    writable: bool
    local_files: bool
    layouts: bool
    reopenable: bool = False


class DesignStore(Protocol):
    """Documents by place.

    Errors: ``NotFoundError`` for a project or session that does not exist, ``ConflictError`` when a document is not
    what the caller had read, ``UnreadableError`` for one that can't be read safely, ``RefusedError`` for a name that
    would lead outside, ``StorageError`` for what the medium refuses. No other exception escapes.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do; never changes."""
        ...

    def list_projects(self) -> Tuple[str, ...]:
        """The ids of all projects, sorted. Never partial: a project that is being created is not listed."""
        ...

    def create_project(self, project: str, documents: Mapping[Place, bytes], layout: Optional[Layout] = None) -> None:
        """Create a project with these documents, all or nothing: no reader ever sees half of it.

        Raises ``ConflictError`` when the project exists, even if its id differs in case.
        """
        ...

    def list_sessions(self, project: str) -> Tuple[str, ...]:
        """The ids of a project's sessions, sorted. Never partial."""
        ...

    def load_session(self, project: str, session: str) -> SessionDocuments:
        """All documents of a session. A document that can't be read becomes a problem, not an error."""
        ...

    def stamp(self, project: str, session: str, last: str = "") -> Optional[str]:
        """A token that changes as soon as any document of the session does, found without reading them.

        ``last`` is an earlier token, or empty: it may save work, and makes no difference to the result. None when no
        token can be relied on: something changed so recently that another change might not show, or something there is
        not plainly readable. The token says nothing about who may read the documents.
        """
        ...

    def save_session(
        self, project: str, session: str, documents: Mapping[str, bytes], layout: Optional[Layout] = None
    ) -> None:
        """Create a session with these documents, all or nothing; ``layout`` None takes the project's own.

        Raises ``ConflictError`` when the session exists, even if its id differs in case.
        """
        ...

    def read(self, place: Place) -> Optional[Document]:
        """One document, or None when it is absent. Safe to call any number of times."""
        ...

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        """Replace one document, atomically, if it still has the digest ``expected`` (None: if it is absent).

        Writing the bytes that are there already is allowed and changes nothing. Bytes that somebody else wrote are
        never lost: they stay in place, or are displaced.
        """
        ...

    def displace(self, place: Place, *, expected: Optional[str] = None) -> Optional[str]:
        """Move a document out of the way without destroying it; returns where it is kept, or None when it was absent.

        With ``expected``, only if it still has that digest; else ``ConflictError``, and it stays in place.
        """
        ...

    def discard_session(self, project: str, session: str) -> bool:
        """Remove a session that holds nothing any more; returns whether it is gone. Any leftover prevents it."""
        ...

    def locate(self, place: Place) -> str:
        """The place as shown to people, whether or not something is there."""
        ...


@runtime_checkable
class PassingOver(Protocol):
    """Optional part of a store that may contain entries it does not list."""

    def passed_over(self, project: Optional[str] = None) -> Tuple[PassedOver, ...]:
        """The entries that were left out when a project's sessions, or the projects, were last listed."""
        ...


@runtime_checkable
class FilesBeside(Protocol):
    """Optional part of a store in which other files can lie beside a session's documents."""

    def read_beside(self, project: str, session: str, path: str) -> Optional[Document]:
        """A file in a session's folder, or None when it is absent.

        Args:
            project: the session's project.
            session: the session.
            path: relative to the session's folder, with ``/``, without ``..``.
        """
        ...
