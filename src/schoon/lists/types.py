"""Suppliers, batches, entries, marks and publications of the hash list."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from schoon.kinds import BatchId, EntryId, FileRecord, Kind, OrganisationId, SupplierId
from schoon.parties import KeyId


class SourceFormat(StrEnum):
    """The file formats that can be imported. Source: docs/list-formats.md."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    NCMEC = "ncmec"
    STOPNCII = "stopncii"
    LINES = "lines"


class BatchState(StrEnum):
    """How far a batch has come; it never goes back."""

    IMPORTING = "importing"
    """Its file is being read, or reading was cut off: import the same file again to go on."""
    PROPOSED = "proposed"
    """Nobody attested it: not on the list at all."""
    ATTESTED = "attested"
    """At least one organisation attested it: answers `review` once published."""
    ACTIVE = "active"
    """Two organisations attested it, the known-good test passed and it was published: answers `listed`."""
    WITHDRAWN = "withdrawn"
    """Taken off as a whole, for good."""


class EntryState(StrEnum):
    """What an entry is: its own mark, or what its batch is."""

    PROPOSED = "proposed"
    ATTESTED = "attested"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class MarkStanding(StrEnum):
    """What was decided about one entry apart from its batch."""

    SUSPENDED = "suspended"
    """Under dispute: answers `review` until it is released or withdrawn."""
    WITHDRAWN = "withdrawn"
    """Off the list, for good."""
    RELEASED = "released"
    """A suspension that was lifted: the entry is again what its batch is."""


class PublicationForm(StrEnum):
    """What kind of file a version is."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"


class PublishForm(StrEnum):
    """How the operator wants to publish."""

    FULL = "full"
    """A snapshot of everything."""
    DELTA = "delta"
    """The change since the last version: quick, where it can be done."""


class PublicationState(StrEnum):
    """How far the writing of a version came."""

    WRITING = "writing"
    PUBLISHED = "published"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """An organisation's line of entries.

    Attributes:
        supplier_id: At most 65535; the code in snapshots.
        supplier_class: What members see: "police", "hotline", "industry", …
    """

    supplier_id: SupplierId
    organisation_id: OrganisationId
    name: str
    supplier_class: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The entries that one import of one file added; what organisations attest.

    Attributes:
        source_sha256: Of the file it came from.
        first_entry_id, last_entry_id: The range its ids lie in; None while it has no entries.
        root: RFC 6962 root over the keyed content of its entries in the order of their ids; None while importing.
        first_attestor, second_attestor: The two organisations that make it active, and the keys they used.
        tested_at: When it passed the known-good test, over `known_good_count` files.
        held_reason: Why it stays off the list although it could be on it (a rollback does that), or "".
        held_to_review: It is held back from `listed` only, and answers `review`.
    """

    batch_id: BatchId
    supplier_id: SupplierId
    state: BatchState
    source_sha256: bytes
    source_format: SourceFormat
    opened_at: datetime
    entry_count: int = 0
    first_entry_id: EntryId | None = None
    last_entry_id: EntryId | None = None
    root: bytes | None = None
    first_attestor: OrganisationId | None = None
    first_key_id: KeyId | None = None
    second_attestor: OrganisationId | None = None
    second_key_id: KeyId | None = None
    tested_at: datetime | None = None
    known_good_count: int | None = None
    activated_at: datetime | None = None
    held_reason: str = ""
    held_to_review: bool = False

    @property
    def attestors(self) -> tuple[OrganisationId, ...]:
        """The organisations that count for it, first one first."""
        return tuple(o for o in (self.first_attestor, self.second_attestor) if o is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """One organisation's signature over a batch.

    Attributes:
        signature: Ed25519, 64 bytes, over `rules.attestation_text`.
    """

    batch_id: BatchId
    organisation_id: OrganisationId
    key_id: KeyId
    signature: bytes
    attested_at: datetime


class SealForm(IntEnum):
    """How the digests of a block are sealed; a number in the tables."""

    EACH = 1
    """Each entry by itself: blocks that were made out of the rows of the first schema."""
    TOGETHER = 2
    """The whole block as one message."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EntryBlock:
    """Entries that are sealed and stored together: columns, because there are ten million entries.

    Attributes:
        refs: The supplier's own ids.
        categories, kinds: A byte each: category code, and bits of `KIND_BITS` and `UNSEARCHED_BIT`.
        times: Eight bytes each, little-endian and signed: the supplier's time in microseconds since 1970, or `NO_TIME`.
        contents: 32 bytes each: the keyed content, of which the leaves of the batch's hash tree are made.
        sealed: The digests of all of them; see `schoon.lists._sealing`.
    """

    supplier_id: int
    refs: list[str]
    categories: bytes
    kinds: bytes
    times: bytes
    contents: bytes
    sealed: bytes
    form: SealForm = SealForm.TOGETHER

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.refs)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StoredBlock:
    """A block as it stands in the tables: its entries have the ids from `first_id` on.

    Attributes:
        entry_count: How many entries were stored; another number of `block.refs` means that somebody changed some.
    """

    first_id: EntryId
    batch_id: BatchId
    entry_count: int
    block: EntryBlock


BLOCK_ENTRIES = 4_096
"""The most entries in a block.

They are stored in one write transaction, far under a tenth of a second on SQLite, so that hits are not kept waiting. A
power of two: the root over a whole block is then a node of the batch's tree.
"""

NO_TIME = -(1 << 63)
"""Stands in `times` of an `EntryBlock` where the supplier gave no time."""

UNSEARCHED_BIT = 16
"""Set in `kinds` of an `EntryBlock` when the entry has digests of kinds that are kept and not searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """The newest revision of an entry, as an import compares with it."""

    entry_id: EntryId
    batch_id: BatchId
    revision: int
    supplier_time: int | None
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A decision about one entry.

    Attributes:
        version: The version that carried it to the services; None while it waits.
    """

    entry_id: EntryId
    standing: MarkStanding
    reason: str
    by: str
    at: datetime
    version: int | None = None

    @property
    def is_final(self) -> bool:
        """Whether the entry is off the list for good."""
        return self.standing is MarkStanding.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierWithdrawal:
    """A supplier's entry that is withdrawn, known here or not.

    Attributes:
        supplier_time: The supplier's time of it in microseconds since 1970, or None.
        by_operator: It was withdrawn here: the supplier cannot bring it back.
    """

    ref: str
    supplier_time: int | None
    by_operator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRecord:
    """One version, as the tables remember it.

    Attributes:
        file: Name, hash and size of its file; None until it was written.
        entry_count: Entries in the list at that version that are not withdrawn.
        last_entry_id: The highest entry id inside; a delta can only add higher ones.
        change: The counter of marks and allow-list at the moment its content was read.
        restores: The version whose content it brings back, after a rollback.
    """

    version: int
    form: PublicationForm
    state: PublicationState
    file: FileRecord | None
    entry_count: int
    last_entry_id: int
    change: int
    restores: int | None
    by: str
    started_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedDigest:
    """A digest that makes an entry never count.

    Attributes:
        tag: The keyed tag; for pdq a keyed hash of the vector.
        sealed: The sealed vector, for pdq only.
    """

    kind: Kind
    tag: bytes
    sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What other rooms may know of an entry.

    Attributes:
        attested_by: The organisations whose attestations count for its batch.
        kinds: Which searched kinds of digest it has.
    """

    entry_id: EntryId
    batch_id: BatchId
    supplier_id: SupplierId
    supplier_name: str
    supplier_class: str
    category: str
    attested_by: tuple[OrganisationId, ...]
    state: EntryState
    kinds: frozenset[Kind]
