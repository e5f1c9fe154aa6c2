"""What the rules found in one artifact's text, and the cache that remembers it by content.

A result depends on nothing but the constitution, the templates, the stage and the bytes, so it can be kept under a
digest of those. The cache is a convenience: broken, locked or read-only, it is ignored.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.errors import IdseError
from idse_core.validation.findings import Hit

__all__ = ["ArtifactResult", "NoCache", "ResultCache"]

_SCHEMA = "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_TIMEOUT = 0.2  # seconds to wait for another process; then we go on without the cache
_MAX_ROWS = 200_000


class ArtifactResult(NamedTuple):
    """What one artifact's text says.

    Attributes:
        written: it has content that is not just a template's.
        hits: rule id → hits, for the rules that look at one file.
    """

    written: bool
    hits: Mapping[str, Tuple[Hit, ...]]


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
        except (sqlite3.Error, ValueError, TypeError, KeyError):
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
        if not self._path.is_file() or not files.inside(self._path, self._root):
            return None
        try:
            return self._connect()
        except sqlite3.Error:
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
    return json.dumps([result.written, hits], ensure_ascii=True, separators=(",", ":"))


def _row(hit: Hit) -> List[object]:
    return [hit.line, hit.column, hit.end_line, hit.values, hit.subject, hit.heading, hit.excerpt]


def _decoded(text: str) -> ArtifactResult:
    written, hits = json.loads(text)
    return ArtifactResult(written, {rule: tuple(map(_hit, rows)) for rule, rows in hits.items()})


def _hit(row: List[object]) -> Hit:
    line, column, end_line, values, subject, heading, excerpt = row
    pairs = tuple((str(key), str(value)) for key, value in values)  # type: ignore[attr-defined]  # a list, or the caller drops the cache
    return Hit(line, column, end_line, pairs, subject, tuple(heading), excerpt)  # type: ignore[arg-type]  # as above
