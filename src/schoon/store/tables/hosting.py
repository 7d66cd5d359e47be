"""Snapshots of routes and registries' servers, domain rules, registries' answers, and kept traces."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Table,
    Text,
    text,
)

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata

snapshots = Table(
    "hosting_snapshots",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("dated", Date, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("complete", Boolean, nullable=False),
    CheckConstraint("kind IN ('prefixes', 'rdap-dns', 'rdap-ipv4', 'rdap-ipv6')", name="kind"),
    Index(
        "uq_hosting_snapshots_once",
        "kind",
        "dated",
        "sha256",
        unique=True,
        sqlite_where=text("complete"),
        postgresql_where=text("complete"),
    ),
    sqlite_autoincrement=True,
)

routes = Table(
    "hosting_routes",
    metadata,
    Column("snapshot_id", RowId, ForeignKey("hosting_snapshots.id"), primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("asn", BigInteger),
    Column("organisation", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("abuse", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""One row a prefix. The longest that holds an address is found by asking for all that could, at once, by key."""

rules = Table(
    "hosting_rules",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("domain", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime),
    Column("organisation", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("origins", Text, nullable=False),
    Column("assessment", Text),
    Column("reason", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("ended_by", Text, nullable=False),
    CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="order"),
    CheckConstraint("(kind = 'direct-assessment') = (assessment IS NOT NULL)", name="assessment"),
    CheckConstraint("length(trim(reason)) > 0", name="reason"),
    Index("ix_hosting_rules_domain", "domain"),
    sqlite_autoincrement=True,
)

answers = Table(
    "hosting_answers",
    metadata,
    Column("source", Text, primary_key=True),
    Column("asked", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("found", Boolean, nullable=False),
    Column("obtained_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Index("ix_hosting_answers_expires_at", "expires_at"),
)

traces = Table(
    "hosting_traces",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("url_sha256", Text, nullable=False),
    Column("traced_at", UtcDateTime, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("record", Text, nullable=False),
    Index("uq_hosting_traces_id", "id", unique=True),
    Index("ix_hosting_traces_url_sha256", "url_sha256", "traced_at"),
    sqlite_autoincrement=True,
)
"""Found by the SHA-256 of the address, which itself stands in the record alone."""

guard(traces)
