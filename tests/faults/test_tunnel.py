"""A proxy that the user has configured sees nothing but the host."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import List

import pytest

from idse_core.agency.config import AgencyConfig
from idse_core.agency.http_transport import HttpTransport
from idse_core.agency.transport import Transport
from idse_core.errors import RemoteError
from tests.agency.loopback import TOKEN, serving
from tests.agency.memory_core import MemoryCore
from tests.faults.canary import CALLS, Authority
from tests.faults.listening import Listener, listening

pytestmark = pytest.mark.usefixtures("quiet_environment")


class Tunnel(Listener):
    """A proxy that opens tunnels, and keeps everything that it can read."""

    def __init__(self, status: str = "200 OK") -> None:
        super().__init__()
        self._status = status
        self.requests: List[bytes] = []
        self.passed = bytearray()

    def handle(self, client: socket.socket) -> None:
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


def through_proxy(tmp_path: Path, proxy: str, port: int, ca: Path) -> Transport:
    """A transport to a host that this machine can't resolve, so that only the proxy can reach it."""
    file = tmp_path / ".idseconfig.json"
    url = f"https://agency.test:{port}"
    file.write_text(json.dumps({"proxy": proxy, "tokens": {url: TOKEN}, "ca_file": str(ca)}), encoding="utf-8")
    file.chmod(0o600)
    return HttpTransport(AgencyConfig.read({}, home=tmp_path, start=tmp_path, url=url))


def test_a_proxy_sees_nothing_but_the_host(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    with serving(MemoryCore(), certificate=ours.issue("agency.test")) as server, listening(Tunnel()) as tunnel:
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
def test_a_proxy_that_refuses_the_tunnel(tmp_path: Path, status: str) -> None:
    ours = Authority(tmp_path, "ours")
    with serving(MemoryCore(), certificate=ours.issue("agency.test")) as server, listening(Tunnel(status)) as tunnel:
        transport = through_proxy(tmp_path, f"http://127.0.0.1:{tunnel.port}", server.port, ours.file)
        with pytest.raises(RemoteError) as caught:
            transport.info()
        transport.close()
    assert caught.value.exit_code == 4
    assert TOKEN.encode() not in bytes(tunnel.passed) + b"".join(tunnel.requests)
    assert server.received == []
