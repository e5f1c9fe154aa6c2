"""Errors that are sent as problem documents: a caller's mistakes, and a server that is not available."""

from __future__ import annotations

from http import HTTPStatus
from typing import Mapping, Optional, Tuple

from idse_core.agency.protocol import Mismatch, Problem
from idse_core.errors import IdseError

__all__ = ["ProblemError", "invalid", "precondition_failed", "too_large", "unavailable"]

_TITLES = {
    400: "The request can't be understood",
    401: "The token is missing or not valid",
    410: "The cursor is not valid here: start again from the whole manifest",
    412: "The server holds other revisions",
    413: "The request is too large",
    415: "The body is in a form that is not taken",
    422: "The idempotency key belongs to another request",
    428: "A revision is missing that the change is based on",
    503: "The server can't answer now: try again",
}


class ProblemError(IdseError):
    """A request that is answered with a problem document (RFC 9457).

    Args:
        status: the HTTP status.
        word: the last part of the problem's type, for programs.
        detail: what is wrong with this request, without secrets or contents.
        conflicts: for a refused push, every failed precondition.
        headers: additional headers of the response.
    """

    def __init__(
        self,
        status: int,
        word: str,
        detail: str = "",
        *,
        conflicts: Tuple[Mismatch, ...] = (),
        headers: Optional[Mapping[str, str]] = None,
    ) -> None:
        super().__init__(detail or word)
        self.code = word
        self.status = status
        self.detail = detail
        self.conflicts = conflicts
        self.headers = dict(headers or {})

    def document(self, instance: str) -> Problem:
        """The problem document; ``instance`` identifies the request in the server's log."""
        return Problem(
            type=f"urn:idse:problem:{self.code}",
            title=_TITLES.get(self.status) or HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            instance=instance,
            conflicts=list(self.conflicts),
        )


def invalid(detail: str) -> ProblemError:
    """The error for a request that violates the protocol."""
    return ProblemError(400, "invalid-request", detail)


def too_large(detail: str) -> ProblemError:
    """The error for a request that exceeds a limit."""
    return ProblemError(413, "too-large", detail)


def precondition_failed(conflicts: Tuple[Mismatch, ...]) -> ProblemError:
    """The error for a push based on revisions other than the server's."""
    detail = f"{len(conflicts)} of the revisions differ; nothing was written"
    return ProblemError(412, "precondition-failed", detail, conflicts=conflicts)


def unavailable(detail: str) -> ProblemError:
    """The error for a request that may succeed later."""
    return ProblemError(503, "unavailable", detail, headers={"Retry-After": "1"})
