"""Reading the feed: the latest state of every document that changed after a cursor, in the order of the pushes."""

from __future__ import annotations

import base64
from typing import Any, Dict, Optional, Sequence, Tuple

from sqlalchemy import Connection, Row, Select, or_, select

from idse_core.agency.protocol import Encoding, PullItem, PullPage, PullRequest, Revision, encode_content
from idse_core.agency.server.cursors import Cursors, Feed, Position, gone
from idse_core.agency.server.schema import blob, head, project, revision

__all__ = ["page"]

_PAGE_BYTES = 8 << 20  # of contents; a page may exceed it with a single larger document

Contents = Dict[str, bytes]


def page(connection: Connection, cursors: Cursors, feed: Feed, request: PullRequest, *, most: int) -> PullPage:
    """Read one page of a feed.

    Args:
        connection: from ``database.reading()``.
        cursors: reads and writes the cursors.
        feed: the feed to read.
        request: the cursor, and how much to read.
        most: the maximum number of items in a page, even if the request asks for more.

    Raises:
        ProblemError: 410, the cursor is not from this feed, or from a history that this database does not have.
    """
    since = cursors.read(feed, request.since)
    ours = (project.c.tenant == feed.tenant) & (project.c.id == feed.project)
    # Read before the heads: a push in between is newer, and left for the next pull.
    known = connection.execute(select(project).where(ours)).one_or_none()
    count, mark, name = (0, "", "") if known is None else (known.head_seq, known.head_push, known.name)
    end = Position(count, None, mark)
    _check(connection, feed, since, end)
    rows: Sequence[Row[Any]] = []
    if since != end:
        rows = connection.execute(_wanted(feed, since, count).limit(min(request.limit, most) + 1)).all()
    taken = _fitting(rows, min(request.limit, most), with_content=request.want == "content")
    more = len(taken) < len(rows)
    if more:
        last = taken[-1]
        end = Position(last.seq, last.key, _mark(connection, feed, last.seq))
    contents = _contents(connection, feed, taken) if request.want == "content" else {}
    return PullPage(
        items=[_item(row, contents) for row in taken],
        next=cursors.write(feed, end),
        more=more,
        head=count,
        project_name=name,
    )


def _check(connection: Connection, feed: Feed, since: Position, end: Position) -> None:
    """Refuse a cursor that refers to a push that this database does not have, as after restoring a backup."""
    if since.seq == 0:
        return
    known = end.push if since.seq == end.seq else _mark(connection, feed, since.seq)
    if since.seq > end.seq or since.push != known:
        gone()


def _mark(connection: Connection, feed: Feed, seq: int) -> str:
    wanted = select(revision.c.push).where(
        revision.c.tenant == feed.tenant, revision.c.project == feed.project, revision.c.seq == seq
    )
    return connection.execute(wanted.limit(1)).scalar_one_or_none() or ""


def _wanted(feed: Feed, since: Position, count: int) -> Select[Any]:
    after = head.c.seq > since.seq
    if since.key is not None:
        after = (head.c.seq >= since.seq) & or_(head.c.seq > since.seq, head.c.key > since.key)
    wanted = select(head.c.session, head.c.key, head.c.seq, head.c.digest, head.c.deleted, head.c.size).where(
        head.c.tenant == feed.tenant, head.c.project == feed.project, after, head.c.seq <= count
    )
    if feed.session is not None:
        wanted = wanted.where(head.c.session == feed.session)
    return wanted.order_by(head.c.seq, head.c.key)


def _fitting(rows: Sequence[Row[Any]], most: int, *, with_content: bool) -> Sequence[Row[Any]]:
    """The first rows that fit into a page; at least one, if there is one."""
    if not with_content:
        return rows[:most]
    total = 0
    for number, row in enumerate(rows[:most]):
        total += row.size
        if total > _PAGE_BYTES and number:
            return rows[:number]
    return rows[:most]


def _contents(connection: Connection, feed: Feed, rows: Sequence[Row[Any]]) -> Contents:
    digests = sorted({row.digest for row in rows if row.digest is not None})
    if not digests:
        return {}
    wanted = select(blob.c.digest, blob.c.data).where(blob.c.tenant == feed.tenant, blob.c.digest.in_(digests))
    return {row.digest: row.data for row in connection.execute(wanted)}


def _item(row: Row[Any], contents: Contents) -> PullItem:
    content, encoding = _as_sent(contents[row.digest]) if row.digest in contents else (None, None)
    return PullItem(
        session_id=row.session,
        key=row.key,
        revision=str(Revision(row.seq, row.digest)) if row.digest else None,
        deleted=row.deleted,
        seq=row.seq,
        content=content,
        encoding=encoding,
        size=row.size,
    )


def _as_sent(data: bytes) -> Tuple[str, Optional[Encoding]]:
    """A content as text or base64: base64 also for text with many control characters, which JSON makes far longer."""
    controls = sum(data.count(bytes([code])) for code in range(0x20) if code not in b"\t\n\r\b\f")
    if controls * 5 > len(data):
        return base64.b64encode(data).decode("ascii"), "base64"
    return encode_content(data)
