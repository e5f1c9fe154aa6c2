"""What a caller may have done wrong, and what the server can't do now: errors that become problem documents."""

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
        status: the HTTP status that says the same.
        word: the last part of the problem's type, for programs.
        detail: what is wrong with this request; holds nothing secret and no content.
        conflicts: of a push that was refused: every precondition that did not hold.
        headers: that the answer has besides.
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
        """The document; ``instance`` names the request, so that it can be found in the server's log."""
        return Problem(
            type=f"urn:idse:problem:{self.code}",
            title=_TITLES.get(self.status) or HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            instance=instance,
            conflicts=list(self.conflicts),
        )


def invalid(detail: str) -> ProblemError:
    """A request that is not as the protocol says."""
    return ProblemError(400, "invalid-request", detail)


def too_large(detail: str) -> ProblemError:
    """More than the limits allow."""
    return ProblemError(413, "too-large", detail)


def precondition_failed(conflicts: Tuple[Mismatch, ...]) -> ProblemError:
    """A push that is based on other revisions than the server's."""
    detail = f"{len(conflicts)} of the revisions differ; nothing was written"
    return ProblemError(412, "precondition-failed", detail, conflicts=conflicts)


def unavailable(detail: str) -> ProblemError:
    """Something that may work later."""
    return ProblemError(503, "unavailable", detail, headers={"Retry-After": "1"})
