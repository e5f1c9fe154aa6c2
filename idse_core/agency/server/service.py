"""What an Agency Core does, without HTTP: it can be called in this process, from many threads."""

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

_ANSWERS_KEPT = 30  # days; far longer than any client goes on trying
_ATTEMPTS = 3


class AgencyCore:
    """The operations of the protocol over one database. Raises `ProblemError` and nothing else.

    Args:
        database: where everything is; the caller closes it.
        limits: what it takes.
    """

    def __init__(self, database: Database, limits: Optional[Limits] = None) -> None:
        self.database = database
        self.limits = limits or Limits()
        self._cursors = Cursors(database.cursor_secret, database.server_id)

    def caller(self, token: str) -> Optional[Caller]:
        """Who sends this token; None when it is not valid."""
        return caller_of(self.database, token)

    def info(self) -> ServerInfo:
        """What the server is and takes."""
        return ServerInfo(protocol=[PROTOCOL], server_id=self.database.server_id, limits=self.limits)

    def push(self, caller: Caller, request: PushRequest, *, key: str) -> PushResult:
        """Take one session's changes: all of them, in one transaction, or none.

        Args:
            caller: whose push it is.
            request: the changes.
            key: the same for the same push; a repetition gives the first answer again.

        Raises:
            ProblemError: 400, 412, 413, 422, 428 or 503; nothing was written.
        """
        push = understood(request)
        for _ in range(_ATTEMPTS):
            try:
                return self.database.write(partial(take, database=self.database, caller=caller, push=push, key=key))
            except IntegrityError:
                continue  # a push to another project with this very key was faster: now its answer can be found
        raise unavailable("other pushes got in between")

    def pull(self, caller: Caller, request: PullRequest) -> PullPage:
        """What changed in a project, or in one of its sessions, after a cursor.

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
        """Drop what was kept for repetitions that nobody sends any more."""
        with self.database.writing() as connection:
            connection.execute(delete(idempotency).where(idempotency.c.at < days_ago(_ANSWERS_KEPT)))

    def check(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            ProblemError: 503.
        """
        with self.database.reading() as connection:
            connection.execute(select(1)).scalar_one()
