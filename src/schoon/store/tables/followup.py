"""Watches, clocks, observations, steps, records for the authority, and the legal basis of looking."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, text

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata

watches = Table(
    "followup_watches",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("anchor_at", UtcDateTime, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("looked_at", UtcDateTime),
    Column("faults", Integer, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("runs", Text, nullable=False),
    Column("addresses", Text, nullable=False),
    Column("strayed_at", UtcDateTime),
    Column("gone_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    Column("returned_at", UtcDateTime),
    CheckConstraint("(gone_at IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
    CheckConstraint("returned_at IS NULL OR confirmed_at IS NOT NULL", name="returned"),
    sqlite_with_rowid=False,
)
"""`runs` holds a line for each vantage point: its name and two instants, between tabs."""

clocks = Table(
    "followup_clocks",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("item_id", Text, nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("hoster_id", RowId, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("deadline", UtcDateTime),
    Column("last_step", Text),
    Column("paused_at", UtcDateTime),
    Column("disputed_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("upheld", Boolean, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("gone_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("end", Text),
    CheckConstraint("(started_at IS NULL) = (deadline IS NULL)", name="started"),
    CheckConstraint("answered_at IS NULL OR disputed_at IS NOT NULL", name="answered"),
    CheckConstraint("answered_at IS NOT NULL OR NOT upheld", name="upheld"),
    CheckConstraint("last_step IN ('notice_again', 'police', 'authority')", name="last_step"),
    CheckConstraint("\"end\" IN ('inaccessible', 'moved', 'renewed', 'void')", name="end"),
    CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name="ended"),
    CheckConstraint('("end" IS NOT NULL AND "end" = \'inaccessible\') = (confirmed_at IS NOT NULL)', name="confirmed"),
    CheckConstraint("(gone_at IS NULL) = (confirmed_at IS NULL)", name="gone"),
    Index("uq_followup_clocks_notice", "item_id", "notice_id", unique=True),
    Index(
        "uq_followup_clocks_running",
        "item_id",
        "hoster_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_followup_clocks_deadline",
        "deadline",
        "number",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_followup_clocks_disputed",
        "disputed_at",
        "number",
        sqlite_where=text("disputed_at IS NOT NULL AND answered_at IS NULL"),
        postgresql_where=text("disputed_at IS NOT NULL AND answered_at IS NULL"),
    ),
    Index("ix_followup_clocks_notice_id", "notice_id"),
    sqlite_autoincrement=True,
)
guard(clocks)

observations = Table(
    "followup_observations",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("item_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("vantage", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("likeness", Text, nullable=False),
    Column("control_ok", Boolean, nullable=False),
    Column("status", Integer),
    Column("size", RowId),
    Column("address", Text, nullable=False),
    Column("tls_fault", Text),
    Column("reason", Text, nullable=False),
    Index("ix_followup_observations_item_id", "item_id", "number"),
    sqlite_autoincrement=True,
)
"""`found` is what the prober said, `outcome` what counts. Where an item moved to is an item of its own."""
guard(observations)

steps = Table(
    "followup_steps",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("item_id", Text, nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    CheckConstraint("step IN ('notice_again', 'police', 'authority')", name="step"),
    CheckConstraint("taken_at >= due_at", name="taken_at"),
    Index("uq_followup_steps_once", "item_id", "notice_id", "step", unique=True),
    sqlite_autoincrement=True,
)
guard(steps)

authority_records = Table(
    "authority_records",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("item_id", Text, nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("hoster_id", RowId, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("started_at", UtcDateTime, nullable=False),
    Column("deadline", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("noticed_again_at", UtcDateTime),
    Column("police_at", UtcDateTime),
    Column("recorded_at", UtcDateTime, nullable=False),
    Index("uq_authority_records_once", "item_id", "notice_id", unique=True),
    sqlite_autoincrement=True,
)
guard(authority_records)

legal_bases = Table(
    "followup_legal_bases",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("basis", Text, nullable=False),
    Column("signatory", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", UtcDateTime),
    CheckConstraint("length(trim(basis)) > 0 AND length(trim(signatory)) > 0", name="words"),
    CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended"),
    sqlite_autoincrement=True,
)
Index(
    "uq_followup_legal_bases_one",
    text("(ended_at IS NULL)"),
    unique=True,
    sqlite_where=legal_bases.c.ended_at.is_(None),
    postgresql_where=legal_bases.c.ended_at.is_(None),
    _table=legal_bases,
)
guard(legal_bases)
