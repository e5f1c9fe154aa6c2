"""The operations of an Agency Core, independent of HTTP; they can be called in-process, from many threads."""

from __future__ import annotations

from functools import partial
from typing import Optional

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from idse_core.agency.protocol import PROTOCOL, Limits, PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.agency.server.changes import check_id, understood
from idse_core.agency.server.clock import days_ago
from idse_core.agency.server.cursors import Cursors, Feed
from idse_core.agency.server.database import Database
from idse_core.agency.server.problems import unavailable
from idse_core.agency.server.pulling import page
from idse_core.agency.server.pushing import take
from idse_core.agency.server.schema import idempotency
from idse_core.agency.server.tokens import Caller, caller_of

__all__ = ["AgencyCore"]

_ANSWERS_KEPT = 30  # days; far longer than any client retries
_ATTEMPTS = 3


class AgencyCore:
    """The operations of the protocol on one database. They raise `ProblemError` and nothing else.

    Args:
        database: the open database; the caller closes it.
        limits: of requests and responses.
    """

    def __init__(self, database: Database, limits: Optional[Limits] = None) -> None:
        self.database = database
        self.limits = limits or Limits()
        self._cursors = Cursors(database.cursor_secret, database.server_id)

    def caller(self, token: str) -> Optional[Caller]:
        """The caller with a token; None when the token is not valid."""
        return caller_of(self.database, token)

    def info(self) -> ServerInfo:
        """The server's id, protocol versions and limits."""
        return ServerInfo(protocol=[PROTOCOL], server_id=self.database.server_id, limits=self.limits)

    def push(self, caller: Caller, request: PushRequest, *, key: str) -> PushResult:
        """Accept changes of one session: all of them, in one transaction, or none.

        Args:
            caller: the sender of the push.
            request: the changes.
            key: the idempotency key; a repeated push with the same key gets the first response again.

        Raises:
            ProblemError: 400, 412, 413, 422, 428 or 503; nothing was written.
        """
        push = understood(request)
        for _ in range(_ATTEMPTS):
            try:
                return self.database.write(partial(take, database=self.database, caller=caller, push=push, key=key))
            except IntegrityError:
                continue  # a push to another project with the same key was faster: now it is found
        raise unavailable("other pushes got in between")

    def pull(self, caller: Caller, request: PullRequest) -> PullPage:
        """Read what changed in a project, or in one of its sessions, after a cursor.

        Raises:
            ProblemError: 400, 410 or 503.
        """
        check_id(request.project_id, "project_id")
        if request.session_id is not None:
            check_id(request.session_id, "session_id")
        feed = Feed(caller.tenant, request.project_id, request.session_id)
        with self.database.reading() as connection:
            return page(connection, self._cursors, feed, request, most=self.limits.page_items)

    def forget_old_answers(self) -> None:
        """Delete stored responses that are too old for their push to be repeated."""
        with self.database.writing() as connection:
            connection.execute(delete(idempotency).where(idempotency.c.at < days_ago(_ANSWERS_KEPT)))

    def check(self) -> None:
        """Check that the database answers.

        Raises:
            ProblemError: 503, it does not.
        """
        with self.database.reading() as connection:
            connection.execute(select(1)).scalar_one()
