"""Servers for tests: one in a thread of this process, and one in a separate process that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Dict, Iterator, List, NamedTuple, Optional

import httpx
import uvicorn
from typing_extensions import Self

from idse_core.agency.server.app import create_app
from idse_core.agency.server.running import Serving, server_config
from idse_core.agency.server.service import AgencyCore

__all__ = ["Process", "Running", "client", "in_thread", "until"]

_DEADLINE = 60.0  # seconds


def until(condition: Any, what: str) -> Any:
    """Wait until a condition returns a true value, and return that value."""
    end = time.monotonic() + _DEADLINE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"still not: {what}")


def client(url: str, token: str = "", **more: Any) -> httpx.Client:
    """A plain client of a server, which follows no redirects and uses no proxy."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=url, headers=headers, timeout=_DEADLINE, trust_env=False, **more)


class Running(NamedTuple):
    """A server in this process."""

    url: str
    server: uvicorn.Server


@contextmanager
def in_thread(core: AgencyCore) -> Iterator[Running]:
    """The real server in a thread, on a free port."""
    config = server_config(Serving(""), create_app(core))
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started, "started")
            yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", server)
        finally:
            server.should_exit = True
            thread.join()


class Process:
    """``idse agency serve`` in a separate process.

    Args:
        database: the address of the database.
        folder: the folder for its log, ``log``, and its ready file.
        words: further options.
    """

    def __init__(self, database: str, folder: Path, *words: str) -> None:
        self._ready = folder / "ready"
        self._ready.unlink(missing_ok=True)
        self.log = folder / "log"
        environment: Dict[str, str] = {**os.environ, "IDSE_AGENCY_DATABASE": database}
        arguments: List[str] = [sys.executable, "-m", "idse_core", "agency", "serve", "--port", "0"]
        self._errors: IO[bytes] = self.log.open("ab")
        self.process = subprocess.Popen(
            [*arguments, "--ready-file", str(self._ready), *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *leaving: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self._errors.close()

    @property
    def url(self) -> str:
        """The server's address, once it answers."""

        def answers() -> Optional[str]:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            return self._ready.read_text(encoding="ascii").strip() if self._ready.exists() else None

        found: str = until(answers, "ready")
        return found

    def kill(self) -> None:
        """Kill the process at once, whatever it is doing."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Stop the process as a service manager does; return the exit code."""
        self.process.terminate()
        return self.process.wait(_DEADLINE)
