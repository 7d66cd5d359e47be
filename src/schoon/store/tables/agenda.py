"""What is due when."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import metadata

agenda = Table(
    "agenda",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("free_at", UtcDateTime, nullable=False),
    Column("lease", Text),
    Column("attempts", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("fault", Text),
    CheckConstraint("free_at >= due_at", name="free_at"),
    CheckConstraint("length(subject) > 0", name="subject"),
    Index("uq_agenda_kind", "kind", "subject", unique=True),
    Index("ix_agenda_free_at", "kind", "free_at", "number"),
    Index(
        "ix_agenda_fault",
        "due_at",
        sqlite_where=text("fault IS NOT NULL"),
        postgresql_where=text("fault IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
"""`free_at` is when a task may be claimed: its due time, or the end of the claim that `lease` names.

`lapses` counts claims in a row that ended by themselves; `fault` is what a task that was set aside raised.
"""
