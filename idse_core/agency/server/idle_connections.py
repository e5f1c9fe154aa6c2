"""Closing connections that keep the server waiting, so that idle clients can't occupy all of them."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from idse_core.agency.protocol import written
from idse_core.agency.server.problems import invalid

__all__ = ["ImpatientProtocol"]

_FOR_HEAD = 10.0  # seconds from the first byte of a request, or from the connection, to the end of its headers
_FOR_READING = 60.0  # seconds in which a client may read nothing of a response


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with deadlines for receiving the head of a request and for sending a response.

    Request bodies have a separate deadline (``request_bodies``), and idle connections that of the keep-alive.
    """

    _head_timer: Optional[asyncio.TimerHandle] = None
    _write_timer: Optional[asyncio.TimerHandle] = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401  # as in the class above
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_idle():
            self._expect_head()
        else:
            _cancel(self._head_timer)
            self._head_timer = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_timer = self.loop.call_later(_FOR_READING, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._write_timer)
        self._write_timer = None

    def connection_lost(self, exc: Optional[Exception]) -> None:
        _cancel(self._head_timer)
        self._head_timer = None
        _cancel(self._write_timer)
        self._write_timer = None
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is not valid HTTP with a problem document, like every other error."""
        document = written(invalid(msg).document(""))
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(document)),
            (b"connection", b"close"),
        ]
        events = [h11.Response(status_code=400, headers=headers), h11.Data(data=document), h11.EndOfMessage()]
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _is_idle(self) -> bool:
        cycle: Optional[RequestResponseCycle] = self.cycle  # None before the first request, despite its declared type
        return cycle is None or cycle.response_complete

    def _expect_head(self) -> None:
        if self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(_FOR_HEAD, self.transport.abort)


def _cancel(timer: Optional[asyncio.TimerHandle]) -> None:
    if timer is not None:
        timer.cancel()
