"""Reports with their reporters apart, items with their history, judgements, and what analysts saw."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from schoon.reports import MOVES, ItemState
from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


_STATES = [state.value for state in ItemState]
_STEPS = [f"{before.value}>{after.value}" for before, follow in MOVES.items() for after in sorted(follow)]
_IS_A_STEP = _one_of("coalesce(from_state, '') || '>' || to_state", _STEPS)

reports = Table(
    "reports",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary),
    Column("items", Integer, nullable=False),
    Column("to_read", Boolean, nullable=False),
    Column("status_tag", Text, nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("status_tag"),
    Index("ix_reports_to_read", "number", sqlite_where=text("to_read = 1"), postgresql_where=text("to_read")),
    Index(
        "ix_reports_reference",
        "reference",
        sqlite_where=text("reference <> ''"),
        postgresql_where=text("reference <> ''"),
    ),
    sqlite_autoincrement=True,
)

reporters = Table(
    "reporters",
    metadata,
    Column("report_id", Text, ForeignKey("reports.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

keys = Table(
    "report_keys",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("report_id", Text, ForeignKey("reports.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("body", Text, nullable=False),
    Column("until", UtcDateTime),
    Index("ix_report_keys_report_id", "report_id"),
    Index(
        "ix_report_keys_until",
        "until",
        sqlite_where=text("until IS NOT NULL"),
        postgresql_where=text("until IS NOT NULL"),
    ),
)
"""Claimed before the report is kept, so that of two at once one waits and then sees the other's."""

items = Table(
    "items",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("url_tag", Text, nullable=False),
    Column("key_tag", Text, nullable=False),
    Column("host_tag", Text, nullable=False),
    Column("site_tag", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("moves", Integer, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("first_reported_at", UtcDateTime, nullable=False),
    Column("last_reported_at", UtcDateTime, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("judgement", Text),
    Column("means", Text),
    Column("inherited_from", Text),
    Column("known", Text),
    Column("proposed", Boolean, nullable=False),
    Column("disputed", Boolean, nullable=False),
    Column("police_backed", Boolean, nullable=False),
    Column("preserve", Boolean, nullable=False),
    Column("locked_by", Text),
    Column("locked_until", UtcDateTime),
    UniqueConstraint("id"),
    UniqueConstraint("url_tag"),
    CheckConstraint(_one_of("state", _STATES), name="state"),
    CheckConstraint("state = 'to_assess' OR judgement IS NOT NULL", name="judged"),
    CheckConstraint("(judgement IS NULL) = (means IS NULL)", name="means"),
    CheckConstraint("(coalesce(means, '') = 'inherited') = (inherited_from IS NOT NULL)", name="inherited"),
    CheckConstraint("(locked_by IS NULL) = (locked_until IS NULL)", name="locked"),
    Index("ix_items_state", "state", "moved_at", "number"),
    Index("ix_items_moved_at", "moved_at", "number"),
    Index("ix_items_key_tag", "key_tag"),
    Index("ix_items_host_tag", "host_tag"),
    Index("ix_items_site_tag", "site_tag"),
    Index("ix_items_disputed", "moved_at", sqlite_where=text("disputed = 1"), postgresql_where=text("disputed")),
    Index(
        "ix_items_known",
        "known",
        "moved_at",
        sqlite_where=text("known IS NOT NULL"),
        postgresql_where=text("known IS NOT NULL"),
    ),
    Index(
        "ix_items_inherited_from",
        "inherited_from",
        sqlite_where=text("inherited_from IS NOT NULL"),
        postgresql_where=text("inherited_from IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
"""State, moves and moved_at follow the last row of `item_history`, by trigger, and never lead it."""

report_items = Table(
    "report_items",
    metadata,
    Column("report_id", Text, ForeignKey("reports.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Index("ix_report_items_item_id", "item_id"),
    sqlite_with_rowid=False,
)

links = Table(
    "item_links",
    metadata,
    Column("page_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("media_id", Text, ForeignKey("items.id"), primary_key=True),
    CheckConstraint("page_id <> media_id", name="two"),
    Index("ix_item_links_media_id", "media_id"),
    sqlite_with_rowid=False,
)

digests = Table(
    "item_digests",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_item_digests_tag", "tag"),
    sqlite_with_rowid=False,
)

history = Table(
    "item_history",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("sealed", LargeBinary),
    CheckConstraint(
        f"CASE WHEN number = 1 THEN from_state IS NULL AND to_state = 'to_assess' ELSE {_IS_A_STEP} END",
        name="step",
    ),
    sqlite_with_rowid=False,
)

assessments = Table(
    "assessments",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("judgement", Text, nullable=False),
    Column("means", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("vocabulary", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("inherited_from", Text, ForeignKey("items.id")),
    Index("ix_assessments_item_id", "item_id", "round"),
    Index(
        "uq_assessments_analyst",
        "item_id",
        "round",
        "by",
        unique=True,
        sqlite_where=text("means = 'analyst'"),
        postgresql_where=text("means = 'analyst'"),
    ),
    Index(
        "uq_assessments_counts",
        "item_id",
        "round",
        unique=True,
        sqlite_where=text("counts"),
        postgresql_where=text("counts"),
    ),
    sqlite_autoincrement=True,
)

exposures = Table(
    "exposures",
    metadata,
    Column("analyst", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("items", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Index("ix_exposures_day", "day"),
)

vocabularies = Table(
    "vocabularies",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("version", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    UniqueConstraint("version"),
    sqlite_autoincrement=True,
)

identity_requests = Table(
    "identity_requests",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("report_id", Text, ForeignKey("reports.id"), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("read_at", UtcDateTime),
    CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
    CheckConstraint("(approved_by IS NULL) = (ends_at IS NULL)", name="ends"),
    CheckConstraint("approved_by IS NULL OR lower(approved_by) <> lower(asked_by)", name="two_people"),
    CheckConstraint("read_at IS NULL OR (approved_at IS NOT NULL AND read_at >= approved_at)", name="read_approved"),
    CheckConstraint("read_at IS NULL OR read_at < ends_at", name="read_in_time"),
    sqlite_autoincrement=True,
)

viewings = Table(
    "viewings",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("analyst", Text, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("shown_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    CheckConstraint("closed_at IS NULL OR shown_at IS NOT NULL", name="shown"),
)

for _guarded in (items, history, assessments, vocabularies, identity_requests):
    guard(_guarded)
