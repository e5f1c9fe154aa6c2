"""The reference server in a thread of this process."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Iterator, Tuple

import uvicorn

from idse_core.agency.server.app import create_app
from idse_core.agency.server.database import Database
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token

__all__ = ["reference_server"]


@contextmanager
def reference_server(folder: Path) -> Iterator[Tuple[str, str]]:
    """Serves a new database below ``folder`` until the block ends.

    Yields:
        The address of the server, and a token of a tenant.
    """
    with closing(Database.open(str(folder / "agency.sqlite"))) as database:
        token = create_token(database, "team").secret
        config = uvicorn.Config(create_app(AgencyCore(database)), lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            deadline = time.monotonic() + 30
            while not server.started:
                assert thread.is_alive()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}", token
            finally:
                server.should_exit = True
                thread.join(30)
