"""Turning an HTTP response other than 200 into one of our errors."""

from __future__ import annotations

import re
from typing import Mapping, NamedTuple, Optional
from urllib.parse import urljoin

from idse_core.agency.bounded_bodies import parse_json
from idse_core.agency.origin import Endpoint
from idse_core.agency.protocol import Problem, parsed
from idse_core.agency.redaction import Redactor
from idse_core.agency.retry import TransientError
from idse_core.agency.transport import CursorGoneError, PreconditionError
from idse_core.errors import AuthorizationError, IdseError, RefusedError, RemoteError

__all__ = ["Answer", "as_error"]

_PASSING = frozenset([408, 425, 429, 500, 502, 503, 504])
_PROBLEM = "application/problem+json"
_AUTHORITY = re.compile(r"(https?://[^/?#\\\s]+)", re.IGNORECASE)


class Answer(NamedTuple):
    """An HTTP response, completely read.

    Attributes:
        headers: by name in lower case.
        body: decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # Without the body: tools that show variables in tracebacks would reveal it, and a server may echo secrets.
        return f"Answer({self.status}, {len(self.body)} bytes)"

    @property
    def content_type(self) -> str:
        """The content type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def as_error(answer: Answer, *, endpoint: Endpoint, call: str, redactor: Redactor) -> IdseError:
    """The error that a response stands for.

    Args:
        answer: the response, with a status other than 200.
        endpoint: that it came from.
        call: ``info``, ``push`` or ``pull``.
        redactor: removes secrets from the server's text.
    """
    if 300 <= answer.status < 400:
        return _redirect(answer, endpoint, redactor)
    said = _Said(answer, redactor)
    if answer.status in {401, 403}:
        hint = f"set IDSE_AGENCY_TOKEN with IDSE_AGENCY_URL, or 'tokens' for {endpoint.origin} in ~/.idseconfig.json"
        return AuthorizationError(f"{endpoint} does not accept the token{said.detail}", hint=hint)
    if answer.status in _PASSING:
        message = f"{endpoint} answers {answer.status}{said.detail}"
        hint = "nothing was lost; try again later"
        return TransientError(message, retry_after=_retry_after(answer.headers), hint=hint)
    return _of_protocol(answer.status, endpoint, call, said) or _failure(answer.status, endpoint, said)


def _of_protocol(status: int, endpoint: Endpoint, call: str, said: _Said) -> Optional[IdseError]:
    """The error for a status that the protocol gives a special meaning; None for any other."""
    if status == 412 and call == "push" and said.problem is not None and said.problem.conflicts:
        mismatches = tuple(said.problem.conflicts)
        hint = "`idse sync pull` takes the changes over, then push again"
        return PreconditionError(f"{endpoint} holds newer revisions", mismatches=mismatches, hint=hint)
    if status == 410 and call == "pull":
        return CursorGoneError(f"{endpoint} no longer knows what was pulled last")
    return None


def _failure(status: int, endpoint: Endpoint, said: _Said) -> RemoteError:
    if status == 413:
        return RemoteError(
            f"{endpoint} does not take a session of this size{said.detail}",
            hint="split its largest artifacts, or ask whoever runs the Agency Core for a higher limit",
        )
    hint = "" if said.problem is not None else "is there an Agency Core at this address?"
    return RemoteError(f"{endpoint} answers {status}{said.detail}", hint=hint)


class _Said:
    """What a server said about a failure, as far as it can be read.

    Attributes:
        problem: the problem document; None for any other body.
        detail: from the problem or the text of the body, safe to print; begins with ``: `` unless it is empty.
    """

    def __init__(self, answer: Answer, redactor: Redactor) -> None:
        self.problem = _problem(answer)
        if self.problem is not None:
            text = self.problem.detail or self.problem.title
        else:
            text = answer.body.decode("utf-8", "replace")
        shown = redactor.foreign(text)
        self.detail = f": {shown}" if shown else ""


def _problem(answer: Answer) -> Optional[Problem]:
    if answer.content_type != _PROBLEM:
        return None
    try:
        return parsed(Problem, parse_json(answer.body))
    except ValueError:
        return None


def _redirect(answer: Answer, endpoint: Endpoint, redactor: Redactor) -> IdseError:
    location = answer.headers.get("location", "")
    where = _target(location, endpoint)
    target = f" to {where}" if where else f": {redactor.foreign(location)}" if location else ""
    hint = "if the Agency Core has moved, set its new address; a token is never sent to where a redirect leads"
    return RefusedError(f"{endpoint} redirects ({answer.status}){target}; redirects are not followed", hint=hint)


def _target(location: str, endpoint: Endpoint) -> str:
    """The origin that a redirect leads to; empty when it can't be determined."""
    try:
        match = _AUTHORITY.match(urljoin(f"{endpoint}/", location))
        return "" if match is None else str(Endpoint.parse(match.group(1)).origin)
    except ValueError:
        return ""


def _retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """Seconds to wait; None if the header is absent or invalid. A date is compared to the server's clock, not ours."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit() and text.isascii() and len(text) < 10:
        return float(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # only for answers that ask to come back later

    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return max(0.0, wait.total_seconds())
