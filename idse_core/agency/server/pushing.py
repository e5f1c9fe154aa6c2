"""Accepting a push: one transaction, all or nothing.

The project's row is locked first. Under that lock the preconditions are checked and the next number is assigned. It
does not come from a database sequence, because numbers must become visible in order: otherwise a reader of the feed
could miss one.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, Dict, List, Optional

from sqlalchemy import Connection, insert, literal_column, select, update

from idse_core.agency.protocol import Mismatch, PushResult, Revision, parsed, written
from idse_core.agency.server.changes import Change, Push
from idse_core.agency.server.clock import now
from idse_core.agency.server.database import Database
from idse_core.agency.server.problems import ProblemError, precondition_failed
from idse_core.agency.server.schema import blob, head, idempotency, project, revision
from idse_core.agency.server.tokens import Caller
from idse_core.identifiers import single_line

__all__ = ["take"]

_NAME_LENGTH = 200  # characters of a project's name

Heads = Dict[str, Optional[Revision]]


def take(connection: Connection, database: Database, caller: Caller, push: Push, *, key: str) -> PushResult:
    """Accept a push, within a transaction that the caller commits.

    Args:
        connection: in a transaction of ``database.writing()``.
        database: the database of the connection.
        caller: the sender of the push.
        push: the validated push.
        key: the idempotency key, one per push.

    Raises:
        ProblemError: 412 a precondition fails, 422 the key was used for another push.
        IntegrityError: the key is being used for another project at the same moment; try again.
    """
    count = _locked(connection, database, caller, push)
    earlier = _earlier(connection, caller, push, key)
    if earlier is not None:
        return earlier
    heads = _heads(connection, caller, push)
    _compare(push, heads)
    answer = PushResult(
        revisions={change.key: _revision(count + 1, change) for change in push.changes},
        seq=count + 1,
        server_time=now(),
    )
    _write(connection, database, caller, push, heads=heads, answer=answer)
    _remember(connection, caller, push, key, answer)
    return answer


def _revision(seq: int, change: Change) -> Optional[str]:
    return None if change.digest is None else str(Revision(seq, change.digest))


def _locked(connection: Connection, database: Database, caller: Caller, push: Push) -> int:
    """Lock the project until the transaction ends, and return its count of pushes; a new project has 0."""
    ours = (project.c.tenant == caller.tenant) & (project.c.id == push.project)
    wanted = select(project.c.head_seq).where(ours).with_for_update()
    found: Optional[int] = connection.execute(wanted).scalar_one_or_none()
    if found is not None:
        return found
    row = {"tenant": caller.tenant, "id": push.project, "name": "", "head_seq": 0, "head_push": ""}
    connection.execute(database.insert(project).on_conflict_do_nothing(), [row])
    count: int = connection.execute(wanted).scalar_one()
    return count


def _earlier(connection: Connection, caller: Caller, push: Push, key: str) -> Optional[PushResult]:
    """The response to the same push, if it was accepted before."""
    ours = (idempotency.c.tenant == caller.tenant) & (idempotency.c.key == key)
    row = connection.execute(select(idempotency).where(ours)).one_or_none()
    if row is None:
        return None
    if row.request != push.digest:
        raise ProblemError(422, "idempotency-key-reused", "another push was sent with this Idempotency-Key")
    return parsed(PushResult, json.loads(row.answer))._replace(replayed=True)


def _heads(connection: Connection, caller: Caller, push: Push) -> Heads:
    """The present revisions of the session's documents."""
    wanted = select(head.c.key, head.c.seq, head.c.digest).where(
        head.c.tenant == caller.tenant, head.c.project == push.project, head.c.session == push.session
    )
    rows = connection.execute(wanted).all()
    return {row.key: Revision(row.seq, row.digest) if row.digest else None for row in rows}


def _compare(push: Push, heads: Heads) -> None:
    mismatches = tuple(
        Mismatch(key=key, expected=_text(expected), current=_text(heads.get(key)))
        for key, expected in sorted(push.expected.items())
        if expected != heads.get(key)
    )
    if mismatches:
        raise precondition_failed(mismatches)


def _text(found: Optional[Revision]) -> Optional[str]:
    return None if found is None else str(found)


def _write(
    connection: Connection, database: Database, caller: Caller, push: Push, *, heads: Heads, answer: PushResult
) -> None:
    mark = secrets.token_hex(8)
    place = {"tenant": caller.tenant, "project": push.project, "session": push.session, "seq": answer.seq}
    about = {"push": mark, "actor": caller.token, "at": answer.server_time}
    new_blobs = _blobs(caller, push)
    if new_blobs:
        connection.execute(database.insert(blob).on_conflict_do_nothing(), new_blobs)
    connection.execute(
        insert(revision),
        [
            {**place, **about, "key": change.key, "digest": change.digest, "replaced": _text(heads.get(change.key))}
            for change in push.changes
        ],
    )
    connection.execute(_upsert_head(database), [{**place, **_head(change, heads)} for change in push.changes])
    name = single_line(push.project_name)[:_NAME_LENGTH]
    connection.execute(
        update(project)
        .where(project.c.tenant == caller.tenant, project.c.id == push.project)
        .values(head_seq=answer.seq, head_push=mark, **({"name": name} if name else {}))
    )


def _blobs(caller: Caller, push: Push) -> List[Dict[str, Any]]:
    """The contents sorted by digest, so that two pushes with the same contents can't deadlock."""
    contents = {change.digest: change.data for change in push.changes if change.digest is not None}
    return [{"tenant": caller.tenant, "digest": digest, "data": contents[digest]} for digest in sorted(contents)]


def _head(change: Change, heads: Heads) -> Dict[str, Any]:
    deleted = _text(heads.get(change.key)) if change.data is None else None
    return {"key": change.key, "digest": change.digest, "deleted": deleted, "size": len(change.data or b"")}


def _upsert_head(database: Database) -> Any:  # noqa: ANN401  # of either dialect
    # Written as literals: the statement's `excluded` attribute costs more time than the rest of a push.
    new: Dict[str, Any] = {name: literal_column(f"excluded.{name}") for name in ("seq", "digest", "deleted", "size")}
    return database.insert(head).on_conflict_do_update(index_elements=["tenant", "project", "session", "key"], set_=new)


def _remember(connection: Connection, caller: Caller, push: Push, key: str, answer: PushResult) -> None:
    row = {"request": push.digest, "answer": written(answer).decode("utf-8"), "at": answer.server_time}
    connection.execute(insert(idempotency), [{"tenant": caller.tenant, "key": key, **row}])
