"""A log line for every request, without bodies, headers or secrets; and a limit on concurrent requests."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idse_core.agency.server.problems import unavailable
from idse_core.agency.server.responses import problem_answer

__all__ = ["Journal", "Record", "record_of"]

_log = logging.getLogger("idse.agency")

_AT_ONCE = 256  # concurrent requests; each may hold a body in memory
_SCOPE_KEY = "idse.record"
_SHOWN = 200  # characters of a path


@dataclass
class Record:
    """What is logged about a request. ``tenant`` is empty until the token has been checked."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    tenant: str = ""
    status: int = 0
    received: int = 0
    sent: int = 0

    @property
    def instance(self) -> str:
        """The request's identifier in problem documents."""
        return f"urn:idse:request:{self.id}"


def record_of(request: Request) -> Record:
    """The record of a request."""
    record: Record = request.scope[_SCOPE_KEY]
    return record


class Journal:
    """The outermost layer of the app: logs requests, and limits their number.

    Args:
        app: the wrapped app.
        at_once: the maximum number of concurrent requests; further ones are refused with 503.
    """

    def __init__(self, app: ASGIApp, *, at_once: int = _AT_ONCE) -> None:
        self._app = app
        self._free = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record = Record()
        started = time.monotonic()

        async def counted_receive() -> Message:
            message = await receive()
            record.received += len(message.get("body", b""))
            return message

        async def counted_send(message: Message) -> None:
            record.status = message.get("status", record.status)
            record.sent += len(message.get("body", b""))
            await send(message)

        scope[_SCOPE_KEY] = record
        try:
            await self._answer(scope, counted_receive, counted_send)
        finally:
            _note(scope, record, time.monotonic() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._free <= 0:
            refusal = problem_answer(unavailable("too many requests at once"), scope[_SCOPE_KEY].instance)
            await refusal(scope, receive, send)
            return
        self._free -= 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._free += 1


def _note(scope: Scope, record: Record, seconds: float) -> None:
    _log.info(
        "request",
        extra={
            "noted": {
                "request": record.id,
                "method": scope["method"],
                "path": scope["path"][:_SHOWN],
                "status": record.status,
                "milliseconds": round(seconds * 1000, 1),
                "received": record.received,
                "sent": record.sent,
                "tenant": record.tenant,
            }
        },
    )
