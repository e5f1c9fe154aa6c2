"""Responses: JSON, compressed if the client accepts it and it is worth it, and problem documents."""

from __future__ import annotations

import gzip
from typing import Dict, Mapping, Optional

from starlette.responses import Response

from idse_core.agency.protocol import written
from idse_core.agency.server.problems import ProblemError

__all__ = ["accepts_gzip", "json_answer", "problem_answer"]

_WORTH_IT = 1024  # bytes
_LEVEL = 4  # of 9: most of the gain for a fraction of the time
_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def accepts_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` header accepts gzip."""
    for part in header.lower().split(","):
        coding, _, quality = part.partition(";")
        if coding.strip() in {"gzip", "x-gzip"}:
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def json_answer(data: bytes, *, compressed: bool) -> Response:
    """A response with a JSON document.

    Args:
        data: the document.
        compressed: whether the client accepts gzip.
    """
    headers = {**_ALWAYS, "Vary": "Accept-Encoding"}
    if compressed and len(data) >= _WORTH_IT:
        data = gzip.compress(data, _LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(data, media_type="application/json", headers=headers)


def problem_answer(error: ProblemError, instance: str, more: Optional[Mapping[str, str]] = None) -> Response:
    """A response with a problem document.

    Args:
        error: the error to report.
        instance: identifies the request.
        more: headers in addition to those of the error.
    """
    headers: Dict[str, str] = {**_ALWAYS, **(more or {}), **error.headers}
    document = written(error.document(instance))
    return Response(document, error.status, media_type="application/problem+json", headers=headers)
