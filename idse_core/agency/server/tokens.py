"""Tokens: each belongs to one tenant, and alone determines whose data a request can access."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import List, NamedTuple, Optional

from sqlalchemy import insert, select, update

from idse_core.agency.server.clock import now
from idse_core.agency.server.database import Database
from idse_core.agency.server.schema import tenant as tenants
from idse_core.agency.server.schema import token as tokens
from idse_core.errors import NotFoundError, UsageError
from idse_core.identifiers import is_valid, single_line

__all__ = ["Caller", "NewToken", "TokenEntry", "caller_of", "create_token", "list_tokens", "revoke_token"]

_PREFIX = "idse_"  # so that secret scanners can recognise it
_LONGEST = 200  # characters


class Caller(NamedTuple):
    """The sender of a request.

    Attributes:
        tenant: the tenant whose data the request can access.
        token: the token's id.
    """

    tenant: str
    token: str


class NewToken(NamedTuple):
    """A new token; ``secret`` is shown only once and not stored."""

    id: str
    secret: str


class TokenEntry(NamedTuple):
    """A token in a list. Times are ISO 8601 in UTC; ``revoked_at`` is empty while it is valid."""

    id: str
    note: str
    created_at: str
    revoked_at: str


def caller_of(database: Database, secret: str) -> Optional[Caller]:
    """The caller with a token; None when the token is not valid, for whatever reason."""
    if not secret or len(secret) > _LONGEST:
        return None
    digest = _digest(secret)
    wanted = select(tokens).where(tokens.c.digest == digest, tokens.c.revoked_at.is_(None))
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    # The lookup is by hash, so its duration reveals nothing about a token that is nearly right.
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    return Caller(row.tenant, row.id)


def create_token(database: Database, tenant: str, *, note: str = "") -> NewToken:
    """Create a token, and the tenant if it is new.

    Args:
        database: stores the token.
        tenant: a name, under the rules of project ids.
        note: for people: whose token it is, or its purpose.

    Raises:
        UsageError: the tenant's name is not valid.
    """
    if not is_valid(tenant):
        raise UsageError(
            f"a tenant can't be called '{tenant}'", hint="use letters a-z, digits, '-', '_' and '.', at most 64 of them"
        )
    made = NewToken(secrets.token_hex(4), _PREFIX + secrets.token_urlsafe(32))
    row = {"digest": _digest(made.secret), "id": made.id, "tenant": tenant, "note": single_line(note)[:200]}
    with database.writing() as connection:
        connection.execute(database.insert(tenants).on_conflict_do_nothing(), [{"id": tenant, "created_at": now()}])
        connection.execute(insert(tokens), [{**row, "created_at": now()}])
    return made


def list_tokens(database: Database, tenant: str) -> List[TokenEntry]:
    """The tokens of a tenant, oldest first, including revoked ones.

    Raises:
        NotFoundError: there is no such tenant.
    """
    with database.reading() as connection:
        known = connection.execute(select(tenants).where(tenants.c.id == tenant)).one_or_none()
        wanted = select(tokens).where(tokens.c.tenant == tenant).order_by(tokens.c.created_at, tokens.c.id)
        rows = connection.execute(wanted).all()
    if known is None:
        raise NotFoundError(f"there is no tenant '{tenant}'", hint="`idse agency token create` makes one")
    return [TokenEntry(row.id, row.note, row.created_at, row.revoked_at or "") for row in rows]


def revoke_token(database: Database, tenant: str, token: str) -> None:
    """Revoke a token, which is then not accepted any more. Revoking it twice is not an error.

    Raises:
        NotFoundError: the tenant has no such token.
    """
    ours = (tokens.c.tenant == tenant) & (tokens.c.id == token)
    with database.writing() as connection:
        if connection.execute(select(tokens.c.id).where(ours)).one_or_none() is None:
            raise NotFoundError(
                f"tenant '{tenant}' has no token '{token}'", hint=f"`idse agency token list {tenant}` lists them"
            )
        connection.execute(update(tokens).where(ours, tokens.c.revoked_at.is_(None)).values(revoked_at=now()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
