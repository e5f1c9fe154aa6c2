"""Listeners to which nobody may connect."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from typing import Iterator, List

from tests.faults.listening import Listener, listening

__all__ = ["Sink", "sink"]


class Sink(Listener):
    """Listens on loopback, sends nothing, and keeps whatever is sent to it.

    Attributes:
        connections: the bytes received on each connection.
    """

    def __init__(self) -> None:
        super().__init__()
        self.connections: List[bytearray] = []

    def handle(self, client: socket.socket) -> None:
        data = bytearray()
        self.connections.append(data)
        client.settimeout(10)
        while True:
            part = client.recv(65536)
            if not part:
                return
            data += part

    def is_dry(self) -> bool:
        """Whether nobody has connected. A connection of our own makes sure that all earlier ones were accepted."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as visit:
            visit.sendall(b"ours")
        deadline = time.monotonic() + 10
        while not any(bytes(data) == b"ours" for data in self.connections):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        return len(self.connections) == 1


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink until the block ends."""
    with listening(Sink()) as place:
        yield place
