"""How the engine talks to an Agency Core: the ``Transport`` protocol. No implementation stands here."""

from __future__ import annotations

from typing import Protocol, Tuple

from idse_core.agency.protocol import Mismatch, PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.errors import RemoteError, RemoteMovedError

__all__ = ["CursorGoneError", "PreconditionError", "Transport"]


class PreconditionError(RemoteMovedError):
    """The server refused a push whole because it holds other revisions.

    Args:
        mismatches: every document for which the base was not what the server has.
    """

    def __init__(self, message: str, *, mismatches: Tuple[Mismatch, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.mismatches = mismatches


class CursorGoneError(RemoteError):
    """The server no longer knows the cursor: start again from the whole manifest."""


class Transport(Protocol):
    """One method per call. Every call may be repeated: pulls change nothing, pushes carry a key.

    Calls come from several threads at once.

    Errors: ``RemoteError`` when the endpoint can't be reached or answers nonsense (after whatever retries the
    implementation makes; whether a push was taken is then unknown), ``AuthorizationError``, ``PreconditionError``,
    ``CursorGoneError``, ``RefusedError`` for an answer that would lead elsewhere. Nothing else escapes.
    """

    def info(self) -> ServerInfo:
        """What the server is and takes."""
        ...

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        """Send one session's changes; all or nothing. The same ``key`` and request give the same answer again.

        Raises:
            PreconditionError: a base is not what the server has; nothing was written.
        """
        ...

    def pull(self, request: PullRequest) -> PullPage:
        """One page of what changed. A project that the server does not know gives an empty page with head 0.

        Raises:
            CursorGoneError: the cursor is too old, or of another server.
        """
        ...

    def close(self) -> None:
        """Give connections back. Safe to call twice."""
        ...
