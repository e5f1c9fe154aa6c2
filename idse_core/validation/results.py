"""What the rules found in one artifact's text, and the cache that remembers it by content.

A result depends on nothing but the constitution, the templates, the stage and the bytes, so it can be kept under a
digest of those. The cache is a convenience: broken, locked or read-only, it is ignored.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, TypeVar

from idse_core import files
from idse_core.errors import IdseError
from idse_core.validation.findings import Hit

__all__ = [
    "ALL_RULES",
    "ArtifactResult",
    "IdNote",
    "LinkNote",
    "NoCache",
    "Notes",
    "ResultCache",
    "SuppressionNote",
    "TaskNote",
]

_SCHEMA = "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_TIMEOUT = 0.2  # seconds to wait for another process; then we go on without the cache
_MAX_ROWS = 200_000

_Note = TypeVar("_Note")


ALL_RULES = "all"
"""What a suppression says when it means every rule."""


class IdNote(NamedTuple):
    """An id such as ``FR-1`` in an artifact's prose.

    Attributes:
        line, column: 1-based.
        leads: it is the first thing in its list item, table row, heading or line, so it can be a definition there.
        text: the item, row or line it stands in, white space folded.
        heading: the headings above, outermost first.
        waiver: the reason after ``Waived:`` or ``Deferred:`` in that text, else empty.
    """

    id: str
    line: int
    column: int
    leads: bool
    text: str
    heading: Tuple[str, ...]
    waiver: str
    excerpt: str


class TaskNote(NamedTuple):
    """A task: a list item with a checkbox.

    Attributes:
        key: its number, such as ``1.2``; empty when it has none.
        needs: what stands in ``(Deps: …)``.
        files: what stands in ``(Files: …)``, else inline code that is clearly the path of a file.
    """

    key: str
    line: int
    column: int
    done: bool
    text: str
    needs: Tuple[str, ...]
    files: Tuple[str, ...]
    acceptance: str
    heading: Tuple[str, ...]


class LinkNote(NamedTuple):
    """A link or image."""

    target: str
    line: int
    column: int
    heading: Tuple[str, ...]


class SuppressionNote(NamedTuple):
    """A comment that suppresses findings.

    Attributes:
        rules: ids or names, or ``all``.
        first_line, end_line: the lines it covers, 1-based and inclusive.
        line, column: where the comment stands.
    """

    directive: str
    rules: Tuple[str, ...]
    first_line: int
    end_line: int
    reason: str
    line: int
    column: int

    def line_covers(self, line: int) -> bool:
        """Whether a finding on that line is covered."""
        return self.first_line <= line <= self.end_line


class Notes(NamedTuple):
    """What one artifact says that matters to rules about the session or the project.

    Attributes:
        anchors: what a link can name after ``#``: the headings, as forges write them.
    """

    ids: Tuple[IdNote, ...] = ()
    tasks: Tuple[TaskNote, ...] = ()
    links: Tuple[LinkNote, ...] = ()
    anchors: Tuple[str, ...] = ()


class ArtifactResult(NamedTuple):
    """What one artifact's text says.

    Attributes:
        written: it has content that is not just a template's.
        hits: rule id → hits, for the rules that look at one file.
    """

    written: bool
    hits: Mapping[str, Tuple[Hit, ...]]
    notes: Notes = Notes()
    suppressions: Tuple[SuppressionNote, ...] = ()


class NoCache:
    """Remembers nothing."""

    def get(self, key: str) -> Optional[ArtifactResult]:
        """Always None."""
        del key
        return None  # what the signature promises

    def put(self, key: str, result: ArtifactResult) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


class ResultCache:
    """Results in one SQLite file below ``.idse/.local/``; written once, when closed.

    Args:
        root: the ``.idse`` folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / ".local" / "cache" / "results.sqlite3"
        self._new: Dict[str, str] = {}
        self._connection = self._open()

    def get(self, key: str) -> Optional[ArtifactResult]:
        """The result kept under ``key``, or None."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT value FROM results WHERE key = ?", (key,)).fetchone()
            return None if row is None else _decoded(row[0])
        except (sqlite3.Error, ValueError, TypeError, AttributeError, RecursionError):
            self._drop()
            return None

    def put(self, key: str, result: ArtifactResult) -> None:
        """Keep a result, once the cache is closed."""
        self._new[key] = _encoded(result)

    def close(self) -> None:
        """Write what is new. Does nothing when that is not possible."""
        try:
            if self._new:
                self._write()
        except (sqlite3.Error, IdseError):
            pass  # locked, full or read-only: the next run works it out again
        finally:
            self._drop()

    def _write(self) -> None:
        files.ensure_local(self._path.parent, root=self._root)
        if not files.inside(self._path, self._root):
            return
        with closing(self._connect()) as connection, connection:
            connection.execute(_SCHEMA)
            (rows,) = connection.execute("SELECT count(*) FROM results").fetchone()
            if rows > _MAX_ROWS:
                connection.execute("DELETE FROM results")
            connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?)", self._new.items())

    def _open(self) -> Optional[sqlite3.Connection]:
        try:
            usable = self._path.is_file() and files.inside(self._path, self._root)
            return self._connect() if usable else None
        except (OSError, sqlite3.Error):  # OSError: a folder that we may not enter
            return None

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(str(self._path), timeout=_TIMEOUT)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._new = {}


def _encoded(result: ArtifactResult) -> str:
    hits = {rule: [_row(hit) for hit in found] for rule, found in result.hits.items()}
    document = [result.written, hits, result.notes, result.suppressions]
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def _row(hit: Hit) -> List[object]:
    return [hit.line, hit.column, hit.end_line, hit.values, hit.subject, hit.heading, hit.excerpt]


def _decoded(text: str) -> ArtifactResult:
    written, hits, (ids, tasks, links, anchors), suppressions = json.loads(text)
    notes = Notes(_tuples(IdNote, ids), _tuples(TaskNote, tasks), _tuples(LinkNote, links), tuple(anchors))
    found = {rule: tuple(Hit(*map(_frozen, row)) for row in rows) for rule, rows in hits.items()}
    return ArtifactResult(written, found, notes, _tuples(SuppressionNote, suppressions))


def _tuples(kind: Callable[..., _Note], rows: List[List[object]]) -> Tuple[_Note, ...]:
    return tuple(kind(*map(_frozen, row)) for row in rows)


def _frozen(value: Any) -> Any:  # noqa: ANN401  # JSON, as we wrote it; a cache that is not is dropped by the caller
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
