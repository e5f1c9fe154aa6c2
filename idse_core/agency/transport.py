"""How the engine talks to an Agency Core: the ``Transport`` protocol, without an implementation."""

from __future__ import annotations

from typing import Protocol, Tuple

from idse_core.agency.protocol import Mismatch, PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.errors import RemoteError, RemoteMovedError

__all__ = ["CursorGoneError", "PreconditionError", "Transport"]


class PreconditionError(RemoteMovedError):
    """The server refused a whole push because it has other revisions.

    Args:
        message: what happened.
        mismatches: every document whose base is not the server's revision.
        hint: what a person can do.
    """

    def __init__(self, message: str, *, mismatches: Tuple[Mismatch, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.mismatches = mismatches


class CursorGoneError(RemoteError):
    """The server does not know the cursor (any more): start again from the whole manifest."""


class Transport(Protocol):
    """The calls of the protocol, one method each. All may be repeated: pulls change nothing, pushes have a key.

    Methods are called from several threads at once.

    Errors: ``RemoteError`` when the endpoint can't be reached or its response is not valid (after any retries of the
    implementation; whether a push was accepted is then unknown), ``AuthorizationError``, ``PreconditionError``,
    ``CursorGoneError``, ``RefusedError`` for a response that would lead elsewhere. Nothing else is raised.
    """

    def info(self) -> ServerInfo:
        """The server's id, protocol versions and limits."""
        ...

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        """Send changes of one session, all or nothing. The same ``key`` and request get the same response again.

        Raises:
            PreconditionError: a base is not the server's revision; nothing was written.
        """
        ...

    def pull(self, request: PullRequest) -> PullPage:
        """Fetch one page of changes. A project that the server does not know gives an empty page with head 0.

        Raises:
            CursorGoneError: the cursor is too old, or from another server.
        """
        ...

    def close(self) -> None:
        """Close all connections. Safe to call twice."""
        ...
