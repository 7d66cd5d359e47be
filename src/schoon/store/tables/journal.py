"""The journal's table: rows are added, never changed."""

from sqlalchemy import Column, Index, Table, Text

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata

events = Table(
    "journal_events",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_journal_events_subject", "subject", "id"),
    Index("ix_journal_events_actor", "actor", "id"),
    sqlite_autoincrement=True,
)
guard(events)
