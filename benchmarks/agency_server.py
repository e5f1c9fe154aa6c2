"""The server that ``benchmarks.agency`` loads: the real one, with another endpoint that only reads what it is sent.

``python -m benchmarks.agency_server DATABASE``: prints its address and a token, and serves until it is terminated.
"""

from __future__ import annotations

import socket
import sys

from starlette.types import ASGIApp, Receive, Scope, Send

from idse_core.agency.server.app import create_app
from idse_core.agency.server.database import Database
from idse_core.agency.server.running import AnnouncedServer, Serving, server_config
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token


def with_nothing(app: ASGIApp) -> ASGIApp:
    """The app with ``POST /nothing`` added."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/nothing":
            await app(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    return both


def main() -> None:
    """Serve until terminated."""
    database = Database.open(sys.argv[1])
    token = create_token(database, "load").secret
    core = AgencyCore(database)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = AnnouncedServer(
            server_config(Serving(""), with_nothing(create_app(core))), lambda: print(address, token, flush=True)
        )
        server.run(sockets=[listener])
    database.close()


if __name__ == "__main__":
    main()
