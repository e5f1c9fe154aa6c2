"""A proxy on loopback that injects network faults.

It takes one request per connection, forwards it, reads the whole response, and lets a *fault* decide what the client
gets. Each fault is used once; when none is left, exchanges pass unchanged.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from tests.faults.listening import Listener, listening

__all__ = ["FAULTS", "Exchange", "Fault", "FaultProxy", "answer", "cut_at", "proxying"]

_PATIENCE = 20.0  # seconds; a client should have given up long before


class Exchange(NamedTuple):
    """One connection of a client.

    Attributes:
        client: the client's socket.
        request: the whole request.
        forward: forwards the request and returns the whole response; may be called again.
        pass_time: simulates that a number of seconds have passed.
    """

    client: socket.socket
    request: bytes
    forward: Callable[[], bytes]
    pass_time: Callable[[float], None]


Fault = Callable[[Exchange], None]


class FaultProxy(Listener):
    """Listens on loopback.

    Args:
        upstream: the port of the server behind the proxy.

    Attributes:
        connections: the number of connections so far.
        forwarded: the number of forwarded requests.
        passed_time: seconds that faults have simulated to pass; for a client's clock.
    """

    def __init__(self, upstream: int) -> None:
        super().__init__()
        self._upstream = upstream
        self._faults: List[Fault] = []
        self._lock = threading.Lock()
        self.connections = 0
        self.forwarded = 0
        self.passed_time = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def then(self, *faults: Fault) -> None:
        """Apply these faults to the next exchanges, one to each."""
        with self._lock:
            self._faults += faults

    def clear(self) -> None:
        """Discard the faults that have not been used yet."""
        with self._lock:
            self._faults.clear()

    def lead_to(self, upstream: int) -> None:
        """Forward to another server from now on."""
        self._upstream = upstream

    def handle(self, client: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            fault = self._faults.pop(0) if self._faults else passed
        client.settimeout(_PATIENCE)
        request = b"" if fault in _BEFORE_READING else read_request(client)
        fault(Exchange(client, request, lambda: self._forward(request), self._pass_time))

    def _pass_time(self, seconds: float) -> None:
        with self._lock:
            self.passed_time += seconds

    def _forward(self, request: bytes) -> bytes:
        with self._lock:
            self.forwarded += 1
        head, _, body = request.partition(b"\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self._upstream), timeout=_PATIENCE) as server:
            server.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
            return read_all(server)


@contextmanager
def proxying(upstream: int) -> Iterator[FaultProxy]:
    """A proxy in front of a server's port, until the block ends."""
    with listening(FaultProxy(upstream)) as proxy:
        yield proxy


# -- bytes on the wire -------------------------------------------------------------------------------------------------


def read_request(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _received(client)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(headers_of(head).get(b"content-length", b"0"))
    while len(body) < length:
        body += _received(client)
    return head + b"\r\n\r\n" + body


def read_all(connection: socket.socket) -> bytes:
    parts: List[bytes] = []
    while True:
        part = connection.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


def headers_of(head: bytes) -> Dict[bytes, bytes]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def answer(status: str, body: bytes = b"", *headers: str, length: Optional[int] = None) -> bytes:
    """An HTTP response.

    Args:
        length: a wrong value for ``Content-Length``; by default it is correct.
    """
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def _received(client: socket.socket) -> bytes:
    data = client.recv(65536)
    if not data:
        raise ConnectionAbortedError
    return data


def _reset(client: socket.socket) -> None:
    """End the connection with RST, like a host that does not know the connection."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _wait_for_the_end(client: socket.socket) -> None:
    """Wait until the client gives up."""
    while client.recv(65536):
        pass


def _parts(data: bytes) -> Tuple[bytes, bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


# -- faults ------------------------------------------------------------------------------------------------------------


def passed(exchange: Exchange) -> None:
    exchange.client.sendall(exchange.forward())


def reset_at_once(exchange: Exchange) -> None:
    _reset(exchange.client)


def reset_before_the_server(exchange: Exchange) -> None:
    _reset(exchange.client)


def answer_lost(exchange: Exchange) -> None:
    """The server handles the request, but the response is lost."""
    exchange.forward()
    _reset(exchange.client)


def closed_without_a_word(exchange: Exchange) -> None:
    exchange.forward()


def reset_after_the_headers(exchange: Exchange) -> None:
    head, _ = _parts(exchange.forward())
    exchange.client.sendall(head + b"\r\n\r\n")
    _reset(exchange.client)


def cut_at(offset: int) -> Fault:
    """The connection ends after a number of bytes of the body."""

    def cut(exchange: Exchange) -> None:
        head, body = _parts(exchange.forward())
        exchange.client.sendall(head + b"\r\n\r\n" + body[:offset])

    return cut


def drip(exchange: Exchange) -> None:
    """One byte per second forever, each of them well within the timeout of a read."""
    exchange.forward()
    exchange.client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        exchange.client.sendall(b"x")
        exchange.pass_time(1.0)
        time.sleep(0.001)


def stall(exchange: Exchange) -> None:
    exchange.forward()
    _wait_for_the_end(exchange.client)


def stall_in_the_body(exchange: Exchange) -> None:
    head, body = _parts(exchange.forward())
    exchange.client.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])
    _wait_for_the_end(exchange.client)


def gzip_cut_off(exchange: Exchange) -> None:
    _, body = _parts(exchange.forward())
    packed = gzip.compress(body)[:-9]
    exchange.client.sendall(answer("200 OK", packed, "Content-Type: application/json", "Content-Encoding: gzip"))


def gzip_garbage(exchange: Exchange) -> None:
    exchange.forward()
    garbage = b"\x1f\x8b\x08\x00" + b"\xff" * 200
    exchange.client.sendall(answer("200 OK", garbage, "Content-Type: application/json", "Content-Encoding: gzip"))


def gzip_with_more_behind(exchange: Exchange) -> None:
    exchange.forward()
    packed = gzip.compress(b"{}") + b"more"
    exchange.client.sendall(answer("200 OK", packed, "Content-Type: application/json", "Content-Encoding: gzip"))


def length_too_long(exchange: Exchange) -> None:
    head, body = _parts(exchange.forward())
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    claimed = b"Content-Length: %d" % (len(body) + 100)
    exchange.client.sendall(b"\r\n".join([*kept, claimed, b"", body]))


def twice(exchange: Exchange) -> None:
    """The request reaches the server twice; the client gets the second response."""
    exchange.forward()
    exchange.client.sendall(exchange.forward())


def no_http(exchange: Exchange) -> None:
    exchange.forward()
    exchange.client.sendall(b"220 mail.example.org ESMTP\r\n")


def status(line: str, *headers: str) -> Fault:
    """A response from an intermediary; the server never gets the request."""

    def answered(exchange: Exchange) -> None:
        page = b"<html><body><h1>" + line.encode() + b"</h1></body></html>"
        exchange.client.sendall(answer(line, page, "Content-Type: text/html", *headers))

    return answered


def status_after(line: str) -> Fault:
    """The server handles the request, but an intermediary reports a failure."""

    def answered(exchange: Exchange) -> None:
        exchange.forward()
        exchange.client.sendall(answer(line, b"upstream", "Content-Type: text/plain"))

    return answered


_BEFORE_READING = (reset_at_once,)

FAULTS: Dict[str, Fault] = {
    "reset at once": reset_at_once,
    "reset before the server": reset_before_the_server,
    "answer lost": answer_lost,
    "closed without a word": closed_without_a_word,
    "reset after the headers": reset_after_the_headers,
    "cut in the body": cut_at(40),
    "drip": drip,
    "stall": stall,
    "stall in the body": stall_in_the_body,
    "gzip cut off": gzip_cut_off,
    "gzip garbage": gzip_garbage,
    "gzip with more behind": gzip_with_more_behind,
    "length too long": length_too_long,
    "no HTTP": no_http,
    "408": status("408 Request Timeout"),
    "425": status("425 Too Early"),
    "429": status("429 Too Many Requests", "Retry-After: 7"),
    "500 after the commit": status_after("500 Internal Server Error"),
    "502": status("502 Bad Gateway"),
    "503": status("503 Service Unavailable", "Retry-After: 3"),
    "504 after the commit": status_after("504 Gateway Timeout"),
}
"""Temporary faults, after each of which the client should retry."""
