"""Places where nothing may arrive."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import Iterator, List

__all__ = ["Sink", "sink"]


class Sink:
    """Listens on loopback, says nothing, and keeps whatever is sent to it.

    Attributes:
        connections: what each connection has brought.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections: List[bytearray] = []

    def serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._keep, args=(client,), daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def is_dry(self) -> bool:
        """Whether nobody has come. A visit of our own shows that whoever came before has been seen."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as visit:
            visit.sendall(b"ours")
        deadline = time.monotonic() + 10
        while not any(bytes(data) == b"ours" for data in self.connections):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        return len(self.connections) == 1

    def _keep(self, client: socket.socket) -> None:
        data = bytearray()
        self.connections.append(data)
        with client, suppress(OSError):
            client.settimeout(10)
            while True:
                part = client.recv(65536)
                if not part:
                    return
                data += part


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink until the block ends."""
    place = Sink()
    thread = threading.Thread(target=place.serve, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        place.close()
        thread.join(10)
