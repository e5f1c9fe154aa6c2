"""Requests go to the configured endpoint only, in spite of redirects, proxies, cookies and cursors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest

from idse_core.agency.config import AgencyConfig
from idse_core.agency.http_transport import HttpTransport, connect
from idse_core.agency.protocol import PullPage, PullRequest
from idse_core.agency.transport import Transport
from idse_core.errors import AuthorizationError, RefusedError
from tests.agency.loopback import TOKEN, config_for_url, serving
from tests.agency.memory_core import MemoryCore
from tests.faults.canary import CALLS, calls, everything_about
from tests.faults.fault_proxy import answer, proxying
from tests.faults.sink import Sink

pytestmark = pytest.mark.usefixtures("quiet_environment")


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
            page = super().pull(request._replace(since=""))
            return page._replace(next=f"http://127.0.0.1:{dry.port}/", more=not request.since)

    core = Leading()
    core.put("shop", "auth", "spec_md", b"text")
    with serving(core) as server:
        transport = connect(config_for_url(f"http://127.0.0.1:{server.port}", tmp_path))
        page = transport.pull(PullRequest(project_id="shop"))
        transport.pull(PullRequest(project_id="shop", since=page.next))
        transport.close()
    assert [request.path for request in server.received] == ["/sync/pull", "/sync/pull"]


@calls
def test_proxy_variables_are_ignored(
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


def test_the_content_of_a_request(tmp_path: Path) -> None:
    """Compares the whole request, so that no addition goes unnoticed."""
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
