"""Connections that are restricted to one origin and limited by a deadline."""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterable, Iterator, Optional

import httpcore

from idse_core.agency.origin import Origin

__all__ = ["Deadline", "OnlyThere"]


class Deadline:
    """The deadline of the current request of each thread.

    A timeout per read does not stop a response that arrives one byte at a time; this does.

    Args:
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._thread = threading.local()

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Limit all network calls of this thread in the block to this many seconds in total."""
        self._thread.end = self._clock() + seconds
        try:
            yield
        finally:
            self._thread.end = None

    def within(self, timeout: Optional[float], expired: Callable[[str], Exception]) -> Optional[float]:
        """The timeout of one call in seconds: at most the time left until the deadline.

        Raises:
            Exception: made by ``expired``, when the deadline has passed.
        """
        end: Optional[float] = getattr(self._thread, "end", None)
        if end is None:
            return timeout
        left = end - self._clock()
        if left <= 0:
            raise expired("the deadline for the whole request has passed")
        return left if timeout is None else min(timeout, left)


class OnlyThere(httpcore.NetworkBackend):
    """Opens connections to one origin, and refuses all others.

    Args:
        peer: the origin of the endpoint or of the proxy.
        deadline: limits every call.
    """

    def __init__(self, peer: Origin, deadline: Deadline) -> None:
        self._peer = peer
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Optional[float] = None,
        local_address: Optional[str] = None,
        socket_options: Optional[Iterable[Any]] = None,
    ) -> httpcore.NetworkStream:
        if (host, port) != (self._peer.host, self._peer.port):
            raise httpcore.ConnectError(f"not {self._peer}")
        timeout = self._deadline.within(timeout, httpcore.ConnectTimeout)
        stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._deadline)

    def connect_unix_socket(
        self, path: str, timeout: Optional[float] = None, socket_options: Optional[Iterable[Any]] = None
    ) -> httpcore.NetworkStream:
        del path, timeout, socket_options
        raise httpcore.ConnectError(f"not {self._peer}")


class _Stream(httpcore.NetworkStream):
    """A connection on which every call is limited by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        # In pieces, because httpcore restarts its timeout whenever the peer accepts a few bytes.
        view = memoryview(buffer)
        for start in range(0, len(view), _PIECE):
            limit = self._deadline.within(timeout, httpcore.WriteTimeout)
            self._stream.write(bytes(view[start : start + _PIECE]), limit)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: Optional[str] = None, timeout: Optional[float] = None
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


_PIECE = 64 << 10
"""The maximum size of one write, in bytes."""
