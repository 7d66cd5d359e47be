"""Members, their tokens, their use of the quota, and the digests that crowd around an entry."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import metadata

members = Table(
    "members",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("service_type", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("quota", BigInteger, nullable=False),
    Column("hit_term_seconds", BigInteger, nullable=False),
    Column("complaint_address", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("webhook_url", Text),
    Column("webhook_sealed", LargeBinary),
    UniqueConstraint("name"),
    CheckConstraint("quota > 0", name="quota"),
    CheckConstraint("hit_term_seconds > 0", name="hit_term"),
    CheckConstraint("service_type <> 'interpersonal_messaging' OR length(trim(legal_basis)) > 0", name="legal_basis"),
    CheckConstraint("(webhook_url IS NULL) = (webhook_sealed IS NULL)", name="webhook"),
    sqlite_autoincrement=True,
)

member_changes = Table(
    "member_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row; its version rises with every change of members and tokens, so that processes notice cheaply."""

tokens = Table(
    "member_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("member_id", RowId, ForeignKey("members.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("digest"),
    CheckConstraint("length(digest) = 32", name="sha256"),
    Index("ix_member_tokens_member_id", "member_id"),
)

usage = Table(
    "member_usage",
    metadata,
    Column("member_id", RowId, ForeignKey("members.id"), primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("leased", BigInteger, nullable=False),
)

near_digests = Table(
    "near_digests",
    metadata,
    Column("member_id", RowId, ForeignKey("members.id"), primary_key=True),
    Column("entry_id", BigInteger, primary_key=True),
    Column("tag", LargeBinary, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    CheckConstraint("length(tag) = 16", name="tag"),
    Index("ix_near_digests_seen_at", "seen_at"),
)
"""Keyed tags of PDQ digests that matched, for a day. What matched nothing is in no table."""

near_alarms = Table(
    "near_alarms",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("member_id", RowId, ForeignKey("members.id"), nullable=False),
    Column("entry_id", BigInteger, nullable=False),
    Column("day", Text, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("digests", Integer, nullable=False),
    UniqueConstraint("member_id", "entry_id", "day"),
    sqlite_autoincrement=True,
)
