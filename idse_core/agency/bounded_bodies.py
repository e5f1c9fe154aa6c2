"""Reading bodies from the network with limits on their size, their depth and the length of numbers."""

from __future__ import annotations

import json
import zlib
from functools import partial
from typing import Dict, Iterable, List, NoReturn

__all__ = ["BrokenBodyError", "TooLargeError", "parse_json", "read_body"]

_MAX_DEPTH = 64
_MAX_DIGITS = 20
_GZIP = zlib.MAX_WBITS | 16


class BrokenBodyError(ValueError):
    """The body does not match its headers: it is truncated or garbled."""


class TooLargeError(ValueError):
    """The body is larger than the limit."""


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Read and decompress a whole body.

    Args:
        chunks: of the body, as they arrive from the network.
        encoding: the header ``Content-Encoding``: empty, ``identity`` or ``gzip``.
        limit: in bytes, both of the received and of the decompressed body.

    Raises:
        BrokenBodyError: another encoding, not gzip, truncated, or followed by other bytes.
        TooLargeError: more than ``limit``; the rest is neither read nor decompressed.
    """
    name = encoding.strip().lower()
    if name not in {"", "identity", "gzip"}:
        raise BrokenBodyError("the body's encoding is one that was not asked for")
    unpacked = _Gunzip(limit) if name == "gzip" else None
    parts: List[bytes] = []
    arrived = size = 0
    for chunk in chunks:
        arrived += len(chunk)
        part = chunk if unpacked is None else unpacked.feed(chunk)
        size += len(part)
        if max(arrived, size) > limit:
            raise TooLargeError(f"the answer is larger than {limit} bytes")
        parts.append(part)
    if unpacked is not None and arrived:
        unpacked.finish()
    return b"".join(parts)


def parse_json(data: bytes, *, depth: int = _MAX_DEPTH, digits: int = _MAX_DIGITS) -> Dict[str, object]:
    """Parse a JSON object; refuse NaN, infinity, deeper nesting than ``depth`` and integers with more ``digits``.

    Raises:
        ValueError: the data is not such an object.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_int=partial(_integer, digits), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("the JSON is not an object")  # noqa: TRY004  # the document is wrong, not a caller's type
    if _is_deep(value, depth):
        raise ValueError("the JSON is nested too deeply")
    return value


class _Gunzip:
    """Decompresses a gzip stream, never more than one byte beyond the limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._out = 0
        self._object = zlib.decompressobj(_GZIP)

    def feed(self, chunk: bytes) -> bytes:
        if self._object.eof:
            raise BrokenBodyError("there is data after the end of the gzip stream")
        try:
            part = self._object.decompress(chunk, self._limit - self._out + 1)
        except zlib.error:
            raise BrokenBodyError("the body is not gzip") from None
        self._out += len(part)
        if self._object.unused_data:
            raise BrokenBodyError("there is data after the end of the gzip stream")
        return part

    def finish(self) -> None:
        if not self._object.eof:
            raise BrokenBodyError("the gzip stream is cut off")


def _integer(digits: int, text: str) -> int:
    if len(text) > digits:
        raise ValueError("the JSON holds a number that is too long")
    return int(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"the JSON holds {name}")


def _is_deep(value: object, depth: int) -> bool:
    level: List[object] = [value]
    for _ in range(depth):
        inside = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, (dict, list)))
        level = [item for items in inside for item in items if isinstance(item, (dict, list))]
        if not level:
            return False
    return True
