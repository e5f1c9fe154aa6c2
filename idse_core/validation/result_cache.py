"""What validations cache from one run to the next, in one SQLite file below ``.idse/.local/``.

The cache is optional: broken, locked or read-only, it is ignored. Every entry is stored under a key of everything that
it was computed from, so no entry is ever out of date; other inputs have another key, and find nothing.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Protocol, Sequence, Tuple, TypeVar

from idse_core import files
from idse_core.errors import IdseError
from idse_core.validation.findings import Hit
from idse_core.validation.results import (
    ArtifactResult,
    IdNote,
    LinkNote,
    Notes,
    SpineNote,
    SuppressionNote,
    TaskNote,
)

__all__ = ["CacheRow", "MemoryCache", "NoCache", "ResultCache", "Results", "encoded"]

_TABLES = (
    "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    (
        "CREATE TABLE IF NOT EXISTS sessions (project TEXT, session TEXT, stamp TEXT, context TEXT, record TEXT, "
        "documents TEXT, metadata TEXT, surroundings TEXT, value TEXT NOT NULL, PRIMARY KEY (project, session))"
    ),
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, key TEXT, value TEXT NOT NULL) WITHOUT ROWID",
)
_TIMEOUT = 0.2  # seconds to wait for another process; then we go on without the cache
_SIZES = ("page_count", "freelist_count", "page_size")
_MOST_BYTES = 1 << 30  # mostly results of artifacts that have changed since
_BATCH = 1_000  # results that are kept in memory before they are written
_FAULTS = (sqlite3.Error, ValueError, TypeError, AttributeError, KeyError, RecursionError)

_Note = TypeVar("_Note")


class CacheRow(NamedTuple):
    """What is cached about one session; all of it text.

    Attributes:
        stamp: the store's stamp of its documents, empty when that can't be relied on.
        context: a digest of the rules and of all the project's records.
        record: a digest of the rules and of what those records say about this session.
        documents: a digest of its documents.
        metadata: the digest of its metadata, empty when there is none.
        surroundings: the other questions asked while it was judged, with their answers, as JSON.
        value: its report, as JSON.
    """

    session: str
    stamp: str
    context: str
    record: str
    documents: str
    metadata: str
    surroundings: str
    value: str


class Results(Protocol):
    """A cache of results; an unknown name or key yields None or nothing."""

    def get(self, key: str) -> Optional[ArtifactResult]:
        """The cached result of one artifact."""
        ...

    def put(self, key: str, result: ArtifactResult) -> None:
        """Cache the result of one artifact."""
        ...

    def put_encoded(self, key: str, text: str) -> None:
        """Cache the result of one artifact, as encoded by ``encoded``."""
        ...

    def sessions(self, project: str, session: Optional[str] = None) -> Dict[str, CacheRow]:
        """What is cached about a project's sessions, or about one of them, by id."""
        ...

    def put_session(self, project: str, row: CacheRow) -> None:
        """Cache a session, replacing what was cached about it."""
        ...

    def fact(self, name: str, key: str) -> Optional[str]:
        """The text cached under a name, if it was cached with this key."""
        ...

    def put_fact(self, name: str, key: str, value: str) -> None:
        """Cache a text under a name, replacing the previous one."""
        ...

    def close(self) -> None:
        """Write what is new; afterwards nothing can be read."""
        ...


class NoCache:
    """Caches nothing."""

    def get(self, key: str) -> Optional[ArtifactResult]:
        """Always None."""
        del key
        return None  # what the signature promises

    def put(self, key: str, result: ArtifactResult) -> None:
        """Does nothing."""

    def put_encoded(self, key: str, text: str) -> None:
        """Does nothing."""

    def sessions(self, project: str, session: Optional[str] = None) -> Dict[str, CacheRow]:
        """Always empty."""
        del project, session
        return {}

    def put_session(self, project: str, row: CacheRow) -> None:
        """Does nothing."""

    def fact(self, name: str, key: str) -> Optional[str]:
        """Always None."""
        del name, key
        return None  # what the signature promises

    def put_fact(self, name: str, key: str, value: str) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


class MemoryCache(NoCache):
    """Caches results of artifacts for one call, which looks at most of them several times."""

    def __init__(self) -> None:
        self._results: Dict[str, ArtifactResult] = {}

    def get(self, key: str) -> Optional[ArtifactResult]:
        return self._results.get(key)

    def put(self, key: str, result: ArtifactResult) -> None:
        self._results[key] = result


class ResultCache:
    """A cache in one SQLite file; written in batches, and when closed.

    Args:
        root: the ``.idse`` folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / ".local" / "cache" / "results.sqlite3"
        self._results: Dict[str, str] = {}
        self._sessions: List[Tuple[str, ...]] = []
        self._facts: List[Tuple[str, str, str]] = []
        self._readable = self._open()

    def get(self, key: str) -> Optional[ArtifactResult]:
        try:
            rows = self._rows("SELECT value FROM results WHERE key = ?", (key,))
            return _decoded(rows[0][0]) if rows else None
        except _FAULTS:
            self._drop()
            return None

    def put(self, key: str, result: ArtifactResult) -> None:
        self.put_encoded(key, encoded(result))

    def put_encoded(self, key: str, text: str) -> None:
        self._results[key] = text
        if len(self._results) >= _BATCH:
            self._flush()

    def sessions(self, project: str, session: Optional[str] = None) -> Dict[str, CacheRow]:
        one, given = (" AND session = ?", (project, session)) if session is not None else ("", (project,))
        columns = ", ".join(CacheRow._fields)
        try:
            rows = self._rows(f"SELECT {columns} FROM sessions WHERE project = ?{one}", given)  # noqa: S608  # our words
            return {row[0]: CacheRow(*row) for row in rows}
        except _FAULTS:
            self._drop()
            return {}

    def put_session(self, project: str, row: CacheRow) -> None:
        self._sessions.append((project, *row))

    def fact(self, name: str, key: str) -> Optional[str]:
        try:
            rows = self._rows("SELECT value FROM facts WHERE name = ? AND key = ?", (name, key))
            return str(rows[0][0]) if rows else None
        except _FAULTS:
            self._drop()
            return None

    def put_fact(self, name: str, key: str, value: str) -> None:
        self._facts.append((name, key, value))

    def close(self) -> None:
        self._flush()
        self._drop()

    def _flush(self) -> None:
        try:
            if self._results or self._sessions or self._facts:
                self._write()
        except (sqlite3.Error, IdseError):
            self._drop()  # locked, full or read-only: the next run computes it again
        finally:
            self._results, self._sessions, self._facts = {}, [], []

    def _write(self) -> None:
        files.ensure_local(self._path.parent, root=self._root)
        if not files.inside(self._path, self._root):
            return
        with closing(self._connect()) as connection, connection:
            for table in _TABLES:
                connection.execute(table)
            pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _SIZES)
            if (pages - free) * size > _MOST_BYTES:
                connection.execute("DELETE FROM results")
            connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?)", self._results.items())
            connection.executemany("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._sessions)
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", self._facts)

    def _rows(self, query: str, given: Sequence[str]) -> List[Tuple[Any, ...]]:
        return [] if self._readable is None else self._readable.execute(query, given).fetchall()

    def _open(self) -> Optional[sqlite3.Connection]:
        try:
            usable = self._path.is_file() and files.inside(self._path, self._root)
            return self._connect() if usable else None
        except (OSError, sqlite3.Error):  # OSError: a folder that we have no permission to enter
            return None

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(str(self._path), timeout=_TIMEOUT)

    def _drop(self) -> None:
        if self._readable is not None:
            self._readable.close()
        self._readable = None


def encoded(result: ArtifactResult) -> str:
    """Encode a result as text."""
    hits = {rule: [_row(hit) for hit in found] for rule, found in result.hits.items()}
    document = [result.written, hits, result.notes, result.suppressions]
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def _row(hit: Hit) -> List[object]:
    own = [hit.line, hit.column, hit.end_line, hit.values, hit.subject, hit.heading, hit.excerpt, hit.fixable]
    return [*own, [_row(part) for part in hit.parts]]


def _decoded(text: str) -> ArtifactResult:
    written, hits, (ids, tasks, links, anchors, spine), suppressions = json.loads(text)
    notes = Notes(
        _tuples(IdNote, ids),
        _tuples(TaskNote, tasks),
        _tuples(LinkNote, links),
        tuple(anchors),
        _tuples(SpineNote, spine),
    )
    found = {rule: tuple(map(_hit, rows)) for rule, rows in hits.items()}
    return ArtifactResult(written, found, notes, _tuples(SuppressionNote, suppressions))


def _hit(row: List[Any]) -> Hit:
    *own, parts = row
    return Hit(*map(_frozen, own))._replace(parts=tuple(map(_hit, parts))) if parts else Hit(*map(_frozen, own))


def _tuples(kind: Callable[..., _Note], rows: List[List[object]]) -> Tuple[_Note, ...]:
    return tuple([kind(*[_frozen(value) if value.__class__ is list else value for value in row]) for row in rows])


def _frozen(value: Any) -> Any:  # noqa: ANN401  # JSON, as we wrote it; a cache that is not is dropped by the caller
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
