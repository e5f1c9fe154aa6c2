"""A small HTTP server on loopback for tests, which serves any `Transport` and needs only the standard library."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from idse_core.agency.config import AgencyConfig
from idse_core.agency.protocol import PullPage, PullRequest, PushRequest, PushResult, ServerInfo, document, parsed
from idse_core.agency.transport import CursorGoneError, PreconditionError, Transport
from idse_core.errors import RemoteError

__all__ = ["TOKEN", "Loopback", "Received", "closed_port", "config_for_url", "serving"]

TOKEN = "canary-token-91c2f7"


class Received(NamedTuple):
    """One request, with header names in lower case and the body decompressed."""

    method: str
    path: str
    headers: Dict[str, str]
    body: bytes


class Loopback(ThreadingHTTPServer):
    """Serves a transport; closes every connection after one response."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, core: Transport, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.core = core
        self.token = token
        self.received: List[Received] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores errors, since some tests make clients disconnect."""


class _Handler(BaseHTTPRequestHandler):
    server: Loopback

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the base class
        """Logs nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(self.command, self.path, headers, body))
        if headers.get("authorization") != f"Bearer {self.server.token}":
            self._send(401, {"title": "unauthorized", "status": 401}, problem=True)
            return
        status, document = self._called(body)
        self._send(status, document, problem=status != 200)

    def _called(self, body: bytes) -> Tuple[int, Dict[str, Any]]:
        calls = {"/sync/info": self._info, "/sync/push": self._push, "/sync/pull": self._pull}
        if self.path not in calls:
            return 404, {"title": "not found", "status": 404}
        try:
            return 200, document(calls[self.path](body))
        except PreconditionError as error:
            conflicts = [document(mismatch) for mismatch in error.mismatches]
            return 412, {"title": "precondition failed", "status": 412, "conflicts": conflicts}
        except CursorGoneError as error:
            return 410, {"title": "gone", "status": 410, "detail": str(error)}
        except RemoteError as error:
            status = int(str(error)[:3])
            return status, {"title": "refused", "status": status, "detail": str(error)}

    def _info(self, body: bytes) -> ServerInfo:
        return self.server.core.info()

    def _push(self, body: bytes) -> PushResult:
        return self.server.core.push(parsed(PushRequest, json.loads(body)), key=self.headers["Idempotency-Key"])

    def _pull(self, body: bytes) -> PullPage:
        return self.server.core.pull(parsed(PullRequest, json.loads(body)))

    def _send(self, status: int, document: Dict[str, Any], *, problem: bool) -> None:
        data = json.dumps(document).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json" if problem else "application/json")
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(data) > 512:
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving(
    core: Transport, *, token: str = TOKEN, certificate: Optional[Tuple[Path, Path]] = None
) -> Iterator[Loopback]:
    """A server for a transport, until the block ends.

    Args:
        certificate: files of certificate and key; with them it speaks https.
    """
    with Loopback(core, token) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*map(str, certificate))
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)


def config_for_url(url: str, folder: Path, *, token: str = TOKEN, **more: str) -> AgencyConfig:
    """The configuration for a user who has set the address and its token in the environment."""
    environment = {"IDSE_AGENCY_URL": url, "IDSE_AGENCY_TOKEN": token, **more}
    return AgencyConfig.read(environment, home=folder, start=folder)


def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
