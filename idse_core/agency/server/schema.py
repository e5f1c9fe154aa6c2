"""The tables. The tenant is part of every key; blobs and revisions are only ever added.

``revision`` is the history, ``head`` its latest row per document, in a separate table because every push locks it and
every pull reads it. A deleted document keeps its head, without a digest: a tombstone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

__all__ = ["SCHEMA_VERSION", "about", "blob", "head", "idempotency", "project", "revision", "tables", "tenant", "token"]

SCHEMA_VERSION = 1

_ID = String(200)
_DIGEST = String(64)  # SHA-256, hexadecimal
_TIME = String(32)  # ISO 8601 in UTC, for people

tables = MetaData()

about = Table(
    "about",
    tables,
    Column("name", String(32), primary_key=True),  # schema_version, server_id, cursor_secret
    Column("value", Text, nullable=False),
)

tenant = Table(
    "tenant",
    tables,
    Column("id", _ID, primary_key=True),
    Column("created_at", _TIME, nullable=False),
)

token = Table(
    "token",
    tables,
    Column("digest", _DIGEST, primary_key=True),  # of the token, which itself is not stored
    Column("id", String(16), nullable=False, unique=True),
    Column("tenant", _ID, ForeignKey("tenant.id"), nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("revoked_at", _TIME),
)

project = Table(
    "project",
    tables,
    Column("tenant", _ID, ForeignKey("tenant.id"), primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("head_seq", BigInteger, nullable=False),  # the next one is assigned while this row is locked
    Column("head_push", String(16), nullable=False),
)

blob = Table(
    "blob",
    tables,
    Column("tenant", _ID, primary_key=True),
    Column("digest", _DIGEST, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

revision = Table(
    "revision",
    tables,
    Column("tenant", _ID, primary_key=True),
    Column("project", _ID, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(32), primary_key=True),
    Column("session", _ID, nullable=False),
    Column("digest", _DIGEST),  # null: the document was deleted
    Column("replaced", String(96)),  # the revision before, in wire form; null: there was none
    Column("push", String(16), nullable=False),  # random: after restoring a backup, the same seq can be another push
    Column("actor", String(16), nullable=False),  # the token's id
    Column("at", _TIME, nullable=False),
    ForeignKeyConstraint(["tenant", "project"], ["project.tenant", "project.id"]),
    ForeignKeyConstraint(["tenant", "digest"], ["blob.tenant", "blob.digest"]),
)

head = Table(
    "head",
    tables,
    Column("tenant", _ID, primary_key=True),
    Column("project", _ID, primary_key=True),
    Column("session", _ID, primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", _DIGEST),
    Column("deleted", String(96)),  # of a tombstone: the revision that was deleted, in wire form
    Column("size", Integer, nullable=False),  # bytes
    ForeignKeyConstraint(
        ["tenant", "project", "seq", "key"], [revision.c[n] for n in ("tenant", "project", "seq", "key")]
    ),
    Index("head_feed", "tenant", "project", "seq", "key"),
)

idempotency = Table(
    "idempotency",
    tables,
    Column("tenant", _ID, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", _DIGEST, nullable=False),
    Column("answer", Text, nullable=False),  # JSON
    Column("at", _TIME, nullable=False),
)
