"""Opening a database: it is created once, kept and checked, and refused if a newer version has created it."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import List

import pytest
from sqlalchemy import select, update

from idse_core.agency.protocol import PullRequest
from idse_core.agency.server.database import Database
from idse_core.agency.server.fair_lock import Turns
from idse_core.agency.server.problems import ProblemError
from idse_core.agency.server.schema import about, project
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import Caller, caller_of, create_token, list_tokens, revoke_token
from idse_core.errors import ConfigError, IdseError, NotFoundError, StorageError, UsageError
from tests.agency_server.pushes import everything, push


def test_opening_again_finds_everything(address: str) -> None:
    with closing(Database.open(address)) as first:
        secret = create_token(first, "acme").secret
        core = AgencyCore(first)
        caller = core.caller(secret)
        assert caller is not None
        push(core, caller, {"spec_md": "x"})
        known = (first.server_id, first.cursor_secret)
    with closing(Database.open(address)) as second:
        core = AgencyCore(second)
        assert (second.server_id, second.cursor_secret) == known
        assert core.caller(secret) == caller
        assert [item.content for item in everything(core, caller)] == ["x"]
        assert second.problems() == []


def test_restored_data_gets_a_new_server_id(core: AgencyCore, caller: Caller, address: str) -> None:
    push(core, caller, {"spec_md": "x"})
    cursor = core.pull(caller, PullRequest(project_id="portal")).next
    before = core.info().server_id
    core.database.renew()
    assert core.info().server_id != before
    with closing(Database.open(address)) as again:
        assert again.server_id == core.database.server_id
        with pytest.raises(ProblemError) as raised:
            AgencyCore(again).pull(caller, PullRequest(project_id="portal", since=cursor))
        assert raised.value.status == 410
        assert [item.content for item in everything(AgencyCore(again), caller)] == ["x"]


def test_many_threads_can_open_a_new_database_at_once(address: str) -> None:
    found: List[Database] = []
    threads = [threading.Thread(target=lambda: found.append(Database.open(address))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len({database.server_id for database in found}) == 1
    for database in found:
        database.close()


def test_a_database_of_a_newer_version_is_left_alone(address: str) -> None:
    with closing(Database.open(address)) as database, database.writing() as connection:
        connection.execute(update(about).where(about.c.name == "schema_version").values(value="99"))
    with pytest.raises(ConfigError, match="has version 99"):
        Database.open(address)


@pytest.mark.parametrize(
    "address", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg2://h/d", "postgresql://h:x/d"]
)
def test_invalid_addresses(address: str) -> None:
    with pytest.raises(UsageError):
        Database.open(address)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(IdseError) as raised:
        Database.open("postgresql://idse:s3cret@127.0.0.1:9/x?connect_timeout=2")
    assert isinstance(raised.value, StorageError)
    assert "127.0.0.1" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_file_that_is_not_a_database(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes(b"# Notes\n" * 1000)
    with pytest.raises(StorageError, match="not a database"):
        Database.open(str(tmp_path / "notes.md"))
    assert (tmp_path / "notes.md").read_bytes() == b"# Notes\n" * 1000
    with pytest.raises(StorageError):
        Database.open(str(tmp_path / "no" / "such" / "folder.db"))


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_only_the_owner_can_read_a_new_file(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        with closing(Database.open(str(tmp_path / "agency.db"))):
            found = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(mask)
    assert found["agency.db"] == 0o600
    assert set(found.values()) == {0o600}


def test_sqlite_flushes_every_commit_to_the_disk(tmp_path: Path) -> None:
    with closing(Database.open(str(tmp_path / "agency.db"))) as database:
        for transaction in (database.reading, database.writing):
            with transaction() as connection:
                settings = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
                }
            assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_writer_has_the_lock_from_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database, closing(sqlite3.connect(path, timeout=0)) as other:
        with database.reading():
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        with database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_a_database_that_is_locked_for_too_long_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idse_core.agency.server.database._BUSY_TIMEOUT", 50)
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProblemError) as raised, database.writing():
            pytest.fail("it has the lock")
        other.execute("ROLLBACK")
        assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "1"})
        with database.writing():
            pass


def test_an_exception_rolls_everything_back(core: AgencyCore, caller: Caller) -> None:
    def fail() -> None:
        row = {"tenant": "acme", "id": "p", "name": "", "head_seq": 1, "head_push": ""}
        with core.database.writing() as connection:
            connection.execute(core.database.insert(project), [row])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with core.database.reading() as connection:
        assert connection.execute(select(project)).all() == []


# ---------------------------------------------------------------------------------------------------------- integrity


def test_inconsistencies_are_found(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "x"})
    assert core.database.problems() == []
    with core.database.writing() as connection:
        connection.execute(update(project).values(head_seq=7))
    assert core.database.problems() == ["project portal of acme: its count is not that of its newest revision"]


def test_a_lost_content_is_found(tmp_path: Path) -> None:
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database:
        core = AgencyCore(database)
        caller = core.caller(create_token(database, "acme").secret)
        assert caller is not None
        push(core, caller, {"spec_md": "x"})
        with closing(sqlite3.connect(path)) as other:
            other.execute("DELETE FROM blob")  # foreign keys are off here, so it works like a corrupt page
            other.commit()
        assert "portal/auth/spec_md of acme: its content is missing" in database.problems()


# ------------------------------------------------------------------------------------------------------------- tokens


def test_a_token_is_kept_as_a_hash_only(tmp_path: Path) -> None:
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database:
        secret = create_token(database, "acme", note="laptop").secret
        assert len(secret) > 40
    data = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert secret.encode() not in data
    assert b"laptop" in data


def test_a_revoked_token_is_not_valid(database: Database) -> None:
    first, second = create_token(database, "acme", note="one\nline"), create_token(database, "acme")
    revoke_token(database, "acme", first.id)
    listed = {entry.id: entry for entry in list_tokens(database, "acme")}
    revoke_token(database, "acme", first.id)

    assert caller_of(database, first.secret) is None
    assert caller_of(database, second.secret) == Caller("acme", second.id)
    assert listed[first.id].note == "one line"
    assert listed[first.id].revoked_at
    assert listed[second.id].revoked_at == ""
    assert {entry.id: entry for entry in list_tokens(database, "acme")} == listed


def test_invalid_tokens_and_tenants(database: Database) -> None:
    mine = create_token(database, "acme")
    create_token(database, "rival")
    for wrong in ("", "x", mine.secret[:-1], mine.secret + "x", mine.secret.upper(), "a" * 10_000, "\ud800", mine.id):
        assert caller_of(database, wrong) is None
    for tenant, token in (("rival", mine.id), ("acme", "nope"), ("nobody", mine.id)):
        with pytest.raises(NotFoundError):
            revoke_token(database, tenant, token)
    with pytest.raises(NotFoundError):
        list_tokens(database, "nobody")
    for tenant in ("", "A", "../x", "a\0"):
        with pytest.raises(UsageError):
            create_token(database, tenant)
    assert caller_of(database, mine.secret) is not None


# -------------------------------------------------------------------------------------------------------------- turns


def test_turns_are_granted_in_order() -> None:
    turns, order, inside = Turns(), [], threading.Event()
    leave = threading.Event()

    def first() -> None:
        with turns:
            inside.set()
            leave.wait(10)

    def later(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert inside.wait(10)
    for number in range(20):
        threads.append(threading.Thread(target=later, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            pass  # until the thread is in the queue
    leave.set()
    for thread in threads:
        thread.join()
    assert order == list(range(20))
    with turns:
        pass


def test_an_exception_ends_a_turn() -> None:
    turns = Turns()
    with pytest.raises(KeyError), turns:
        raise KeyError
    with turns:
        pass
