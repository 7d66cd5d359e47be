"""Organisations, the public keys they sign with, people and their tokens."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint, text

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

people = Table(
    "people",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("organisation_id", RowId, ForeignKey("organisations.id"), nullable=False),
    Column("duties", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    UniqueConstraint("id"),
    CheckConstraint("length(duties) > 0", name="duties"),
    Index(
        "uq_people_name",
        "organisation_id",
        "name",
        unique=True,
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
"""`duties` are words in order, each between commas: ",analyst,lead,"."""

guard(people)

person_tokens = Table(
    "person_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("digest"),
    CheckConstraint("length(digest) = 32", name="sha256"),
    Index("ix_person_tokens_person_id", "person_id"),
)
