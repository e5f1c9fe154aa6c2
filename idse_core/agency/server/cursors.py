"""Cursors: the position of a reader in the feed. Opaque to the reader, signed, and valid for one feed only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import NamedTuple, NoReturn, Optional

from idse_core.agency.server.problems import ProblemError

__all__ = ["Cursors", "Feed", "Position", "gone"]

_MAC_LENGTH = 16  # bytes
_LONGEST = 2000  # characters


class Feed(NamedTuple):
    """A feed of changes: of a tenant's project, or of one session in it."""

    tenant: str
    project: str
    session: Optional[str]


class Position(NamedTuple):
    """A reader's position in a feed.

    Attributes:
        seq: the last push of which it has read at least one document; 0 at the beginning.
        key: the last document of that push that it has read, in the order of keys; None: all of them.
        push: the random mark of that push. After a backup is restored, numbers are used again, but marks are not.
    """

    seq: int = 0
    key: Optional[str] = None
    push: str = ""


class Cursors:
    """Writes cursors, and reads the cursors that it wrote.

    Args:
        secret: the key for the signature.
        server_id: the id of the server's data that the cursors belong to.
    """

    def __init__(self, secret: bytes, server_id: str) -> None:
        self._secret = secret
        self._server_id = server_id

    def write(self, feed: Feed, position: Position) -> str:
        """The cursor for a position in a feed."""
        facts = [self._server_id, feed.project, feed.session, *position]
        body = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        return base64.urlsafe_b64encode(self._mac(feed.tenant, body) + body).decode("ascii").rstrip("=")

    def read(self, feed: Feed, cursor: str) -> Position:
        """The position that a cursor stands for; an empty cursor is the beginning.

        Raises:
            ProblemError: 410, it is not a cursor of this feed.
        """
        if not cursor:
            return Position()
        try:
            padded = cursor[:_LONGEST] + "=" * (-len(cursor[:_LONGEST]) % 4)
            data = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            gone()
        mac, body = data[:_MAC_LENGTH], data[_MAC_LENGTH:]
        if not hmac.compare_digest(mac, self._mac(feed.tenant, body)):
            gone()
        server_id, project, session, seq, key, push = json.loads(body)
        if (server_id, project, session) != (self._server_id, feed.project, feed.session):
            gone()
        return Position(seq, key, push)

    def _mac(self, tenant: str, body: bytes) -> bytes:
        return hmac.new(self._secret, tenant.encode("utf-8") + b"\0" + body, hashlib.sha256).digest()[:_MAC_LENGTH]


def gone() -> NoReturn:
    """Refuse a cursor, without saying why: another tenant's cursor and a forged one get the same response.

    Raises:
        ProblemError: 410, always.
    """
    raise ProblemError(410, "cursor-gone", "start again with an empty cursor and want 'manifest'")
