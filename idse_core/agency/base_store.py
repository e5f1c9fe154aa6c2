"""The sync state of one project at one Agency Core, below ``.idse/.local/sync/<server id>/<project id>/``.

One SQLite file stores the base (revisions and contents that both sides had when they last agreed), newer revisions at
the Agency Core, the cursor in its feed, and stamps and digests of the workspace's documents from when they were last
read. Every method that writes is one transaction. If the file is lost or broken the base is empty, which can cause
conflicts but never deletions.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import files
from idse_core.agency.protocol import digest_of_revision
from idse_core.errors import StorageError
from idse_core.events import FileDisplaced, Listener, Warned, ignore

__all__ = ["Agreed", "BaseStore", "Observed", "RemoteState", "Seen", "agreed_content"]

_FILE = "base.sqlite3"
_VERSION = 1
_TIMEOUT = 10.0  # seconds to wait for another process of ours
_LEVEL = 1  # of zlib, for speed: contents are small, and a first sync writes all of them
_TABLES = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE base (session TEXT, key TEXT, revision TEXT NOT NULL, PRIMARY KEY (session, key)) WITHOUT ROWID",
    (
        "CREATE TABLE ahead (session TEXT, key TEXT, revision TEXT, seq INTEGER NOT NULL, size INTEGER NOT NULL, "
        "PRIMARY KEY (session, key)) WITHOUT ROWID"
    ),
    "CREATE INDEX base_digest ON base (substr(revision, -64))",
    "CREATE INDEX ahead_digest ON ahead (substr(revision, -64))",
    "CREATE TABLE content (digest TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE seen (session TEXT PRIMARY KEY, stamp TEXT NOT NULL, digests TEXT NOT NULL) WITHOUT ROWID",
    f"PRAGMA user_version = {_VERSION}",
)


class RemoteState(NamedTuple):
    """The state of one document at the Agency Core.

    Attributes:
        revision: in wire form; None for a tombstone.
        size: of the content, in bytes.
    """

    revision: Optional[str]
    size: int = 0


class Observed(NamedTuple):
    """One validated item of the feed.

    Attributes:
        content: its bytes, if they were requested.
    """

    session: str
    key: str
    revision: Optional[str]
    seq: int
    size: int
    content: Optional[bytes] = None


class Agreed(NamedTuple):
    """A document on which both sides agree now; with ``revision`` None, neither side has it."""

    session: str
    key: str
    revision: Optional[str]
    content: Optional[bytes] = None


class Seen(NamedTuple):
    """A session as last read: ``stamp``: the store's, taken before reading; ``digests``: key → (digest, size)."""

    stamp: str
    digests: Mapping[str, Tuple[str, int]]


class BaseStore:
    """The sync state of one project at one Agency Core. Use it in one thread only, and close it.

    Args:
        workspace: the ``.idse`` folder; None for a store in memory, to look at a project that is not in the workspace.
        server_id: checked by the protocol to be a plain name.
        project_id: likewise, by `names.check_id`.
        on_event: called when a broken file had to be put aside.

    Raises:
        StorageError: the file can't be read or written.
    """

    def __init__(
        self, workspace: Optional[Path], server_id: str, project_id: str, *, on_event: Listener = ignore
    ) -> None:
        self.server_id = server_id
        self.project_id = project_id
        if workspace is None:
            self._path = Path(":memory:")
            self._connection = self._opened()
            return
        self._root = workspace
        self._path = _path_in(workspace, server_id, project_id)
        self._folder = self._path.parent
        files.ensure_local(workspace / ".local", root=workspace)
        files.ensure_local(self._folder, root=workspace)
        if not files.inside(self._path, workspace):
            raise StorageError(
                "what sync remembers leads outside the workspace",
                hint="remove the link; the next sync makes the file anew",
                path=str(self._path),
            )
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "unable to open" in str(error):
                raise _refused(error, self._path) from error
            self._put_aside(error, on_event)
            self._connection = self._opened()

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        self._connection.close()

    # Facts

    @property
    def cursor(self) -> str:
        """The position up to which the feed was read; empty if it was never read."""
        return self.fact("cursor")

    @property
    def head(self) -> int:
        """The newest known ``seq`` of the project."""
        return int(self.fact("head") or 0)

    def fact(self, name: str) -> str:
        """The stored text with a name; empty if there is none."""
        rows = self._rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    @property
    def has_base(self) -> bool:
        """Whether the base has any document."""
        return bool(self._rows("SELECT 1 FROM base LIMIT 1"))

    # The trees

    def base(self) -> Dict[str, Dict[str, str]]:
        """What both sides had when they last agreed: session → key → revision."""
        found: Dict[str, Dict[str, str]] = {}
        for session, key, revision in self._rows("SELECT session, key, revision FROM base"):
            found.setdefault(session, {})[key] = revision
        return found

    def ahead(self) -> Dict[str, Dict[str, RemoteState]]:
        """The documents whose state at the Agency Core differs from the base: session → key → state."""
        found: Dict[str, Dict[str, RemoteState]] = {}
        for session, key, revision, size in self._rows("SELECT session, key, revision, size FROM ahead"):
            found.setdefault(session, {})[key] = RemoteState(revision, size)
        return found

    def document(self, session: str, key: str) -> Tuple[Optional[str], Optional[RemoteState]]:
        """The base of one document, and its state at the Agency Core where that differs from the base."""
        place = (session, key)
        base = self._rows("SELECT revision FROM base WHERE session = ? AND key = ?", place)
        ahead = self._rows("SELECT revision, size FROM ahead WHERE session = ? AND key = ?", place)
        return base[0][0] if base else None, RemoteState(*ahead[0]) if ahead else None

    def content(self, digest: str) -> Optional[bytes]:
        """The content with a digest (64 hexadecimal digits); None if it is not stored here."""
        rows = self._rows("SELECT data FROM content WHERE digest = ?", (digest,))
        return zlib.decompress(rows[0][0]) if rows else None

    def has_contents(self, digests: Iterable[str]) -> Dict[str, bool]:
        """Whether the content with each of these digests is stored here."""
        wanted = list(digests)
        found = {
            row[0]
            for start in range(0, len(wanted), 500)
            for row in self._rows(
                f"SELECT digest FROM content WHERE digest IN ({','.join('?' * len(wanted[start : start + 500]))})",  # noqa: S608
                wanted[start : start + 500],
            )
        }
        return {digest: digest in found for digest in wanted}

    # Writing

    def observe(self, items: Sequence[Observed], *, cursor: Optional[str], head: int) -> None:
        """Store a part of the feed; with ``cursor`` None the items were not read in order, and the cursor is kept."""
        with self._writing() as connection:
            for item in items:
                self._observe(connection, item)
            self._remember_position(connection, cursor, head)

    def start_again(self, items: Sequence[Observed], *, cursor: str, head: int) -> None:
        """Store the whole manifest: documents that it does not name do not exist at the Agency Core."""
        rolled_back = head < self.head
        with self._writing() as connection:
            connection.execute("DELETE FROM ahead")
            if rolled_back:  # the Agency Core may have lost revisions of the base, so the base is no longer valid
                connection.execute("DELETE FROM base")
            named = {(item.session, item.key) for item in items}
            gone = [row for row in connection.execute("SELECT session, key FROM base") if tuple(row) not in named]
            connection.executemany("INSERT INTO ahead VALUES (?, ?, NULL, 0, 0)", gone)
            for item in items:
                self._observe(connection, item)
            self._remember_position(connection, cursor, head)

    def correct(self, items: Sequence[Observed]) -> None:
        """Store the state of documents that the Agency Core named when it refused a push, in place of the feed's."""
        with self._writing() as connection:
            for item in items:
                row = (item.session, item.key, item.revision, item.seq, item.size)
                connection.execute("INSERT OR REPLACE INTO ahead VALUES (?, ?, ?, ?, ?)", row)

    def record(self, changes: Sequence[Agreed]) -> None:
        """Record that both sides agree on these documents now, and drop contents that are no longer needed."""
        with self._writing() as connection:
            for change in changes:
                self._record(connection, change)

    def keep(self, contents: Iterable[bytes]) -> None:
        """Store contents that are about to be needed."""
        with self._writing() as connection:
            for data in contents:
                _keep(connection, data)

    # What the workspace looked like

    def seen(self) -> Dict[str, Seen]:
        """The sessions as they were last read, by id."""
        rows = self._rows("SELECT session, stamp, digests FROM seen")
        return {session: Seen(stamp, _digests(text)) for session, stamp, text in rows}

    def remember(self, seen: Mapping[str, Optional[Seen]], facts: Mapping[str, str]) -> None:
        """Store the sessions as they were read, or None for a session that is gone, and named texts (``facts``)."""
        with self._writing() as connection:
            for session, value in seen.items():
                if value is None:
                    connection.execute("DELETE FROM seen WHERE session = ?", (session,))
                else:
                    text = json.dumps({key: list(found) for key, found in value.digests.items()})
                    connection.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (session, value.stamp, text))
            for name, text in facts.items():
                connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, text))

    # Inside

    def _observe(self, connection: sqlite3.Connection, item: Observed) -> None:
        place = (item.session, item.key)
        known = connection.execute("SELECT seq, revision FROM ahead WHERE session = ? AND key = ?", place).fetchone()
        if known is not None and known[0] > item.seq:
            return  # we know a newer state already
        base = connection.execute("SELECT revision FROM base WHERE session = ? AND key = ?", place).fetchone()
        agreed = None if base is None else base[0]
        if agreed is not None and _seq(agreed) > item.seq:
            return
        if item.content is not None:
            _keep(connection, item.content)
        if agreed == item.revision:
            connection.execute("DELETE FROM ahead WHERE session = ? AND key = ?", place)
        else:
            row = (*place, item.revision, item.seq, item.size)
            connection.execute("INSERT OR REPLACE INTO ahead VALUES (?, ?, ?, ?, ?)", row)
        if known is not None and known[1] not in {None, item.revision}:
            _drop(connection, digest_of_revision(known[1]))

    def _record(self, connection: sqlite3.Connection, change: Agreed) -> None:
        place = (change.session, change.key)
        before = connection.execute("SELECT revision FROM base WHERE session = ? AND key = ?", place).fetchone()
        if change.revision is None:
            connection.execute("DELETE FROM base WHERE session = ? AND key = ?", place)
        else:
            connection.execute("INSERT OR REPLACE INTO base VALUES (?, ?, ?)", (*place, change.revision))
            if change.content is not None:
                _keep(connection, change.content)
        ahead = connection.execute("SELECT revision, seq FROM ahead WHERE session = ? AND key = ?", place).fetchone()
        is_newer = ahead is not None and change.revision is not None and ahead[1] > _seq(change.revision)
        if ahead is not None and not is_newer:
            connection.execute("DELETE FROM ahead WHERE session = ? AND key = ?", place)
        if before is not None and before[0] != change.revision:
            _drop(connection, digest_of_revision(before[0]))

    def _remember_position(self, connection: sqlite3.Connection, cursor: Optional[str], head: int) -> None:
        facts = [("head", str(head))] if cursor is None else [("head", str(head)), ("cursor", cursor)]
        connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts)

    def _rows(self, query: str, given: Sequence[object] = ()) -> List[Tuple]:  # type: ignore[type-arg]  # of any columns
        try:
            return self._connection.execute(query, given).fetchall()
        except sqlite3.Error as error:
            raise _refused(error, self._path) from error

    def _writing(self) -> _Transaction:
        return _Transaction(self._connection, self._path)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(str(self._path), timeout=_TIMEOUT, isolation_level=None)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            _check(version)
            if version == 0:
                with _Transaction(connection, self._path):
                    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                        for table in _TABLES:
                            connection.execute(table)
            connection.execute("SELECT count(*) FROM facts").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _put_aside(self, error: sqlite3.DatabaseError, on_event: Listener) -> None:
        displaced = self._root / ".local" / "displaced"
        kept = files.displace(self._path, expected=None, root=self._root, displaced=displaced)
        for suffix in ("-journal", "-wal", "-shm"):
            files.displace(Path(f"{self._path}{suffix}"), expected=None, root=self._root, displaced=displaced)
        on_event(FileDisplaced(str(self._path), str(kept)))
        message = f"what sync remembered is broken ({error}) and was put aside; what differs will be a conflict"
        on_event(Warned(message, "nothing is lost: both versions of each such document are kept"))


def agreed_content(workspace: Path, server_id: str, project_id: str, session: str, key: str) -> Optional[bytes]:
    """The bytes of a document when both sides last agreed on it; None when nothing is remembered. Only looks.

    Args:
        workspace: the ``.idse`` folder.
        server_id: as for `BaseStore`.
        project_id: likewise.
        session: whose document.
        key: its name on the wire.

    Raises:
        StorageError: what is remembered can't be read.
    """
    path = _path_in(workspace, server_id, project_id)
    if not path.is_file() or not files.inside(path, workspace):
        return None
    query = (
        "SELECT content.data FROM base JOIN content ON content.digest = substr(base.revision, -64) "
        "WHERE base.session = ? AND base.key = ?"
    )
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_TIMEOUT)) as connection:
            row = connection.execute(query, (session, key)).fetchone()
    except sqlite3.Error as error:
        raise _refused(error, path) from error
    return None if row is None else zlib.decompress(row[0])


def _path_in(workspace: Path, server_id: str, project_id: str) -> Path:
    return workspace / ".local" / "sync" / server_id / project_id / _FILE


class _Transaction:
    """A transaction around a block: all of its writes are made, or none; one writer at a time."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise _refused(error, self._path) from error
        return self._connection

    def __exit__(self, kind: object, error: Optional[BaseException], trace: object) -> None:
        if error is None:
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error as fault:
                self._connection.execute("ROLLBACK")
                raise _refused(fault, self._path) from fault
            return
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise _refused(error, self._path) from error


def _check(version: int) -> None:
    if version not in {0, _VERSION}:
        raise sqlite3.DatabaseError(f"it has version {version}")


def _keep(connection: sqlite3.Connection, data: bytes) -> None:
    digest = files.digest(data).split(":")[1]
    with closing(connection.execute("SELECT 1 FROM content WHERE digest = ?", (digest,))) as found:
        if found.fetchone() is None:
            row = (digest, zlib.compress(data, _LEVEL))
            connection.execute("INSERT INTO content VALUES (?, ?)", row)


def _drop(connection: sqlite3.Connection, digest: str) -> None:
    """Delete a content unless a revision still refers to it."""
    for table in ("base", "ahead"):
        query = f"SELECT 1 FROM {table} WHERE substr(revision, -64) = ? LIMIT 1"  # noqa: S608  # our words
        if connection.execute(query, (digest,)).fetchone() is not None:
            return
    connection.execute("DELETE FROM content WHERE digest = ?", (digest,))


def _seq(revision: str) -> int:
    return int(revision[1 : revision.index("-")])


def _digests(text: str) -> Dict[str, Tuple[str, int]]:
    return {key: (digest, size) for key, (digest, size) in json.loads(text).items()}


def _refused(error: sqlite3.Error, path: Path) -> StorageError:
    hint = "see that the file and its folder can be written to and the disk is not full, then repeat"
    return StorageError(f"what sync remembers can't be read or written: {error}", hint=hint, path=str(path))
