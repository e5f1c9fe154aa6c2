"""The transport below httpx: a pool of connections to one origin, direct or through a proxy's tunnel, TLS verified."""

from __future__ import annotations

import ssl
from contextlib import closing
from typing import Iterable, Iterator, Optional, cast

import certifi
import httpcore
import httpx

from idse_core.agency.network import Deadline, OnlyThere
from idse_core.agency.origin import Origin
from idse_core.agency.proxy import Proxy
from idse_core.errors import RefusedError

__all__ = ["LOCATION", "PinnedTransport", "check_origin", "tls_context"]

LOCATION = "idse.location"
"""The name of a response's extension: the bytes of its header ``Location``, empty for none."""

_CONNECTIONS = 32
_KEEPALIVE = 30.0


def tls_context(ca_file: Optional[str]) -> ssl.SSLContext:
    """Verifies certificate and host name, against these certificates or the bundled ones; TLS 1.2 at least.

    Made by hand, since the usual constructor listens to the environment.

    Raises:
        OSError: the file can't be read, or holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file or certifi.where())
    return context


def check_origin(request: httpx.Request, origin: Origin) -> None:
    """Whether a request goes where the token belongs.

    Raises:
        RefusedError: it does not.
    """
    url = request.url
    port = url.port if url.port is not None else {"http": 80, "https": 443}.get(url.scheme)
    if (url.scheme, url.raw_host.decode("ascii"), port) != tuple(origin):
        raise RefusedError(f"a request would have left {origin}")


class PinnedTransport(httpx.BaseTransport):
    """Sends requests to one origin, and nothing anywhere else.

    Raises (from ``handle_request``): ``RefusedError`` for another origin, else exceptions of httpcore.
    """

    def __init__(
        self, origin: Origin, *, context: ssl.SSLContext, deadline: Deadline, proxy: Optional[Proxy] = None
    ) -> None:
        self._origin = origin
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

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        check_origin(request, self._origin)
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        # The client would read a redirect's target, and fail over a strange one, even though it does not follow it.
        target = [value for name, value in answer.headers if name.lower() == b"location"]
        headers = [(name, value) for name, value in answer.headers if name.lower() != b"location"]
        return httpx.Response(
            answer.status, headers=headers, stream=_Body(answer), extensions={LOCATION: b" ".join(target)}
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it arrives."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with closing(self._answer):
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
