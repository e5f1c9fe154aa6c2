"""A pool of connections to one origin, direct or through a proxy's tunnel, TLS verified."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import Iterator, Mapping, NamedTuple, Optional

import certifi
import httpcore

from idse_core.agency.network import Deadline, OnlyThere
from idse_core.agency.origin import Origin
from idse_core.agency.proxy import Proxy
from idse_core.errors import RemoteError

__all__ = ["Patience", "PinnedPool", "tls_context"]

_CONNECTIONS = 32
_KEEPALIVE = 30.0


class Patience(NamedTuple):
    """Timeouts of the parts of a request, in seconds; the timeout of the whole request is in the configuration."""

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0


def tls_context(ca_file: Optional[str]) -> ssl.SSLContext:
    """A context that verifies certificate and host name, by ``ca_file`` or the bundled certificates; TLS 1.2 or newer.

    Created directly, because the usual constructor (``ssl.create_default_context``) reads environment variables.

    Raises:
        OSError: the file can't be read, or contains no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file or certifi.where())
    return context


class PinnedPool:
    """Sends requests to one origin and nowhere else: callers pass a path only.

    It uses httpcore without httpx: redirects, cookies and settings from the environment are not wanted here, and httpx
    would take longer than the single request of a sync with nothing to do.

    Args:
        origin: of the server.
        context: for https; None if neither the origin nor the proxy uses https.
        patience: the timeouts of each part of a request.
        longest: seconds to wait for a free connection.
        deadline: limits every network call in addition.
        proxy: the proxy to tunnel through; None to connect directly.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        context: Optional[ssl.SSLContext],
        patience: Patience,
        longest: float,
        deadline: Deadline,
        proxy: Optional[Proxy] = None,
    ) -> None:
        self._origin = origin
        self._timeouts = {**patience._asdict(), "pool": longest}
        self._is_closed = False
        backend = OnlyThere(origin if proxy is None else proxy.origin, deadline)
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=context,
                network_backend=backend,
                max_connections=_CONNECTIONS,
                keepalive_expiry=_KEEPALIVE,
            )
        else:
            self._pool = httpcore.HTTPProxy(
                proxy_url=str(proxy.origin),
                proxy_auth=(proxy.user, proxy.password.reveal()) if proxy.user else None,
                proxy_ssl_context=context if proxy.origin.scheme == "https" else None,
                ssl_context=context,
                network_backend=backend,
                max_connections=_CONNECTIONS,
                keepalive_expiry=_KEEPALIVE,
            )

    @contextmanager
    def stream(
        self, method: str, path: str, headers: Mapping[str, str], content: Optional[bytes]
    ) -> Iterator[httpcore.Response]:
        """Send a request and yield the response with its body unread; the connection is released after the block.

        Args:
            method: ``GET`` or ``POST``.
            path: in ASCII, beginning with ``/``.
            headers: in ASCII; the host and the content length are added.
            content: the body; None for no body.

        Raises:
            RemoteError: the pool is closed. Other failures are exceptions of httpcore.
        """
        if self._is_closed:
            raise RemoteError("the connection has been closed")
        scheme, host, port = self._origin
        url = httpcore.URL(scheme=scheme, host=host, port=port, target=path)
        sent = [("Host", self._origin.netloc), *headers.items()]
        with self._pool.stream(
            method, url, headers=sent, content=content, extensions={"timeout": dict(self._timeouts)}
        ) as answer:
            yield answer

    def close(self) -> None:
        """Close all connections. Safe to call twice."""
        self._is_closed = True
        self._pool.close()
