"""Nothing goes anywhere but to the configured endpoint, and the token shows itself nowhere.

A sink is a server that must receive no byte; the canary is the token, looked for in whatever anybody could read.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import socket
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

import pytest

from idse_core import cli
from idse_core.agency.config import AgencyConfig
from idse_core.agency.http_transport import HttpTransport, Patience, connect
from idse_core.agency.protocol import PullPage, PullRequest, PushRequest
from idse_core.agency.transport import Transport
from idse_core.errors import AuthorizationError, IdseError, RefusedError, RemoteError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.loopback import TOKEN, Loopback, config_for_url, serving
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, make_workspace, session_folder, tree, write_artifact
from tests.faults.fault_proxy import answer, proxying
from tests.faults.sink import Sink, sink

trustme = pytest.importorskip("trustme", reason="makes the certificates")

CALLS: Dict[str, Callable[[Transport], object]] = {
    "info": lambda transport: transport.info(),
    "pull": lambda transport: transport.pull(PullRequest(project_id="shop")),
    "push": lambda transport: transport.push(
        PushRequest(project_id="shop", session_id="auth", artifacts={"spec_md": "text"}, base={"spec_md": None}),
        key="one",
    ),
}
calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the person who runs the tests is used: neither variables nor files."""
    for name in list(os.environ):
        if name.startswith("IDSE_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))


@pytest.fixture
def dry() -> Iterator[Sink]:
    """A place that must stay dry; looked at when the test is over."""
    with sink() as place:
        yield place
        assert place.is_dry()


def everything_about(error: BaseException) -> str:
    """What any reporter of errors could show, with the variables of every frame but our own."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    shown = traceback.TracebackException(type(error), error, trace, capture_locals=True)
    return "".join([*shown.format(), repr(error), repr(error.__context__), repr(vars(error))])


# -- redirects ---------------------------------------------------------------------------------------------------------

TARGETS = {
    "other port": "http://127.0.0.1:{sink}/sync/push",
    "other host": "http://localhost:{sink}/sync/push",
    "other scheme": "https://127.0.0.1:{sink}/sync/push",
    "same origin": "/elsewhere/sync/push",
    "https of the same": "https://127.0.0.1:{own}/sync/push",
    "no scheme": "//127.0.0.1:{sink}/sync/push",
    "upper case": "HTTP://LOCALHOST:{sink}/",
    "backslashes": "http:\\\\127.0.0.1:{sink}\\",
    "one slash": "http:/127.0.0.1:{sink}/",
    "user name": "http://127.0.0.1:{own}@127.0.0.1:{sink}/",
    "tab inside": "ht\ttp://127.0.0.1:{sink}/",
    "leading blanks": "   http://127.0.0.1:{sink}/",
    "script": "javascript:alert(1)",
    "file": "file:///etc/passwd",
    "escape sequences": "http://\x1b[2J127.0.0.1:{sink}/\u202e",
    "no address": "http://",
    "empty": "",
    "with the token": "http://127.0.0.1:{sink}/?" + TOKEN,
    "long": "http://127.0.0.1:{sink}/" + "a" * 5000,
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(tmp_path: Path, dry: Sink, status: int, target: str) -> None:
    with serving(MemoryCore()) as server, proxying(server.port) as proxy:
        location = target.format(sink=dry.port, own=proxy.port)
        data = answer(f"{status} Moved", b"<html>", "Content-Type: text/html")
        data = data.replace(b"\r\n\r\n", b"\r\nLocation: " + location.encode() + b"\r\n\r\n", 1)
        transport = HttpTransport(config_for_url(proxy.url, tmp_path))
        for call in CALLS.values():
            proxy.then(lambda exchange: exchange.client.sendall(data))
            with pytest.raises(RefusedError) as caught:
                call(transport)
            assert caught.value.exit_code == 9
            assert TOKEN not in everything_about(caught.value)
            assert "\x1b" not in str(caught.value)
            assert len(str(caught.value)) < 500
        transport.close()
        assert server.received == []


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://evil.example:8443/a?b", " to https://evil.example:8443;"),
        ("//evil.example/x", " to http://evil.example;"),
        ("http://me:secret@evil.example/", ": http://me:secret@evil.example/;"),
        ("javascript:alert(1)", ": javascript:alert(1);"),
    ],
)
def test_a_redirect_is_named(tmp_path: Path, location: str, named: str) -> None:
    with proxying(1) as proxy:
        proxy.then(lambda exchange: exchange.client.sendall(answer("302 Found", b"", f"Location: {location}")))
        transport = HttpTransport(config_for_url(proxy.url, tmp_path))
        with pytest.raises(RefusedError) as caught:
            transport.info()
        transport.close()
    assert f"redirects (302){named}" in caught.value.message


def test_a_cursor_is_never_an_address(tmp_path: Path, dry: Sink) -> None:
    class Leading(MemoryCore):
        def pull(self, request: PullRequest) -> PullPage:
            page = super().pull(request.model_copy(update={"since": ""}))
            return page.model_copy(update={"next": f"http://127.0.0.1:{dry.port}/", "more": not request.since})

    core = Leading()
    core.put("shop", "auth", "spec_md", b"text")
    with serving(core) as server:
        transport = connect(config_for_url(f"http://127.0.0.1:{server.port}", tmp_path))
        page = transport.pull(PullRequest(project_id="shop"))
        transport.pull(PullRequest(project_id="shop", since=page.next))
        transport.close()
    assert [request.path for request in server.received] == ["/sync/pull", "/sync/pull"]


# -- what the environment says -----------------------------------------------------------------------------------------


@calls
def test_variables_of_a_proxy_are_not_obeyed(
    tmp_path: Path, dry: Sink, monkeypatch: pytest.MonkeyPatch, call: Callable[[Transport], object]
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{dry.port}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{dry.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving(MemoryCore()) as server:
        transport = connect(config_for_url(f"http://127.0.0.1:{server.port}", tmp_path))
        call(transport)
        transport.close()
    assert len(server.received) == 1


def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login me password from-netrc\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    with serving(MemoryCore()) as server:
        environment = {"IDSE_AGENCY_URL": f"http://127.0.0.1:{server.port}"}
        transport = connect(AgencyConfig.read(environment, home=tmp_path, start=tmp_path))
        with pytest.raises(AuthorizationError) as caught:
            transport.info()
        transport.close()
    assert caught.value.exit_code == 5
    assert "authorization" not in server.received[0].headers


def test_no_cookie_is_kept(tmp_path: Path) -> None:
    with serving(MemoryCore()) as server, proxying(server.port) as proxy:

        def with_cookie(exchange: Any) -> None:
            head, _, body = exchange.forward().partition(b"\r\n\r\n")
            exchange.client.sendall(head + b"\r\nSet-Cookie: id=tracked\r\n\r\n" + body)

        proxy.then(with_cookie)
        transport = connect(config_for_url(proxy.url, tmp_path))
        transport.info()
        transport.info()
        transport.close()
    assert len(server.received) == 2
    assert all("cookie" not in request.headers for request in server.received)


def test_what_a_request_says(tmp_path: Path) -> None:
    """The whole of it, so that nothing is added unnoticed."""
    file = tmp_path / ".idseconfig.json"
    file.write_text('{"client_id": "laptop-7"}', encoding="utf-8")
    with serving(MemoryCore()) as server:
        transport = connect(config_for_url(f"http://127.0.0.1:{server.port}", tmp_path))
        for call in CALLS.values():
            call(transport)
        long = PullRequest(project_id="x" * 2000)
        transport.pull(long)
        transport.close()
    info, pull, push, packed = server.received
    assert {name for name in info.headers if name != "connection"} == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "authorization",
    }
    assert info.headers["user-agent"].startswith("idse/")
    assert info.headers["user-agent"].endswith(" (laptop-7)")
    assert info.headers["accept-encoding"] == "gzip"
    assert set(pull.headers) - set(info.headers) == {"content-type", "content-length"}
    assert set(push.headers) - set(pull.headers) == {"idempotency-key"}
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(packed.body)["project_id"] == long.project_id
    for request in server.received:
        assert [name for name, value in request.headers.items() if TOKEN in value] == ["authorization"]
        assert TOKEN not in request.path
        assert TOKEN.encode() not in request.body


# -- the token in what is shown ----------------------------------------------------------------------------------------

ECHOES = [200, 400, 401, 403, 404, 412, 429, 500, 503]


@pytest.mark.parametrize("status", ECHOES)
@pytest.mark.parametrize("kind", ["text/html", "application/json", "application/problem+json"])
def test_a_server_that_sends_the_token_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    page = json.dumps({"detail": f"you sent Bearer {TOKEN}", "items": TOKEN, TOKEN: TOKEN}).encode()
    echo = answer(f"{status} {TOKEN}", page, f"Content-Type: {kind}", f"X-Echo: {TOKEN}", f"Location: /{TOKEN}")
    with proxying(1) as proxy:
        proxy.then(*[lambda exchange: exchange.client.sendall(echo)] * 20)
        transport = HttpTransport(config_for_url(proxy.url, tmp_path))
        for call in CALLS.values():
            with pytest.raises(IdseError) as caught:
                call(transport)
            assert TOKEN not in everything_about(caught.value)
        transport.close()
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text
    assert "X-Echo" in caplog.text


def test_the_log_is_left_as_it_was(tmp_path: Path) -> None:
    loggers = [
        logging.getLogger(name) for name in ("httpx", "httpcore.http11", "httpcore.connection", "httpcore.proxy")
    ]
    before = [list(logger.filters) for logger in loggers]
    transport = connect(config_for_url("http://127.0.0.1:9", tmp_path))
    assert [list(logger.filters) for logger in loggers] != before
    transport.close()
    transport.close()
    assert [list(logger.filters) for logger in loggers] == before


def test_nothing_shows_the_token_by_itself(tmp_path: Path) -> None:
    config = config_for_url("http://127.0.0.1:9", tmp_path)
    transport = connect(config)
    for value in (config, transport, vars(transport), config.shown(), config.token):
        assert TOKEN not in repr(value)
        assert TOKEN not in str(value)
    transport.close()


# -- certificates ------------------------------------------------------------------------------------------------------


class Authority:
    """A CA of this test, and files of certificates that it issues."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._ca = trustme.CA()
        self.file = folder / f"{name}-ca.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def issue(self, *names: str, **more: Any) -> Tuple[Path, Path]:
        issued = self._ca.issue_cert(*names, **more)
        certificate, key = self._folder / f"{self._name}.pem", self._folder / f"{self._name}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key


def secure(tmp_path: Path, port: int, ca: Optional[Path], host: str = "127.0.0.1") -> Transport:
    more = {} if ca is None else {"IDSE_AGENCY_CA_FILE": str(ca)}
    return HttpTransport(config_for_url(f"https://{host}:{port}", tmp_path, **more), patience=Patience(5, 5, 5))


@calls
def test_a_certificate_of_the_users_ca(tmp_path: Path, call: Callable[[Transport], object]) -> None:
    ours = Authority(tmp_path, "ours")
    with serving(MemoryCore(), certificate=ours.issue("127.0.0.1", "localhost")) as server:
        for host in ("127.0.0.1", "localhost"):
            transport = secure(tmp_path, server.port, ours.file, host)
            call(transport)
            transport.close()
    assert len(server.received) == 2


PAST = datetime.now(timezone.utc) - timedelta(days=400)
BAD = {
    "of an unknown CA": ("theirs", ["127.0.0.1"], {}, "certificate"),
    "of no CA that we were told": (None, ["127.0.0.1"], {}, "certificate"),
    "for another host": ("ours", ["agency.example.org"], {}, "127.0.0.1"),
    "for another address": ("ours", ["127.0.0.2"], {}, "127.0.0.1"),
    "of another time": ("ours", ["127.0.0.1"], {"not_after": PAST}, "expired"),
}


@pytest.mark.parametrize(("trusted", "names", "more", "message"), BAD.values(), ids=BAD.keys())
@calls
def test_a_certificate_that_is_not_valid(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[Transport], object],
    *,
    trusted: Optional[str],
    names: List[str],
    more: Dict[str, Any],
    message: str,
) -> None:
    authorities = {name: Authority(tmp_path, name) for name in ("ours", "theirs")}
    # Whoever can set these could otherwise make us trust them, or write down what we say.
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities["ours"].file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    ca = None if trusted is None else authorities[trusted].file
    with serving(MemoryCore(), certificate=authorities["ours"].issue(*names, **more)) as server:
        transport = secure(tmp_path, server.port, ca)
        with pytest.raises(RefusedError, match=message) as caught:
            call(transport)
        transport.close()
    assert caught.value.exit_code == 9
    assert "IDSE_AGENCY_CA_FILE" in caught.value.hint
    assert TOKEN not in everything_about(caught.value)
    assert server.received == []
    assert not (tmp_path / "keys.log").exists()


def test_a_server_without_tls(tmp_path: Path) -> None:
    with serving(MemoryCore()) as server:
        transport = secure(tmp_path, server.port, None)
        with pytest.raises(RemoteError) as caught:
            transport.info()
        transport.close()
    assert caught.value.exit_code == 4
    assert server.received == []


@pytest.mark.parametrize("content", [None, b"", b"no certificate\n"], ids=["missing", "empty", "text"])
def test_a_ca_file_that_is_none(tmp_path: Path, content: Optional[bytes]) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IdseError, match="the CA file can't be used") as caught:
        secure(tmp_path, 1, file)
    assert (caught.value.exit_code, caught.value.path) == (2, str(file))


# -- a proxy that the user wants ---------------------------------------------------------------------------------------


class Tunnel:
    """A proxy that opens tunnels, and keeps what passes it in the open."""

    def __init__(self, status: str = "200 OK") -> None:
        self._status = status
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: List[bytes] = []
        self.passed = bytearray()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._open, args=(client,), daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _open(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            self.requests.append(head)
            _, _, port = head.split(b" ")[1].decode().rpartition(":")
            client.sendall(f"HTTP/1.1 {self._status}\r\n\r\n".encode())
            with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as server:
                back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
                back.start()
                self._pump(client, server)
                back.join(10)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while True:
                data = source.recv(65536)
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                self.passed += data
                target.sendall(data)


@contextmanager
def tunnelling(status: str = "200 OK") -> Iterator[Tunnel]:
    tunnel = Tunnel(status)
    thread = threading.Thread(target=tunnel.serve, daemon=True)
    thread.start()
    try:
        yield tunnel
    finally:
        tunnel.close()
        thread.join(10)


def through_proxy(tmp_path: Path, proxy: str, port: int, ca: Path) -> Transport:
    """To a host that this machine does not know, so that only the proxy can find it."""
    file = tmp_path / ".idseconfig.json"
    url = f"https://agency.test:{port}"
    file.write_text(json.dumps({"proxy": proxy, "tokens": {url: TOKEN}, "ca_file": str(ca)}), encoding="utf-8")
    file.chmod(0o600)
    return HttpTransport(AgencyConfig.read({}, home=tmp_path, start=tmp_path, url=url))


def test_a_proxy_sees_nothing_but_the_host(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    with serving(MemoryCore(), certificate=ours.issue("agency.test")) as server, tunnelling() as tunnel:
        transport = through_proxy(tmp_path, f"http://me:pass-{TOKEN}@127.0.0.1:{tunnel.port}", server.port, ours.file)
        for call in CALLS.values():
            call(transport)
        transport.close()
    assert {head.split(b"\r\n")[0] for head in tunnel.requests} == {
        f"CONNECT agency.test:{server.port} HTTP/1.1".encode()
    }
    assert TOKEN.encode() not in b"".join(tunnel.requests)
    assert b"Proxy-Authorization: Basic" in tunnel.requests[0]
    assert TOKEN.encode() not in bytes(tunnel.passed)
    assert len(server.received) == 3
    assert all("proxy-authorization" not in request.headers for request in server.received)


@pytest.mark.parametrize("status", ["407 Who", "502 Bad Gateway", "302 Found\r\nLocation: http://127.0.0.1:1/"])
def test_a_proxy_that_opens_no_tunnel(tmp_path: Path, status: str) -> None:
    ours = Authority(tmp_path, "ours")
    with serving(MemoryCore(), certificate=ours.issue("agency.test")) as server, tunnelling(status) as tunnel:
        transport = through_proxy(tmp_path, f"http://127.0.0.1:{tunnel.port}", server.port, ours.file)
        with pytest.raises(RemoteError) as caught:
            transport.info()
        transport.close()
    assert caught.value.exit_code == 4
    assert TOKEN.encode() not in bytes(tunnel.passed) + b"".join(tunnel.requests)
    assert server.received == []


# -- the real command --------------------------------------------------------------------------------------------------


class Said(NamedTuple):
    code: int
    text: str


Idse = Callable[..., Said]


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    made = make_workspace(tmp_path / "clone")
    add_session(made, "auth")
    write_artifact(made, "auth", Stage.SPEC, "# Spec\n\nOurs.\n")
    return made


@pytest.fixture
def idse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], workspace: ProjectWorkspace) -> Idse:
    """Calls `idse` in this process, in the folder of the workspace; the token is in nothing that it says."""

    def call(*words: str, **environment: str) -> Said:
        monkeypatch.chdir(workspace.folder.parent)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(list(words))
        captured = capsys.readouterr()
        text = captured.out + captured.err
        assert TOKEN not in text
        assert "Traceback" not in text
        assert isinstance(left.value.code, int)
        return Said(left.value.code, text)

    return call


def configured(server: Loopback) -> Dict[str, str]:
    return {"IDSE_AGENCY_URL": f"http://127.0.0.1:{server.port}", "IDSE_AGENCY_TOKEN": TOKEN}


def no_canary_below(folder: Path) -> bool:
    """Whether no file holds the token; compressed ones are looked into."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data += gzip.decompress(data)
        if TOKEN.encode() in data or TOKEN in str(path):
            return False
    return True


def test_a_whole_sync_leaves_no_trace_of_the_token(
    tmp_path: Path, idse: Idse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    core = MemoryCore()
    with serving(core) as server:
        settings = configured(server)
        assert idse("sync", "push", "--all", **settings).code == 0
        core.put(PROJECT, "auth", "plan_md", b"# Plan\n\nTheirs.\n")
        assert idse("sync", "status", "--all").code == 0
        assert idse("sync", "pull", "--all", "--json").code in {0, 3}
        shown = idse("sync", "remote")
        assert shown.code == 0
        assert "token       ****  (environment)" in shown.text
        assert idse("-v", "sync", "status").code in {0, 2}
        server.token = "another"
        assert idse("sync", "push", "--all").code == 5
    assert no_canary_below(tmp_path)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("name", [".idse/.idseconfig.json", ".idse/idseconfig.json", ".idseconfig.json"])
def test_a_projects_file_leads_nowhere(idse: Idse, workspace: ProjectWorkspace, dry: Sink, name: str) -> None:
    hostile = {
        "agency_url": f"http://127.0.0.1:{dry.port}",
        "tokens": {f"http://127.0.0.1:{dry.port}": "x"},
        "proxy": f"http://127.0.0.1:{dry.port}",
        "allow_insecure_http": True,
    }
    (workspace.folder.parent / name).write_text(json.dumps(hostile), encoding="utf-8")
    said = idse("sync", "push", "--all", IDSE_AGENCY_TOKEN=TOKEN)
    assert said.code == 2
    assert "no Agency Core is configured" in said.text
    assert "is ignored" in said.text
    with serving(MemoryCore()) as server:
        said = idse("sync", "push", "--all", **configured(server))
        assert said.code == 0
        assert "is ignored" in said.text


def test_a_token_for_another_origin_stays_here(tmp_path: Path, idse: Idse) -> None:
    with serving(MemoryCore()) as server:
        file = Path(os.environ["HOME"]) / ".idseconfig.json"
        url = f"http://127.0.0.1:{server.port}"
        others = {
            "https://agency.example.org": TOKEN,
            f"http://localhost:{server.port}": TOKEN,
            "http://127.0.0.1": TOKEN,
        }
        file.write_text(json.dumps({"agency_url": url, "tokens": others}), encoding="utf-8")
        file.chmod(0o600)
        assert idse("sync", "push", "--all", IDSE_AGENCY_TOKEN=TOKEN).code == 5
    assert all("authorization" not in request.headers for request in server.received)
    assert all(TOKEN.encode() not in request.body for request in server.received)


def test_a_project_is_bound_to_its_address(idse: Idse, dry: Sink) -> None:
    with serving(MemoryCore()) as server:
        assert idse("sync", "push", "--all", **configured(server)).code == 0
        said = idse("sync", "push", "--all", "--agency-url", f"http://127.0.0.1:{dry.port}")
    assert said.code == 9
    assert "is bound to" in said.text


def test_a_redirect_ends_the_command(idse: Idse, dry: Sink) -> None:
    with serving(MemoryCore()) as server, proxying(server.port) as proxy:
        moved = answer("307 Moved", b"", f"Location: http://127.0.0.1:{dry.port}/sync/push")
        proxy.then(*[lambda exchange: exchange.client.sendall(moved)] * 3)
        said = idse("sync", "push", "--all", IDSE_AGENCY_URL=proxy.url, IDSE_AGENCY_TOKEN=TOKEN)
    assert said.code == 9
    assert f"http://127.0.0.1:{dry.port}" in said.text
    assert server.received == []


HOSTILE_IDS = [
    "../evil",
    "..",
    ".",
    "/abs",
    "C:evil",
    "C:\\evil",
    "a/../../evil",
    "a\\..\\evil",
    "a\0b",
    "a\nb",
    "\x1b[2J",
    "CON",
    "nul.txt",
    ".git",
    ".local",
    "~",
    "",
    "   ",
    "trailing.",
    "trailing ",
    "e\u0301",
    "\u202eevil",
    "x" * 300,
]


@pytest.mark.parametrize("name", HOSTILE_IDS, ids=ascii)
def test_ids_from_the_server_become_no_path(tmp_path: Path, idse: Idse, workspace: ProjectWorkspace, name: str) -> None:
    core = MemoryCore()
    with serving(core) as server:
        assert idse("sync", "push", "--all", **configured(server)).code == 0
        core.put(PROJECT, name, "spec_md", b"evil")
        core.put(PROJECT, "auth", "plan_md", b"good")
        before = tree(tmp_path / "clone" / ".idse" / "projects")
        said = idse("sync", "pull", "--all")
    evil = [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"]
    if name == "~":  # an odd name, and a harmless one: it means a folder of that name
        assert [path.parent.name for path in evil] == ["~"]
        return
    assert said.code == 9
    assert "\x1b" not in said.text
    assert evil == []
    assert tree(tmp_path / "clone" / ".idse" / "projects") == before


@pytest.mark.parametrize("key", ["../spec_md", "CURRENT_SESSION", "spec.md", "spec_md/../../x", "agent_registry", ""])
def test_keys_from_the_server_become_no_path(tmp_path: Path, idse: Idse, workspace: ProjectWorkspace, key: str) -> None:
    core = MemoryCore()
    with serving(core) as server:
        assert idse("sync", "push", "--all", **configured(server)).code == 0
        core.put(PROJECT, "auth", key, b"evil")
        idse("sync", "pull", "--all")
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_do_not_lead_out_of_the_workspace(tmp_path: Path, idse: Idse, workspace: ProjectWorkspace) -> None:
    private = tmp_path / "private.md"
    private.write_text("private key", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    spec = session_folder(workspace, "auth") / "spec.md"
    spec.unlink()
    spec.symlink_to(private)
    linked = session_folder(workspace, "linked")
    linked.symlink_to(elsewhere, target_is_directory=True)
    core = MemoryCore()
    with serving(core) as server:
        pushed = idse("sync", "push", "--all", **configured(server))
        assert all(b"private key" not in request.body for request in server.received)
        core.put(PROJECT, "auth", "spec_md", b"theirs")
        core.put(PROJECT, "linked", "spec_md", b"theirs")
        idse("sync", "pull", "--all")
    assert pushed.code != 0 or "spec_md" not in {key for _, key in core.documents(PROJECT)}
    assert private.read_text(encoding="utf-8") == "private key"
    assert list(elsewhere.iterdir()) == []


def test_the_exit_codes_of_a_connection_that_fails(idse: Idse) -> None:
    """Five attempts need some seconds of waiting, so that there is one such test."""
    with serving(MemoryCore()) as server, proxying(server.port) as proxy:
        busy = answer("503 Busy", b"", "Retry-After: 0")
        proxy.then(*[lambda exchange: exchange.client.sendall(busy)] * 5)
        said = idse("sync", "push", "--all", IDSE_AGENCY_URL=proxy.url, IDSE_AGENCY_TOKEN=TOKEN)
        assert said.code == 4
        assert "answers 503" in said.text
        assert proxy.connections == 5
        proxy.then(*[lambda exchange: exchange.client.sendall(busy)] * 4)
        assert idse("sync", "push", "--all").code == 0
