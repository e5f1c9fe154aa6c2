"""The reference Agency Core under load, over loopback: pushes and empty pulls of many clients, on each database.

The clients run on the same machine and take their share of it. The baseline sends the same bytes with the same clients to
an endpoint of the same server that reads them and does nothing.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple

import httpx

from benchmarks.measuring import Figure
from idse_core.agency.protocol import ARTIFACT_KEYS, PullRequest, PushRequest, document, written

__all__ = ["Server", "running", "serving", "stopped"]

_CLIENTS = 32
_PUSHES = 60.0  # per second
_PULLS = 300.0  # per second
_P99 = 1.0  # seconds
_MIB = 1 << 20
_NOTHING = "the same bytes to an endpoint that does nothing"


class _Load(NamedTuple):
    """The result of a load: requests per second, and the seconds that each took, ascending."""

    rate: float
    times: List[float]

    @property
    def p99(self) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * 0.99))]


class Server(NamedTuple):
    """A reference server in a process of its own, with its address and a token for it."""

    url: str
    token: str
    process: subprocess.Popen[str]


def serving(folder: Path, *, turns: int) -> List[Figure]:
    """Measure on SQLite, and on PostgreSQL when IDSE_TEST_POSTGRES names one.

    Args:
        folder: an empty folder, for the database.
        turns: the number of pushes of each of 32 clients.
    """
    if sys.version_info < (3, 11):
        return [Figure("Agency Core", 0.0, note="skipped: needs Python 3.11 or newer")]
    folder.mkdir(parents=True, exist_ok=True)
    found = _on("SQLite", str(folder / "agency.db"), turns)
    with _schema() as address:
        if address:
            found += _on("PostgreSQL" if _waits_for_disk(address) else "PostgreSQL without fsync", address, turns)
        else:
            found.append(Figure("PostgreSQL", 0.0, note="skipped: IDSE_TEST_POSTGRES names none"))
    return found


def _on(name: str, database: str, turns: int) -> List[Figure]:
    with running(database) as server:
        nothing = _load(server, _CLIENTS, turns, _nothing)
        few = _load(server, 8, turns, _push)
        many = _load(server, _CLIENTS, turns, _push)
        pulls = _load(server, _CLIENTS, turns * 5, _puller(server))
        memory = stopped(server)
    what = "7 x 8 KB"
    return [
        _rate(f"{name}: pushes of {what}, {_CLIENTS} clients", many, _PUSHES),
        _p99(f"{name}: pushes of {what}, {_CLIENTS} clients, p99", many),
        Figure(
            f"{name}: pushes of {what}, {_CLIENTS} clients, time for one",
            1 / many.rate,
            "s",
            _NOTHING,
            nothing.rate / many.rate,
        ),
        _rate(f"{name}: pushes of {what}, 8 clients", few, _PUSHES),
        _p99(f"{name}: pushes of {what}, 8 clients, p99", few),
        _rate(f"{name}: pulls with nothing new, {_CLIENTS} clients", pulls, _PULLS),
        Figure(
            f"{name}: peak memory of the server", memory / _MIB, "MiB", note="after all of this; no budget of its own"
        ),
    ]


def _rate(subject: str, load: _Load, wanted: float) -> Figure:
    return Figure(subject, load.rate, "a second", f"{wanted:g} a second", wanted / load.rate, 1)


def _p99(subject: str, load: _Load) -> Figure:
    return Figure(subject, load.p99, "s", f"{_P99:g} s", load.p99 / _P99, 1)


Act = Callable[[httpx.Client, bytes, str], httpx.Response]


def _load(server: Server, clients: int, turns: int, act: Act) -> _Load:
    """Let clients act as often as they can; every answer must be a success."""
    bodies = {number: _Body(number) for number in range(clients)}
    start = threading.Barrier(clients + 1)

    def work(number: int) -> List[float]:
        times = []
        headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
        with httpx.Client(base_url=server.url, headers=headers, timeout=60, trust_env=False) as http:
            http.get("/healthz").raise_for_status()
            start.wait()
            for _ in range(turns):
                body, key = bodies[number].next(), secrets.token_hex(16)
                began = time.perf_counter()
                answer = act(http, body, key)
                times.append(time.perf_counter() - began)
                answer.raise_for_status()
                bodies[number].answered(answer.json())
        return times

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(work, number) for number in range(clients)]
        start.wait()
        began = time.perf_counter()
        times = sorted(seconds for each in running for seconds in each.result())
        took = time.perf_counter() - began
    return _Load(len(times) / took, times)


class _Body:
    """One client's pushes, each based on the one before: seven artifacts of 8 KB in a session of its own."""

    def __init__(self, number: int) -> None:
        self._session = f"s{number}-{secrets.token_hex(4)}"
        self._base: Dict[str, Any] = dict.fromkeys(ARTIFACT_KEYS.values())

    def next(self) -> bytes:
        texts = {key: secrets.token_hex(32) * 128 for key in self._base}
        request = PushRequest(project_id="load", session_id=self._session, artifacts=texts, base=self._base)
        return written(request)

    def answered(self, answer: Dict[str, Any]) -> None:
        self._base = answer.get("revisions", self._base)


def _nothing(http: httpx.Client, body: bytes, key: str) -> httpx.Response:
    del key
    return http.post("/nothing", content=body)


def _push(http: httpx.Client, body: bytes, key: str) -> httpx.Response:
    return http.post("/sync/push", content=body, headers={"Idempotency-Key": key})


def _puller(server: Server) -> Act:
    """The act of a client that pulls from the end of the feed."""
    headers = {"Authorization": f"Bearer {server.token}"}
    since, more = "", True
    while more:
        request = document(PullRequest(project_id="load", since=since, want="manifest"))
        page = httpx.post(f"{server.url}/sync/pull", json=request, headers=headers, trust_env=False).json()
        since, more = page["next"], page["more"]
    body = written(PullRequest(project_id="load", since=since))

    def pull(http: httpx.Client, unused: bytes, key: str) -> httpx.Response:
        del unused, key
        return http.post("/sync/pull", content=body)

    return pull


@contextlib.contextmanager
def running(database: str) -> Iterator[Server]:
    """Serve the database at an address until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.agency_server", database],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url, token = process.stdout.readline().split()
        yield Server(url, token, process)
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def stopped(server: Server) -> int:
    """Stop the server; returns its peak memory, in bytes."""
    server.process.terminate()
    _, status, used = os.wait4(server.process.pid, 0)
    server.process.returncode = status
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _waits_for_disk(address: str) -> bool:
    """Whether PostgreSQL's commits are flushed to the disk, as they must be where data matters."""
    import psycopg  # noqa: PLC0415  # as below

    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        return connection.execute("SHOW fsync").fetchone() == ("on",)


@contextlib.contextmanager
def _schema() -> Iterator[str]:
    """An empty schema in the PostgreSQL that the environment names; an empty text when it names none."""
    base = os.environ.get("IDSE_TEST_POSTGRES", "")
    if not base:
        yield ""
        return
    import psycopg  # noqa: PLC0415  # comes with the extra of the server

    name = f"idse_{secrets.token_hex(6)}"
    with psycopg.connect(base.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{base}?options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE")
