"""The protocol over real HTTP: what is refused and how, and that the limits are enforced."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import sqlite3
import uuid
import zlib
from typing import Any, Dict, Iterator, List, Tuple

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from idse_core.agency.protocol import Limits, Problem, PullPage, PushRequest, PushResult, document, parsed, written
from idse_core.agency.server import idle_connections, request_bodies
from idse_core.agency.server.access_log import Journal
from idse_core.agency.server.database import Database
from idse_core.agency.server.logs import JsonLines
from idse_core.agency.server.problems import ProblemError
from idse_core.agency.server.responses import accepts_gzip
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token, revoke_token
from tests.agency_server.pushes import new_key, request
from tests.agency_server.serving import Running, client, in_thread, until

LIMIT = 256 << 10
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyCore]:
    """One service for all tests here; each test has its own tenant."""
    database = Database.open(str(tmp_path_factory.mktemp("http") / "agency.db"))
    yield AgencyCore(database, Limits(body_bytes=LIMIT))
    database.close()


@pytest.fixture(scope="module")
def running(core: AgencyCore) -> Iterator[Running]:
    with in_thread(core) as found:
        yield found


@pytest.fixture
def url(running: Running) -> str:
    return running.url


@pytest.fixture
def tenant() -> str:
    return f"t{uuid.uuid4().hex}"


@pytest.fixture
def token(core: AgencyCore, tenant: str) -> str:
    return create_token(core.database, tenant).secret


@pytest.fixture
def http(url: str, token: str) -> Iterator[httpx.Client]:
    with client(url, token) as found:
        yield found


def sent(http: httpx.Client, wanted: PushRequest, key: str = "") -> httpx.Response:
    headers = {**JSON, "Idempotency-Key": key or new_key()}
    return http.post("/sync/push", content=written(wanted), headers=headers)


def problem(response: httpx.Response, status: int) -> Problem:
    """The problem document in a response; asserts that it is one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found = parsed(Problem, json.loads(response.content))
    assert found.status == status
    assert found.type.startswith("urn:idse:problem:")
    assert found.title
    return found


def post(http: httpx.Client, body: Any, path: str = "/sync/pull", **headers: str) -> httpx.Response:
    return http.post(path, content=body, headers={**JSON, "Idempotency-Key": new_key(), **headers})


PULL = json.dumps({"project_id": "portal"}).encode()


def test_push_and_pull(http: httpx.Client) -> None:
    taken = sent(http, request({"spec_md": "# Spec"}))
    assert taken.status_code == 200
    assert taken.headers["cache-control"] == "no-store"
    result = parsed(PushResult, json.loads(taken.content))
    page = parsed(PullPage, json.loads(post(http, PULL).content))
    assert [(item.key, item.revision, item.content) for item in page.items] == [
        ("spec_md", result.revisions["spec_md"], "# Spec")
    ]


def test_info_and_health(http: httpx.Client, core: AgencyCore) -> None:
    assert http.get("/sync/info").json() == document(core.info())
    assert http.get("/healthz", headers={"Authorization": ""}).json() == {"status": "ok"}


def test_refused_pushes(http: httpx.Client) -> None:
    key = new_key()
    assert sent(http, request({"spec_md": "x"}), key).status_code == 200
    assert sent(http, request({"spec_md": "x"}), key).json()["replayed"] is True
    assert problem(sent(http, request({"spec_md": "y"}), key), 422).type.endswith(":idempotency-key-reused")
    moved = problem(sent(http, request({"spec_md": "y"})), 412)
    assert [(each.key, each.expected) for each in moved.conflicts] == [("spec_md", None)]
    missing = PushRequest(project_id="portal", session_id="auth", artifacts={"spec_md": "x"})
    assert problem(sent(http, missing), 428).type.endswith(":base-missing")
    assert problem(post(http, b'{"project_id":"portal","since":"x"}'), 410).type.endswith(":cursor-gone")


@pytest.mark.parametrize("key", ["", "a b", pytest.param("x" * 201, id="long"), "\x7f"])
def test_a_push_needs_a_key(http: httpx.Client, key: str) -> None:
    body = written(request({"spec_md": "x"}))
    assert problem(post(http, body, "/sync/push", **{"Idempotency-Key": key}), 400).type.endswith(":idempotency-key")


# ------------------------------------------------------------------------------------------------- paths, methods, who


@pytest.mark.parametrize("path", ["/", "/sync", "/sync/push/", "/sync/pull/..", "/sync//push", "/nope", "/%2e%2e/x"])
def test_unknown_paths(http: httpx.Client, path: str) -> None:
    problem(http.get(path), 404)


@pytest.mark.parametrize("path", ["/sync/push", "/sync/pull", "/sync/info", "/healthz", "/openapi.yaml"])
def test_methods_that_are_not_allowed(http: httpx.Client, path: str) -> None:
    allowed = {"POST"} if path in {"/sync/push", "/sync/pull"} else {"GET", "HEAD"}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - allowed:
        response = http.request(method, path)
        problem(response, 405)
        assert set(response.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Basic {}",
        "{}",
        "Bearer {} x",
        "Bearer x{}",
        "Bearer {}x",
        pytest.param("Bearer " + "y" * 5000, id="long"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/sync/info"), ("POST", "/sync/push"), ("POST", "/sync/pull")])
def test_without_a_valid_token(url: str, token: str, value: str, method: str, path: str) -> None:
    with client(url) as http:
        headers = {**JSON, "Idempotency-Key": "k", "Authorization": value.format(token)}
        response = http.request(method, path, content=PULL if method == "POST" else None, headers=headers)
    problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"
    assert token not in response.text


def test_two_tokens_are_refused(url: str, token: str) -> None:
    with client(url) as http:
        header = ("Authorization", f"Bearer {token}")
        problem(http.get("/sync/info", headers=[header, header]), 401)


def test_a_revoked_token_is_refused_at_once(http: httpx.Client, core: AgencyCore, tenant: str, token: str) -> None:
    assert http.get("/sync/info").status_code == 200
    caller = core.caller(token)
    assert caller is not None
    revoke_token(core.database, tenant, caller.token)
    problem(http.get("/sync/info"), 401)


# ------------------------------------------------------------------------------------------------------------- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"project_id":1}', b'{"project_id":"portal","limit":0}', b"{}",
        b'{"project_id":"portal","limit":10001}', b'{"project_id":"portal","want":"all"}', b'{"protocol":1,"project_id":"p"}',
        b'{"project_id":"../x"}', b'{"project_id":"portal","session_id":"a/b"}', b'{"project_id":"\\u0000"}',
        b'{"project_id":"\\ud800"}', b'{"project_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}", PULL + b"x",
    ],
)  # fmt: skip
def test_bodies_that_violate_the_protocol(http: httpx.Client, body: bytes) -> None:
    assert len(problem(post(http, body), 400).detail) < 500


def test_an_error_quotes_no_content(http: httpx.Client) -> None:
    body = json.dumps({"project_id": "p", "session_id": "s", "artifacts": {"spec_md": ["top secret"], "k" * 5000: 1}})
    found = problem(post(http, body, "/sync/push"), 400)
    assert "secret" not in found.detail
    assert len(found.detail) < 500


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/jsonp", "application/json; charset=latin-1", "multipart/form-data"]
)
def test_bodies_of_another_type(http: httpx.Client, kind: str) -> None:
    problem(post(http, PULL, **{"Content-Type": kind}), 415)


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON ; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_accepted_content_types(http: httpx.Client, kind: str) -> None:
    assert post(http, PULL, **{"Content-Type": kind}).status_code == 200


def test_gzip_both_ways(http: httpx.Client) -> None:
    text = "A line of the specification.\n" * 1000
    wanted = gzip.compress(written(request({"spec_md": text})))
    assert post(http, wanted, "/sync/push", **{"Content-Encoding": "gzip"}).status_code == 200

    packed = post(http, PULL)
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(text) // 10
    plain = post(http, PULL, **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json()
    assert plain.json()["items"][0]["content"] == text


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("deflate", False),
    ],
)
def test_which_headers_accept_gzip(header: str, takes: bool) -> None:
    assert accepts_gzip(header) is takes


def wrong_gzip() -> Dict[str, bytes]:
    good = gzip.compress(PULL)
    return {
        "plain": PULL,
        "empty": b"",
        "cut off": good[:-1],
        "no end": good[:-8],
        "wrong sum": good[:-8] + b"\0" * 8,
        "deflate": zlib.compress(PULL),
        "something after": good + b"x",
        "two": good + good,
    }


@pytest.mark.parametrize("name", wrong_gzip())
def test_invalid_gzip(http: httpx.Client, name: str) -> None:
    problem(post(http, wrong_gzip()[name], **{"Content-Encoding": "gzip"}), 400)


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_other_codings(http: httpx.Client, coding: str) -> None:
    response = post(http, PULL, **{"Content-Encoding": coding})
    problem(response, 415)
    assert response.headers["accept-encoding"] == "gzip"


# ------------------------------------------------------------------------------------------------------------- limits


def sized(length: int) -> bytes:
    """The body of a pull with this many bytes."""
    return PULL[:-1] + b" " * (length - len(PULL)) + b"}"


def test_the_limit_is_exact(http: httpx.Client) -> None:
    assert post(http, sized(LIMIT)).status_code == 200
    problem(post(http, sized(LIMIT + 1)), 413)
    assert post(http, gzip.compress(sized(LIMIT)), **{"Content-Encoding": "gzip"}).status_code == 200
    problem(post(http, gzip.compress(sized(LIMIT + 1)), **{"Content-Encoding": "gzip"}), 413)


def test_a_body_without_a_length_is_counted(http: httpx.Client) -> None:
    def chunks(total: int) -> Iterator[bytes]:
        yield PULL[:-1]
        for _ in range((total - len(PULL)) // 1024):
            yield b" " * 1024
        yield b"}"

    assert post(http, chunks(LIMIT - 1024)).status_code == 200
    problem(post(http, chunks(LIMIT + 10_240)), 413)


def test_a_gzip_bomb_is_not_decompressed(http: httpx.Client) -> None:
    bomb = gzip.compress(b" " * (200 << 20), 1)
    assert len(bomb) > LIMIT
    problem(post(http, bomb, **{"Content-Encoding": "gzip"}), 413)
    small = gzip.compress(b" " * (100 << 20), 9)
    assert len(small) < LIMIT
    problem(post(http, small, **{"Content-Encoding": "gzip"}), 413)


def raw(url: str, data: bytes) -> socket.socket:
    """A connection on which these bytes were sent."""
    host, _, port = url.rpartition("//")[2].partition(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(data)
    return connection


def answer_of(connection: socket.socket) -> Tuple[bytes, bytes]:
    """The head and body of everything received until the server closes the connection."""
    received = b""
    with connection:
        while data := connection.recv(65536):
            received += data
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


def head_of(token: str, *more: str) -> bytes:
    lines = [
        "POST /sync/pull HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def test_413_comes_before_the_body(url: str, token: str) -> None:
    """The response arrives although none of the announced body was sent."""
    with raw(url, head_of(token, f"Content-Length: {1 << 40}")) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_401_comes_before_the_body(url: str) -> None:
    with raw(url, head_of("wrong", "Content-Length: 1000")) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nNo host: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nLong: " + b"y" * 100_000,
        b"POST /sync/pull HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_invalid_http_is_answered_with_a_problem(url: str, data: bytes) -> None:
    head, body = answer_of(raw(url, data))
    if b"401" in head.split(b"\r\n")[0]:  # a valid head with an invalid body: the token is checked first
        return
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert parsed(Problem, json.loads(body)).status == 400


def test_a_client_that_never_finishes_a_request_is_disconnected(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_connections, "_FOR_HEAD", 0.2)
    good = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with raw(url, b"") as silent, raw(url, good[:-10]) as slow, raw(url, good) as second:
        assert closed(silent) == b""
        assert closed(slow) == b""
        assert second.recv(65536).startswith(b"HTTP/1.1 200 ")
        second.sendall(good[:-10])
        assert not closed(second).startswith(b"HTTP/1.1 200 ")


def closed(connection: socket.socket) -> bytes:
    """Everything received until the server ends the connection, in whichever way."""
    received = b""
    try:
        while data := connection.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    return received


def test_a_client_that_never_finishes_a_body_gets_an_error(
    url: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_bodies, "_PATIENCE", 0.2)
    head, body = answer_of(raw(url, head_of(token, "Content-Length: 10") + b"{"))
    assert head.startswith(b"HTTP/1.1 408 ")
    assert parsed(Problem, json.loads(body)).type == "urn:idse:problem:timeout"


def test_a_client_that_never_reads_the_response_is_disconnected(
    core: AgencyCore, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_connections, "_FOR_READING", 0.2)
    caller = core.caller(token)
    assert caller is not None
    size = 30 << 20  # more than the buffers in between can hold
    core.push(caller, request({"spec_md": "x" * size}), key=new_key())
    with in_thread(core) as alone:
        connections = alone.server.server_state.connections
        with raw(alone.url, head_of(token, f"Content-Length: {len(PULL)}") + PULL) as connection:
            until(lambda: connections, "connected")
            until(lambda: not connections, "disconnected")
            assert len(closed(connection)) < size


async def test_more_requests_than_can_be_answered() -> None:
    messages: List[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    await Journal(app, at_once=0)({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send)
    assert messages[0]["status"] == 503
    assert (b"retry-after", b"1") in messages[0]["headers"]


# ------------------------------------------------------------------------------------------------------- faults, logs


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Any:
    """Returns everything logged so far, as it is written."""
    for logger in ("idse.agency", "uvicorn"):
        caplog.set_level(logging.INFO, logger)
    return lambda: [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_a_database_that_is_gone_is_503(http: httpx.Client, core: AgencyCore, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr("sqlalchemy.engine.Connection.execute", gone)
    for response in (http.get("/sync/info"), http.get("/healthz"), post(http, PULL)):
        assert "disk" not in problem(response, 503).detail
        assert response.headers["retry-after"] == "1"


def test_a_bug_reveals_nothing_to_the_caller(
    http: httpx.Client, core: AgencyCore, monkeypatch: pytest.MonkeyPatch, log: Any
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("inner workings")

    monkeypatch.setattr(AgencyCore, "pull", broken)
    response = post(http, PULL)
    found = problem(response, 500)
    assert "inner" not in response.text
    assert found.instance
    name = found.instance.rpartition(":")[2]
    (line,) = until(lambda: [line for line in log() if line.get("request") == name], "logged")
    assert line["status"] == 500
    until(lambda: any("ZeroDivisionError" in line.get("error", "") for line in log()), "logged with its traceback")


def test_the_log_has_every_request_and_no_secrets(http: httpx.Client, tenant: str, token: str, log: Any) -> None:
    secret = "c0ntent-nobody-may-see"
    assert sent(http, request({"spec_md": secret}), "my-secret-key").status_code == 200
    problem(sent(http, request({"spec_md": secret})), 412)
    problem(post(http, b'{"project_id":"' + secret.encode()), 400)
    http.get(f"/nope%0a?token={token}")

    def requests() -> List[Dict[str, Any]]:
        return [line for line in log() if line["event"] == "request"]

    until(lambda: len(requests()) == 4, "logged")
    lines = requests()
    assert [(line["method"], line["path"], line["status"], line["tenant"]) for line in lines] == [
        ("POST", "/sync/push", 200, tenant),
        ("POST", "/sync/push", 412, tenant),
        ("POST", "/sync/pull", 400, tenant),
        ("GET", "/nope\n", 404, ""),
    ]
    assert all(line["received"] > 0 and line["sent"] > 0 for line in lines[:3])
    written = json.dumps(log())
    for hidden in (secret, token, "my-secret-key"):
        assert hidden not in written


def test_a_log_record_is_one_line() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "two\nlines \x1b[31m", (), None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["level"] == "warning"


def test_problems_have_titles() -> None:
    assert ProblemError(405, "x").document("").title == "Method Not Allowed"
    assert ProblemError(412, "x").document("").title == "The server holds other revisions"
