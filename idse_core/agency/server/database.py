"""The database: SQLite in a file, or PostgreSQL; only this module depends on which of them it is."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator, List, TypeVar, Union

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from idse_core.agency.server.fair_lock import Turns
from idse_core.agency.server.group_commit import Together
from idse_core.agency.server.problems import unavailable
from idse_core.agency.server.schema import SCHEMA_VERSION, about, blob, head, project, revision, tables
from idse_core.errors import ConfigError, StorageError, UsageError

__all__ = ["Database"]

Insert = Union[postgresql.Insert, sqlite.Insert]
Result = TypeVar("Result")

_BUSY_TIMEOUT = 10_000  # milliseconds that SQLite waits for another process
_CONNECTIONS = 20
_LOCK = 0x69647365  # "idse": the number of the advisory lock under which PostgreSQL's schema is created


class Database:
    """An open database. Safe to use from many threads.

    Attributes:
        server_id: identifies the data; random, set when the database was created.
        cursor_secret: the key that cursors are signed with.
        shown: the address without the password.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(idse_writing=True)
        self._is_sqlite = engine.dialect.name == "sqlite"
        # In PostgreSQL each statement of a reader has its own snapshot anyway: BEGIN and COMMIT would only cost time.
        self._reading = engine if self._is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turns: ContextManager[None] = Turns() if self._is_sqlite else nullcontext()
        self._together = Together(self.writing) if self._is_sqlite else None
        self.shown = engine.url.render_as_string(hide_password=True)
        self.server_id = ""
        self.cursor_secret = b""
        self._take_over(self._prepare())

    @classmethod
    def open(cls, address: str) -> Database:
        """Open a database, and create its tables unless they exist.

        Args:
            address: a file for SQLite, or a URL: ``sqlite:///…`` or ``postgresql+psycopg://…``.

        Raises:
            UsageError: the address is not valid.
            ConfigError: a newer version of idse has created the database.
            StorageError: it can't be opened.
        """
        url = _url(address)
        engine = _engine(url)
        before = os.umask(0o077)  # only the owner may read a new file
        try:
            return cls(engine)
        except DBAPIError as error:
            raise StorageError(
                f"the database {url.render_as_string(hide_password=True)} can't be opened: {_reason(error)}",
                hint="check that its address is right, that it runs, and that its folder can be written to when it is a file",
            ) from error
        finally:
            os.umask(before)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading. SQLite: all statements see one snapshot. PostgreSQL: each has its own.

        Raises:
            ProblemError: 503, the database is not available now.
        """
        with _translated(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction for writing; it is rolled back when an exception leaves the block.

        SQLite: it has the write lock from the beginning. PostgreSQL: read committed, so lock the rows that matter.

        Raises:
            ProblemError: 503, the database is not available now.
        """
        with _translated(), self._turns, self._writing.begin() as connection:
            yield connection

    def write(self, act: Callable[[Connection], Result]) -> Result:
        """Call a function in a transaction like that of ``writing()``; with SQLite, waiting writes share a transaction.

        Args:
            act: the function; it may be called again if the transaction fails as a whole.

        Raises:
            ProblemError: 503, the database is not available now. Also whatever ``act`` raises.
        """
        if self._together is not None:
            return self._together.run(act)
        with self.writing() as connection:
            return act(connection)

    def insert(self, table: Table) -> Insert:
        """An ``INSERT`` that supports ``ON CONFLICT``, which has the same syntax in both databases."""
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    def problems(self) -> List[str]:
        """Check all data; return one line per problem."""
        found: List[str] = []
        with self.reading() as connection:
            if self._is_sqlite:
                checks = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")
                rows = [tuple(row) for check in checks for row in connection.exec_driver_sql(check)]
                found += [f"SQLite: {' '.join(map(str, row))}" for row in rows if row != ("ok",)]
            found += _contradictions(connection)
        return found

    def renew(self) -> None:
        """Give the data a new identity, for a restored backup, which lacks everything that was pushed after it.

        Clients then see another server, and do not take the missing documents for deleted or reverted.
        """
        with self.writing() as connection:
            for name, value in _identity().items():
                connection.execute(update(about).where(about.c.name == name).values(value=value))
            self._take_over(_kept(connection))

    def close(self) -> None:
        """Close all connections. Safe to call twice."""
        self._engine.dispose()

    def _take_over(self, kept: Dict[str, str]) -> None:
        self.server_id = kept["server_id"]
        self.cursor_secret = bytes.fromhex(kept["cursor_secret"])

    def _prepare(self) -> Dict[str, str]:
        """Create missing tables and facts; return the database's facts about itself."""
        try:
            with self._turns, self._writing.begin() as connection:
                if not self._is_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                tables.create_all(connection)
                fresh = {"schema_version": str(SCHEMA_VERSION), **_identity()}
                rows = [{"name": name, "value": value} for name, value in fresh.items()]
                connection.execute(self.insert(about).on_conflict_do_nothing(), rows)
                kept = _kept(connection)
        except BaseException:
            self.close()
            raise
        if int(kept["schema_version"]) > SCHEMA_VERSION:
            self.close()
            raise ConfigError(
                f"the database has version {kept['schema_version']}, this idse knows up to {SCHEMA_VERSION}",
                hint="update idse",
            )
        return kept


def _identity() -> Dict[str, str]:
    return {"server_id": secrets.token_hex(8), "cursor_secret": secrets.token_hex(32)}


def _kept(connection: Connection) -> Dict[str, str]:
    """The database's facts about itself, by name."""
    return {row.name: row.value for row in connection.execute(select(about))}


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).expanduser()))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise UsageError("the address of the database can't be understood", hint=_FORMS) from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise UsageError(f"a database of the kind '{url.drivername}' is not supported", hint=_FORMS)
    if url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
        raise UsageError("the database must be kept in a file", hint=_FORMS)
    return url


_FORMS = "give a file, or an address such as postgresql+psycopg://user@host/database"


def _engine(url: URL) -> Engine:
    # Error messages are logged, and must not quote parameters, because these include contents.
    options: Dict[str, Any] = {"hide_parameters": True, "pool_size": _CONNECTIONS, "max_overflow": _CONNECTIONS}
    if url.drivername != "sqlite":
        return create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True, **options)
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401  # sqlite3's own connection
    del record
    connection.isolation_level = None  # the sqlite3 module must not begin transactions itself: it would do so too late
    for pragma in (f"busy_timeout={_BUSY_TIMEOUT}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("idse_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise unavailable("the database is not available now") from error
    except PoolTimeoutError as error:
        raise unavailable("too many requests at once") from error


def _reason(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or [type(error).__name__]
    return lines[0]


def _contradictions(connection: Connection) -> Iterator[str]:
    """Inconsistencies between the tables. None of our transactions can cause them, but a broken disk can."""
    newest = select(func.max(revision.c.seq)).where(
        revision.c.tenant == project.c.tenant, revision.c.project == project.c.id
    )
    behind = select(project.c.tenant, project.c.id).where(project.c.head_seq != newest.scalar_subquery())
    yield from (
        f"project {row.id} of {row.tenant}: its count is not that of its newest revision"
        for row in connection.execute(behind)
    )
    lost = (
        select(head.c.tenant, head.c.project, head.c.session, head.c.key)
        .outerjoin(blob, (blob.c.tenant == head.c.tenant) & (blob.c.digest == head.c.digest))
        .where(head.c.digest.is_not(None), blob.c.digest.is_(None))
    )
    for row in connection.execute(lost):
        yield f"{row.project}/{row.session}/{row.key} of {row.tenant}: its content is missing"
