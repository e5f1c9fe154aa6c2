"""What must hold after any simulated story, checked once its faults have ended."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Callable, Iterator, Sequence, Set

from idse_core.agency.conflicts import Conflict
from idse_core.agency.resolving import open_conflicts
from tests.agency.memory_core import MemoryCore
from tests.builders import tree
from tests.faults.simulated_client import Client, short_digest, tokens_in

__all__ = [
    "OracleError",
    "convergence",
    "no_resurrection",
    "nothing_buried",
    "nothing_lost",
    "quiet",
]

_ROUNDS = 4
_MANY = 10_000

Settle = Callable[[Client, Conflict], None]
"""Settles a conflict."""


class OracleError(AssertionError):
    """A property does not hold."""


def nothing_lost(core: MemoryCore, clients: Sequence[Client], owed: Set[bytes]) -> None:
    """Check that every token that nobody removed is in some file, a base or the server's history.

    Raises:
        OracleError: a token is missing.
    """
    kept: Set[bytes] = set()
    for versions in core.history.values():
        for data in versions:
            kept |= tokens_in(data)
    for client in clients:
        for data in _everything_in(client.folder):
            kept |= tokens_in(data)
    lost = owed - kept
    if lost:
        raise OracleError(f"lost: {sorted(lost)}")


def nothing_buried(client: Client, owed: Set[bytes]) -> None:
    """Check that every token that nobody removed is in the live documents, not only in a copy of them.

    Raises:
        OracleError: a token is missing.
    """
    live = {token for data in client.documents().values() for token in tokens_in(data)}
    if owed - live:
        raise OracleError(f"in no document any more: {sorted(owed - live)}")


def convergence(clients: Sequence[Client], settle: Settle) -> int:
    """Check that all copies and the server become equal after a few rounds; return the number of rounds.

    Raises:
        OracleError: they do not become equal, or a push right after a pull is not complete.
    """
    for number in range(_ROUNDS):
        for client in clients:
            _round(client, settle)
        copies = [client.documents() for client in clients]
        if all(copy == copies[0] for copy in copies) and all(not client.engine.status().actions for client in clients):
            return number + 1
    raise OracleError(f"no convergence after {_ROUNDS} rounds: {_differences(clients)}")


def quiet(core: MemoryCore, clients: Sequence[Client]) -> None:
    """Check that a further sync is one request and writes nothing.

    Raises:
        OracleError: it does more.
    """
    for client in clients:
        before = tree(client.folder)
        core.calls.clear()
        client.engine.push()
        client.engine.pull()
        if core.calls != ["pull", "pull"]:
            raise OracleError(f"{client.name} is not quiet: {core.calls}")
        if tree(client.folder) != before:
            raise OracleError(f"{client.name} writes although there is nothing to do")


def no_resurrection(client: Client, gone: Set[str]) -> None:
    """Check that documents stay deleted if they were deleted while everybody agreed, and not edited since.

    Raises:
        OracleError: a document is back.
    """
    for name in sorted(gone):
        if f"sessions/{name}" in client.documents():
            raise OracleError(f"{name} was deleted and is back")


def _round(client: Client, settle: Settle) -> None:
    client.engine.pull(allow_deletes=_MANY)
    for conflict in open_conflicts(client.workspace):
        settle(client, conflict)
    report = client.engine.push(allow_deletes=_MANY)
    if report.exit_code:
        raise OracleError(f"{client.name}'s push after a pull: {report.exit_code} {report.outcomes} {report.failure}")


def _differences(clients: Sequence[Client]) -> str:
    copies = {client.name: client.documents() for client in clients}
    names = sorted({name for copy in copies.values() for name in copy})
    found = {
        name: {who: short_digest(copy[name]) if name in copy else None for who, copy in copies.items()}
        for name in names
        if len({copy.get(name) for copy in copies.values()}) > 1
    }
    waiting = {client.name: client.engine.status().actions for client in clients}
    return f"{found}, left to do: {waiting}"


def _everything_in(folder: Path) -> Iterator[bytes]:
    """The contents of every file, and every content in the sync state."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".sqlite3":
            with closing(sqlite3.connect(str(path))) as connection:
                for (data,) in connection.execute("SELECT data FROM content"):
                    yield zlib.decompress(data)
        else:
            yield path.read_bytes()
