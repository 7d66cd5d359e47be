"""The hash list: suppliers, batches with their attestations, entries, marks, publications and the allow-list.

What must hold whoever writes, and whatever the code thinks, is said here:

* a batch is active only with attestations of two different organisations and a passed known-good test, and what made it
  active cannot be changed afterwards (`batches_two_organisations`, `batches_fixed`);
* an attestation is by a key of the organisation it names, once per batch and key, and is never changed;
* an entry is added while its batch is being imported and never changed; what happens to it later is a mark. Its id and
  its supplier's name for it are a row; everything else of it stands in a block with up to 4,095 others;
* a withdrawal is final; a version is used once.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata

state = Table(
    "list_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("next_entry_id", BigInteger, nullable=False, server_default="1"),
    Column("change", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("next_entry_id <= 4294967296", name="four_bytes"),
)

suppliers = Table(
    "suppliers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", RowId, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("supplier_class", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("name"),
    CheckConstraint("id BETWEEN 1 AND 65535", name="two_bytes"),
    sqlite_autoincrement=True,
)

batches = Table(
    "batches",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("supplier_id", Integer, ForeignKey("suppliers.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("source_sha256", LargeBinary, nullable=False),
    Column("source_format", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("first_entry_id", BigInteger),
    Column("last_entry_id", BigInteger),
    Column("entry_count", BigInteger, nullable=False, server_default="0"),
    Column("root", LargeBinary),
    Column("first_attestor", RowId),
    Column("first_key_id", RowId),
    Column("second_attestor", RowId),
    Column("second_key_id", RowId),
    Column("tested_at", UtcDateTime),
    Column("known_good_count", BigInteger),
    Column("activated_at", UtcDateTime),
    Column("held_reason", Text),
    Column("held_to_review", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(
        ["id", "first_attestor", "first_key_id"],
        ["attestations.batch_id", "attestations.organisation_id", "attestations.key_id"],
        name="fk_batches_first_attestation",
        use_alter=True,
    ),
    ForeignKeyConstraint(
        ["id", "second_attestor", "second_key_id"],
        ["attestations.batch_id", "attestations.organisation_id", "attestations.key_id"],
        name="fk_batches_second_attestation",
        use_alter=True,
    ),
    CheckConstraint("(first_attestor IS NULL) = (first_key_id IS NULL)", name="first_whole"),
    CheckConstraint("(second_attestor IS NULL) = (second_key_id IS NULL)", name="second_whole"),
    CheckConstraint(
        "state IN ('importing', 'proposed', 'attested', 'active', 'withdrawn')",
        name="state",
    ),
    CheckConstraint("first_attestor <> second_attestor", name="different_attestors"),
    CheckConstraint(
        "state <> 'active' OR (first_attestor IS NOT NULL AND second_attestor IS NOT NULL AND tested_at IS NOT NULL)",
        name="active_needs_two",
    ),
    CheckConstraint("state NOT IN ('attested', 'active') OR first_attestor IS NOT NULL", name="attested_needs_one"),
    CheckConstraint("state IN ('importing', 'withdrawn') OR length(root) = 32", name="root"),
    Index("ix_batches_supplier_source", "supplier_id", "source_sha256"),
    sqlite_autoincrement=True,
)

attestations = Table(
    "attestations",
    metadata,
    Column("batch_id", RowId, ForeignKey("batches.id"), primary_key=True),
    Column("organisation_id", RowId, ForeignKey("organisations.id"), primary_key=True),
    Column("key_id", RowId, primary_key=True),
    Column("signature", LargeBinary, nullable=False),
    Column("attested_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["key_id", "organisation_id"], ["organisation_keys.id", "organisation_keys.organisation_id"]),
    CheckConstraint("length(signature) = 64", name="ed25519"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("batch_id", RowId, ForeignKey("batches.id"), nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("ref", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("supplier_id", "ref", "revision"),
    Index("ix_entries_revised", "batch_id", sqlite_where=text("revision > 1"), postgresql_where=text("revision > 1")),
)

entry_blocks = Table(
    "entry_blocks",
    metadata,
    Column("first_id", RowId, primary_key=True, autoincrement=False),
    Column("batch_id", RowId, ForeignKey("batches.id"), nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("entry_count", Integer, nullable=False),
    Column("form", SmallInteger, nullable=False),
    Column("categories", LargeBinary, nullable=False),
    Column("kinds", LargeBinary, nullable=False),
    Column("times", LargeBinary, nullable=False),
    Column("contents", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("form IN (1, 2)", name="form"),
    CheckConstraint("entry_count BETWEEN 1 AND 4096", name="entry_count"),
    CheckConstraint(
        "length(categories) = entry_count AND length(kinds) = entry_count AND length(times) = 8 * entry_count"
        " AND length(contents) = 32 * entry_count",
        name="columns",
    ),
)

marks = Table(
    "entry_marks",
    metadata,
    Column("entry_id", RowId, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("standing", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("marked_by", Text, nullable=False),
    Column("marked_at", UtcDateTime, nullable=False),
    Column("version", BigInteger),
    CheckConstraint("standing IN ('suspended', 'withdrawn', 'released')", name="standing"),
    Index(
        "ix_entry_marks_unsent",
        "entry_id",
        sqlite_where=text("version IS NULL"),
        postgresql_where=text("version IS NULL"),
    ),
)

withdrawals = Table(
    "supplier_withdrawals",
    metadata,
    Column("supplier_id", Integer, ForeignKey("suppliers.id"), primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("supplier_time", BigInteger),
    Column("origin", Text, nullable=False),
    Column("withdrawn_at", UtcDateTime, nullable=False),
    CheckConstraint("origin IN ('supplier', 'operator')", name="origin"),
)

publications = Table(
    "publications",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("form", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("file_name", Text),
    Column("file_sha256", LargeBinary),
    Column("file_size", BigInteger),
    Column("entry_count", BigInteger, nullable=False),
    Column("last_entry_id", BigInteger, nullable=False),
    Column("change", BigInteger, nullable=False),
    Column("changes_content", Boolean, nullable=False),
    Column("restores", BigInteger),
    Column("published_by", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    CheckConstraint("form IN ('snapshot', 'delta')", name="form"),
    CheckConstraint("state IN ('writing', 'published', 'abandoned')", name="state"),
)

publication_batches = Table(
    "publication_batches",
    metadata,
    Column("version", BigInteger, ForeignKey("publications.version"), primary_key=True),
    Column("batch_id", RowId, ForeignKey("batches.id"), primary_key=True),
    Column("standing", SmallInteger, nullable=False),
)

allowed = Table(
    "allowed_digests",
    metadata,
    Column("tag", LargeBinary, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sealed", LargeBinary),
    Column("reason", Text, nullable=False),
    Column("allowed_by", Text, nullable=False),
    Column("allowed_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('md5', 'sha1', 'sha256', 'pdq')", name="kind"),
)

for _table in (state, batches, attestations, entries, entry_blocks, marks, publications):
    guard(_table)
