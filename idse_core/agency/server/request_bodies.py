"""Request bodies: gzip or plain JSON, with limits checked before, during and after reading."""

from __future__ import annotations

import asyncio
import re
import zlib
from typing import NamedTuple, Type, TypeVar

from starlette.requests import ClientDisconnect, Request

from idse_core.agency.bounded_bodies import parse_json
from idse_core.agency.protocol import parsed
from idse_core.agency.server.problems import ProblemError, invalid, too_large

__all__ = ["Body", "receive", "understood"]

Record = TypeVar("Record")

_PATIENCE = 60.0  # seconds for a whole body
_JSON = re.compile(r"application/json\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)
_GZIP = 16 + zlib.MAX_WBITS
_DEPTH = 100  # levels of JSON; more than metadata and state may have, for which the error names the document
_DIGITS = 1000


class Body(NamedTuple):
    """A body as it was received."""

    data: bytes
    gzip: bool


async def receive(request: Request, limit: int) -> Body:
    """Read the body of a request, up to a limit.

    Args:
        request: the request.
        limit: in bytes, before decompression.

    Raises:
        ProblemError: 400 it is cut off, 408 it takes too long, 413 it is too large, 415 its type or encoding is wrong.
    """
    gzip = _is_gzip(request)
    if _JSON.fullmatch(request.headers.get("content-type", "").strip()) is None:
        raise ProblemError(415, "media-type", "Content-Type must be application/json")
    if int(request.headers.get("content-length", "0")) > limit:  # digits: the server has refused everything else
        raise too_large(f"the limit is {limit} bytes")
    received = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                received += chunk
                if len(received) > limit:
                    raise too_large(f"the limit is {limit} bytes")
    except TimeoutError:
        raise ProblemError(
            408, "timeout", "the body was not received in time", headers={"Connection": "close"}
        ) from None
    except ClientDisconnect:
        raise invalid("the connection ended within the body") from None
    return Body(bytes(received), gzip)


def _is_gzip(request: Request) -> bool:
    codings = [
        part.strip().lower() for value in request.headers.getlist("content-encoding") for part in value.split(",")
    ]
    if codings in ([], ["identity"]):
        return False
    if codings in (["gzip"], ["x-gzip"]):
        return True
    raise ProblemError(415, "content-encoding", "Content-Encoding must be gzip", headers={"Accept-Encoding": "gzip"})


def understood(body: Body, kind: Type[Record], limit: int) -> Record:
    """Decompress and parse a body.

    Args:
        body: the body as it was received.
        kind: the record type that it must contain.
        limit: in bytes, after decompression.

    Raises:
        ProblemError: 400 it is not valid, 413 it is too large.
    """
    data = _unpacked(body.data, limit) if body.gzip else body.data
    try:
        return parsed(kind, parse_json(data, depth=_DEPTH, digits=_DIGITS))
    except ValueError as error:
        raise invalid(ascii(str(error))[1:-1]) from None


def _unpacked(data: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        found = unpacker.decompress(data, limit + 1)
    except zlib.error:
        raise invalid("the body is not gzip") from None
    if len(found) > limit:
        raise too_large(f"the limit is {limit} bytes after decompression")
    if not unpacker.eof or unpacker.unused_data:
        raise invalid("the gzip body is cut off" if not unpacker.eof else "something follows the gzip body")
    return found
