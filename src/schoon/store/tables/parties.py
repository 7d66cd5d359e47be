"""Organisations and the public keys they sign with."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table, Text, UniqueConstraint

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata

organisations = Table(
    "organisations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)

organisation_keys = Table(
    "organisation_keys",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("organisation_id", RowId, ForeignKey("organisations.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("public_key"),
    UniqueConstraint("id", "organisation_id"),
    CheckConstraint("length(public_key) = 32", name="ed25519"),
    sqlite_autoincrement=True,
)

guard(organisation_keys)
