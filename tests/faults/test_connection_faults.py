"""Every call over a connection with every kind of fault: a request has its effect once, or not at all."""

from __future__ import annotations

import gzip
import json
import threading
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Type

import pytest

from idse_core.agency.http_transport import HttpTransport, Patience
from idse_core.agency.protocol import PullRequest, PushRequest, Revision, written
from idse_core.agency.retry import RetryingTransport, TransientError
from idse_core.agency.transport import CursorGoneError, Transport
from idse_core.errors import AuthorizationError, IdseError, RefusedError, RemoteError
from tests.agency.loopback import TOKEN, closed_port, config_for_url, serving
from tests.agency.memory_core import MemoryCore
from tests.faults.fault_proxy import FAULTS, Exchange, Fault, FaultProxy, answer, cut_at, proxying, status, twice

PROJECT, SESSION = "shop", "auth"
OLD, NEW = b"# Old\n" + bytes(range(256)) * 24, b"# New\n" * 400
PUSH = PushRequest(project_id=PROJECT, session_id=SESSION, artifacts={"spec_md": NEW.decode()}, base={"spec_md": None})
PLAN = (PROJECT, SESSION, "plan_md")
SPEC = (PROJECT, SESSION, "spec_md")
HOLDS = 110.0
"""Seconds within which a call must end; a call without a deadline would read slow bytes for two minutes."""

FAILING = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


class Line(NamedTuple):
    """A client, the proxy with faults, and the server behind it."""

    core: MemoryCore
    proxy: FaultProxy
    transport: Transport
    waits: List[float]


STALLS = {fault for name, fault in FAULTS.items() if "stall" in name}
LARGEST = 1 << 20


@pytest.fixture
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Line]:
    """A client that retries without really waiting; the proxy's faults advance its clock."""
    core = MemoryCore()
    core.put(*PLAN, OLD)
    waits: List[float] = []
    given = getattr(request.node, "callspec", None)
    is_stalled = given is not None and given.params.get("fault") in STALLS
    patience = Patience(read=0.5) if is_stalled else Patience()
    with ExitStack() as stack:
        server = stack.enter_context(serving(core))
        proxy = stack.enter_context(proxying(server.port))
        http = HttpTransport(
            config_for_url(proxy.url, tmp_path),
            patience=patience,
            largest_answer=LARGEST,
            clock=lambda: time.monotonic() + proxy.passed_time,
        )
        transport = RetryingTransport(http, sleep=waits.append, clock=lambda: sum(waits), chance=lambda: 0.5)
        stack.callback(transport.close)
        yield Line(core, proxy, transport, waits)


def info(transport: Transport) -> None:
    assert transport.info().server_id == "memory"


def pull(transport: Transport) -> None:
    page = transport.pull(PullRequest(project_id=PROJECT))
    [item] = [item for item in page.items if item.key == "plan_md"]
    assert item.revision == str(Revision.of(1, OLD))


def push(transport: Transport) -> None:
    result = transport.push(PUSH, key="one-key")
    assert result.revisions == {"spec_md": str(Revision.of(2, NEW))}


Call = Callable[[Transport], None]
CALLS: Dict[str, Call] = {"info": info, "pull": pull, "push": push}
calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@FAILING
@calls
def test_a_temporary_fault(line: Line, call: Call, fault: Fault) -> None:
    """After one or two failures the call succeeds, with its effect once."""
    line.proxy.then(fault, fault)
    call(line.transport)
    assert line.proxy.connections == 3
    assert len(line.waits) == 2
    assert line.core.history.get(SPEC, []) == ([NEW] if call is push else [])
    assert line.core.history[PLAN] == [OLD]


@FAILING
@calls
def test_a_fault_that_persists(line: Line, call: Call, fault: Fault) -> None:
    """After five attempts there is an error, and the effect is there once or not at all."""
    line.proxy.then(*[fault] * 9)
    begun = time.monotonic()
    with pytest.raises(TransientError, match=r"http://127\.0\.0\.1:[0-9]+ ") as caught:
        call(line.transport)
    assert time.monotonic() - begun < HOLDS
    assert (caught.value.exit_code, caught.value.code) == (4, "remote")
    assert line.proxy.connections == 5
    assert len(line.core.history.get(SPEC, [])) == min(1, line.proxy.forwarded) * (call is push)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("offset", range(0, 11 << 10, 1 << 10), ids=lambda offset: f"{offset >> 10}K")
@calls
def test_the_answer_is_cut_at_every_kilobyte(line: Line, call: Call, offset: int) -> None:
    line.proxy.then(cut_at(offset))
    call(line.transport)
    assert line.core.history.get(SPEC, []) == ([NEW] if call is push else [])


def test_the_offsets_are_inside_the_answer(line: Line) -> None:
    """Makes sure that the test above cuts something: the body must be longer than the offsets, even if compressed."""
    page = line.transport.pull(PullRequest(project_id=PROJECT))
    assert len(written(page)) > 8 << 10
    line.proxy.then(cut_at(1 << 10))
    line.transport.pull(PullRequest(project_id=PROJECT))
    assert len(line.waits) == 1


@calls
def test_a_request_that_arrives_twice(line: Line, call: Call) -> None:
    line.proxy.then(twice)
    call(line.transport)
    assert line.proxy.forwarded == 2
    assert line.core.history.get(SPEC, []) == ([NEW] if call is push else [])


def test_a_late_push_does_not_undo_later_pushes(line: Line) -> None:
    """The response is lost; somebody else changes the document and reverts it; then the same push is repeated."""
    line.proxy.then(*[FAULTS["answer lost"]] * 5)
    with pytest.raises(TransientError):
        push(line.transport)
    line.core.put(*SPEC, b"theirs")
    line.core.put(*SPEC, NEW)
    line.core.put(*SPEC, b"theirs again")
    replayed = line.transport.push(PUSH, key="one-key")
    assert replayed.replayed
    assert line.core.get(*SPEC) == b"theirs again"


@calls
def test_no_server_is_listening(tmp_path: Path, call: Call) -> None:
    waits: List[float] = []
    http = HttpTransport(config_for_url(f"http://127.0.0.1:{closed_port()}", tmp_path))
    transport = RetryingTransport(http, sleep=waits.append, clock=lambda: sum(waits))
    with pytest.raises(TransientError, match="can't be reached") as caught:
        call(transport)
    transport.close()
    assert caught.value.exit_code == 4
    assert len(waits) == 4


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("0", [0.0, 0.0, 0.0, 0.0]),
        ("7", [7.0] * 4),
        ("25", [25.0, 25.0]),  # a third wait would exceed the minute
        ("60", [60.0]),
        ("61", []),
        ("86400", []),
        ("soon", [0.6, 0.7, 0.9, 1.3]),
        ("-1", [0.6, 0.7, 0.9, 1.3]),
        ("9" * 400, [0.6, 0.7, 0.9, 1.3]),
    ],
)
def test_retry_after(line: Line, asked: str, waits: List[float]) -> None:
    line.proxy.then(*[status("429 Too Many Requests", f"Retry-After: {asked}")] * 5)
    with pytest.raises(TransientError, match="answers 429"):
        info(line.transport)
    assert line.waits == pytest.approx(waits)


def test_retry_after_a_date_uses_the_servers_clock(line: Line) -> None:
    date = "Date: Mon, 01 Jan 2001 00:00:00 GMT"
    line.proxy.then(status("503 Busy", date, "Retry-After: Mon, 01 Jan 2001 00:00:11 GMT"))
    info(line.transport)
    assert line.waits == [11.0]


def test_a_burst_of_failures(line: Line) -> None:
    line.proxy.then(status("502 Bad Gateway"), status("503 Busy"), status("500 Oops"), status("504 Late"))
    push(line.transport)
    assert line.waits == pytest.approx([0.6, 0.7, 0.9, 1.3])
    assert line.core.history[SPEC] == [NEW]


JSON = "Content-Type: application/json"
PROBLEM = "Content-Type: application/problem+json"

LASTING = {
    "HTML page": (answer("200 OK", b"<html>Log in first", "Content-Type: text/html"), RemoteError, "Log in first"),
    "no type": (answer("200 OK", b"{}"), RemoteError, "did not answer with JSON"),
    "404 page": (answer("404 Not Found", b"<h1>Nothing", "Content-Type: text/html"), RemoteError, "answers 404"),
    "no JSON": (answer("200 OK", b'{"a": ', JSON), RemoteError, "can't be understood"),
    "JSON list": (answer("200 OK", b"[]", JSON), RemoteError, "not an object"),
    "not UTF-8": (answer("200 OK", b'{"a": "\xff"}', JSON), RemoteError, "can't be understood"),
    "deep JSON": (answer("200 OK", b'{"a":' * 65 + b"1" + b"}" * 65, JSON), RemoteError, "too deep"),
    "bottomless JSON": (answer("200 OK", b"[" * 100_000, JSON), RemoteError, "too deep"),
    "long number": (answer("200 OK", b'{"a": ' + b"9" * 5000 + b"}", JSON), RemoteError, "too long"),
    "NaN": (answer("200 OK", b'{"a": NaN}', JSON), RemoteError, "NaN"),
    "other members": (answer("200 OK", b'{"hello": "world"}', JSON), RemoteError, "can't be understood"),
    "too large": (answer("200 OK", b" " * (LARGEST + 1), JSON), RemoteError, "larger than"),
    "401": (answer("401 No", b'{"detail": "who?"}', PROBLEM), AuthorizationError, "who?"),
    "403": (answer("403 No"), AuthorizationError, "does not accept the token"),
    "413": (answer("413 Large", b'{"title": "too much"}', PROBLEM), RemoteError, "too much"),
    "428": (answer("428 Base", b'{"title": "no base"}', PROBLEM), RemoteError, "answers 428: no base"),
    "422": (answer("422 Key", b'{"title": "other body"}', PROBLEM), RemoteError, "answers 422: other body"),
    "412 without conflicts": (answer("412 Moved", b"{}", PROBLEM), RemoteError, "answers 412"),
    "409": (answer("409 Conflict"), RemoteError, "answers 409"),
    "501": (answer("501 Not Implemented"), RemoteError, "answers 501"),
    "204": (answer("204 No Content"), RemoteError, "answers 204"),
    "broken problem": (answer("400 Bad", b"{", PROBLEM), RemoteError, "answers 400"),
    "304": (answer("304 Not Modified"), RefusedError, "redirects"),
}


@pytest.mark.parametrize(("data", "kind", "message"), LASTING.values(), ids=LASTING.keys())
@calls
def test_permanent_failures_are_not_retried(
    line: Line, call: Call, data: bytes, kind: Type[IdseError], message: str
) -> None:
    line.proxy.then(*[lambda exchange: exchange.client.sendall(data)] * 2)
    with pytest.raises(kind, match=message) as caught:
        call(line.transport)
    assert type(caught.value) is kind
    assert line.waits == []
    assert line.core.history.get(SPEC, []) == []
    assert len(caught.value.message) < 400


def test_a_cursor_that_is_gone(line: Line) -> None:
    gone = answer("410 Gone", b'{"title": "gone"}', PROBLEM)
    line.proxy.then(lambda exchange: exchange.client.sendall(gone))
    with pytest.raises(CursorGoneError):
        pull(line.transport)


def test_a_gzip_bomb_is_not_decompressed(line: Line) -> None:
    """A quarter of a gibibyte of blanks in a quarter of a megabyte; decompression ends at the limit."""
    bomb = gzip.compress(b" " * (1 << 28), 9)
    headers = (JSON, "Content-Encoding: gzip")
    line.proxy.then(lambda exchange: exchange.client.sendall(answer("200 OK", bomb, *headers)))
    with pytest.raises(RemoteError, match="larger than 1048576 bytes"):
        info(line.transport)


def reply(data: bytes, exchange: Exchange) -> None:
    exchange.client.sendall(data)


def test_a_response_in_an_encoding_that_was_not_requested(line: Line) -> None:
    for name in ("br", "zstd", "gzip, gzip", "deflate"):
        line.proxy.then(partial(reply, answer("200 OK", b"{}", JSON, f"Content-Encoding: {name}")))
    info(line.transport)
    assert len(line.waits) == 4


def test_the_deadline_is_for_the_whole_request(line: Line) -> None:
    """Bytes keep arriving, so that no single read takes long."""
    line.proxy.then(*[FAULTS["drip"]] * 5)
    with pytest.raises(TransientError, match="does not answer in time"):
        info(line.transport)
    assert line.proxy.passed_time >= 5 * 120


@pytest.mark.parametrize(
    "change",
    [
        {"content": "something else"},
        {"content": None},
        {"revision": "v1-" + "0" * 64},
        {"revision": "nonsense"},
        {"revision": None},
        {"encoding": "base64"},
    ],
    ids=str,
)
def test_content_must_match_its_revision(line: Line, change: Dict[str, Any]) -> None:
    line.core.put(PROJECT, "other", "spec_md", b"text!")
    page = line.core.pull(PullRequest(project_id=PROJECT))
    items = [item._replace(**change) if item.session_id == "other" else item for item in page.items]
    wrong = written(page._replace(items=items))
    line.proxy.then(lambda exchange: exchange.client.sendall(answer("200 OK", wrong, JSON)))
    with pytest.raises(RemoteError, match="not what its revision says: other/spec_md"):
        pull(line.transport)


@pytest.mark.parametrize(
    "revisions", [{}, {"spec_md": None}, {"spec_md": "v2-" + "0" * 64}, {"spec_md": "x"}, {"plan_md": "x"}], ids=str
)
def test_a_server_that_acknowledges_other_content(line: Line, revisions: Dict[str, Any]) -> None:
    wrong = json.dumps({"revisions": revisions, "seq": 2}).encode()
    line.proxy.then(lambda exchange: exchange.client.sendall(answer("200 OK", wrong, JSON)))
    with pytest.raises(RemoteError, match="but not the spec_md that was sent"):
        push(line.transport)


def test_a_feed_that_does_not_advance(line: Line) -> None:
    page = line.core.pull(PullRequest(project_id=PROJECT))._replace(more=True, next="")
    data = written(page)
    line.proxy.then(lambda exchange: exchange.client.sendall(answer("200 OK", data, JSON)))
    with pytest.raises(RemoteError, match="no cursor to go on from"):
        pull(line.transport)


def test_text_that_has_no_utf8_is_not_sent(line: Line) -> None:
    request = PUSH._replace(session_metadata={"title": "half of a pair: \ud83d"})
    with pytest.raises(RemoteError, match="has no UTF-8"):
        line.transport.push(request, key="one-key")
    assert line.proxy.connections == 0


def test_a_closed_transport_ends_a_wait(tmp_path: Path) -> None:
    """Somebody pressed Ctrl-C while a thread was waiting for its next attempt."""
    waiting = threading.Event()
    http = HttpTransport(config_for_url(f"http://127.0.0.1:{closed_port()}", tmp_path))
    transport = RetryingTransport(http, on_event=lambda event: waiting.set(), chance=lambda: 50.0)
    ended: List[BaseException] = []

    def call() -> None:
        try:
            transport.info()
        except RemoteError as error:
            ended.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert waiting.wait(30)
    transport.close()
    thread.join(30)
    assert not thread.is_alive()
    assert len(ended) == 1
