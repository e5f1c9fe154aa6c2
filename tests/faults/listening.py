"""A listener on loopback for the servers and proxies of tests, with one thread per connection."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import Iterator, TypeVar

__all__ = ["Listener", "listening"]


class Listener:
    """Accepts connections until it is closed, and calls `handle` for each in a separate thread.

    Attributes:
        port: the port on 127.0.0.1, which was free.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def handle(self, client: socket.socket) -> None:
        """Serve one connection, and close it; an OSError also ends it."""
        raise NotImplementedError

    def serve(self) -> None:
        """Accept connections until `close`."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def close(self) -> None:
        # Closing the socket alone does not wake a thread that waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _handle(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self.handle(client)


L = TypeVar("L", bound=Listener)


@contextmanager
def listening(listener: L) -> Iterator[L]:
    """A listener that serves until the block ends."""
    thread = threading.Thread(target=listener.serve, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.close()
        thread.join(10)
