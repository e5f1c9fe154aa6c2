"""Writes that share a transaction: one commit for many, each all or nothing by itself."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.exc import OperationalError

from idse_core.agency.server.database import Database
from idse_core.agency.server.problems import ProblemError, invalid
from idse_core.agency.server.schema import tenant

PATIENCE = 30.0  # seconds


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(str(tmp_path / "agency.db"))
    yield opened
    opened.close()


def add(name: str) -> Callable[[Connection], str]:
    def act(connection: Connection) -> str:
        connection.execute(insert(tenant), [{"id": name, "created_at": ""}])
        return name

    return act


def refused(name: str) -> Callable[[Connection], str]:
    """A write that is refused after writing."""

    def act(connection: Connection) -> str:
        add(name)(connection)
        raise invalid(f"{name} is refused")

    return act


def names(database: Database) -> List[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(tenant.c.id)).scalars())


class Beside:
    """Runs writes that all arrive while a first one is in progress."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._go = threading.Event()
        self._begun = threading.Event()

    def run(self, *acts: Callable[[Connection], Any]) -> List[Future[Any]]:
        with ThreadPoolExecutor(len(acts) + 1) as pool:
            leader = pool.submit(self._database.write, self._held)
            assert self._begun.wait(PATIENCE)
            found = []
            for act in acts:
                found.append(pool.submit(self._database.write, act))
                self._until_waiting(len(found))
            self._go.set()
        leader.result()
        return found

    def _held(self, connection: Connection) -> None:
        add("first")(connection)
        self._begun.set()
        assert self._go.wait(PATIENCE)

    def _until_waiting(self, count: int) -> None:
        assert self._database._together is not None
        end = time.monotonic() + PATIENCE
        while len(self._database._together._waiting) < count:
            assert time.monotonic() < end
            time.sleep(0.001)


@pytest.fixture
def commits(database: Database) -> List[Connection]:
    seen: List[Connection] = []
    event.listen(database._engine, "commit", seen.append)
    return seen


def test_waiting_writes_share_one_commit(database: Database, commits: List[Connection]) -> None:
    found = Beside(database).run(*(add(f"t{number}") for number in range(8)))

    assert [each.result() for each in found] == [f"t{number}" for number in range(8)]
    assert len(commits) == 2
    assert names(database) == sorted(["first", *(f"t{number}" for number in range(8))])


def test_a_refused_write_does_not_roll_back_the_others(database: Database) -> None:
    one, two, three = Beside(database).run(add("a"), refused("b"), add("c"))

    assert (one.result(), three.result()) == ("a", "c")
    with pytest.raises(ProblemError, match="b is refused"):
        two.result()
    assert names(database) == ["a", "c", "first"]


def test_when_the_transaction_fails_each_write_is_repeated_alone(database: Database, commits: List[Connection]) -> None:
    def full(connection: Connection) -> None:
        if len(commits) == 2:  # the shared transaction of all writes
            raise OperationalError("COMMIT", {}, OSError("disk full"))

    event.listen(database._engine, "commit", full)
    found = Beside(database).run(add("a"), add("b"), refused("c"))

    assert [each.result() for each in found[:2]] == ["a", "b"]
    with pytest.raises(ProblemError, match="c is refused"):
        found[2].result()
    assert len(commits) == 4
    assert names(database) == ["a", "b", "first"]


def test_a_refused_single_write_gets_its_own_error(database: Database) -> None:
    with pytest.raises(ProblemError, match="a is refused"):
        database.write(refused("a"))
    assert database.write(add("b")) == "b"
    assert names(database) == ["b"]


def test_a_bug_in_one_write_reaches_only_its_caller_and_the_leader(database: Database) -> None:
    def broken(connection: Connection) -> None:
        raise KeyError("a bug")

    leader, bug, other = Beside(database).run(add("a"), broken, add("b"))

    # The leader gets the error too, not only the thread whose write has the bug.
    for each in (leader, bug):
        with pytest.raises(KeyError):
            each.result()
    assert other.result() == "b"
    assert database.write(add("c")) == "c"
    assert names(database) == ["b", "c", "first"]
