"""The server process: it checks the database, listens, announces its address, and stops without losing a request."""

from __future__ import annotations

import ipaddress
import signal
import socket
import ssl
import threading
from contextlib import closing, contextmanager
from logging.config import dictConfig
from types import FrameType
from typing import Callable, Iterator, List, NamedTuple, Optional

import uvicorn
from starlette.types import ASGIApp

from idse_core.agency.server.app import create_app
from idse_core.agency.server.database import Database
from idse_core.agency.server.idle_connections import ImpatientProtocol
from idse_core.agency.server.logs import configuration
from idse_core.agency.server.service import AgencyCore
from idse_core.errors import RefusedError, StorageError, UsageError

__all__ = ["AnnouncedServer", "Serving", "serve", "server_config"]

_KEEP_ALIVE = 30  # seconds
_LAST_REQUESTS = 30  # seconds to finish requests that have begun
_HEAD_BYTES = 32 << 10  # of a request line and its headers
_BACKLOG = 1024  # connections


class Serving(NamedTuple):
    """What to serve, and where.

    Attributes:
        database: a file for SQLite, or a URL.
        host, port: where to listen; port 0 takes a free one.
        tls_certificate, tls_key: files in PEM; with them the server speaks https.
        behind_proxy: whether a proxy on this host or in this network speaks https for us.
    """

    database: str
    host: str = "127.0.0.1"
    port: int = 0
    tls_certificate: Optional[str] = None
    tls_key: Optional[str] = None
    behind_proxy: bool = False


def serve(serving: Serving, *, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal asks to stop (SIGTERM, SIGINT); requests that have begun are finished.

    Args:
        serving: what and where.
        on_ready: called with the server's address once it answers.

    Raises:
        RefusedError: the connection would be unencrypted and not limited to this machine.
        UsageError: it can't listen there, or the certificate can't be used.
        StorageError: the database can't be opened, or is damaged.
    """
    _check_reach(serving)
    with closing(Database.open(serving.database)) as database:
        _check_data(database)
        core = AgencyCore(database)
        core.forget_old_answers()
        with closing(_listening(serving)) as listener, _stopping_is_success():
            server = AnnouncedServer(
                server_config(serving, create_app(core)), lambda: on_ready(_address(serving, listener))
            )
            dictConfig(configuration())
            server.run(sockets=[listener])


class AnnouncedServer(uvicorn.Server):
    """A Uvicorn server that calls a function when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: Optional[List[socket.socket]] = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()


def server_config(serving: Serving, app: ASGIApp) -> uvicorn.Config:
    """The configuration with which Uvicorn runs the app.

    Raises:
        UsageError: the certificate or its key can't be used.
    """
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here depends on the client's address that a proxy reports
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_LAST_REQUESTS,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        ssl_certfile=serving.tls_certificate,
        ssl_keyfile=serving.tls_key,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        raise UsageError(
            f"the certificate or its key can't be used: {error}", hint="both are PEM files, the key without a password"
        ) from error
    return config


def _check_reach(serving: Serving) -> None:
    if bool(serving.tls_certificate) != bool(serving.tls_key):
        raise UsageError("both a certificate and its key are needed", hint="--tls-cert FILE --tls-key FILE")
    if serving.tls_certificate or serving.behind_proxy or _is_loopback(serving.host):
        return
    raise RefusedError(
        f"on {serving.host} tokens and artifacts would travel unencrypted",
        hint="give --tls-cert and --tls-key, or --behind-proxy when a proxy in front of it speaks https",
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_data(database: Database) -> None:
    problems = database.problems()
    if problems:
        raise StorageError(
            f"the database {database.shown} is damaged: {problems[0]}"
            + (f", and {len(problems) - 1} more" if len(problems) > 1 else ""),
            hint="bring back a backup; clients keep what they have and go on from there",
        )


def _listening(serving: Serving) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            serving.host, serving.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise UsageError(
            f"can't listen on {serving.host}, port {serving.port}: {error}", hint="--port 0 takes one that is free"
        ) from error


def _address(serving: Serving, listener: socket.socket) -> str:
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    scheme = "https" if serving.tls_certificate else "http"
    return f"{scheme}://{host}:{listener.getsockname()[1]}"


def _nothing(number: int, frame: Optional[FrameType]) -> None:
    """A signal handler that does nothing, because Uvicorn has stopped already."""
    del number, frame


@contextmanager
def _stopping_is_success() -> Iterator[None]:
    """Ignore the signal that stopped Uvicorn, which Uvicorn raises again at its end: stopping is not a failure."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, _nothing) for number in asked}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
