"""Suppliers, batches, entries, marks and publications of the hash list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import KIND_BYTES, BatchId, Category, Digest, EntryId, FileRecord, Kind, OrganisationId, SupplierId
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


EntryRow = tuple[int, int, int, str, int, int, int, int | None, bytes | None, bytes | None, bytes | None, bytes, bytes]
"""An entry as it is stored: a plain tuple, because there are ten million. `ENTRY_COLUMNS` names the places:

id, batch id, supplier id, supplier's own id (`ref`), revision (from 1), category code, bits of `KIND_BITS` and
`UNSEARCHED_BIT`, supplier's time in microseconds since 1970 or None, tags of md5, sha1 and sha256 or None, keyed
content (32 bytes), sealed digests.
"""

NewEntry = tuple[str, int, int, int, int | None, bytes | None, bytes | None, bytes | None, bytes, bytes]
"""An `EntryRow` without its first three places, which the store adds."""

ENTRY_COLUMNS = (
    "id", "batch_id", "supplier_id", "ref", "revision", "category", "kinds", "supplier_time",
    "md5", "sha1", "sha256", "content", "sealed",
)  # fmt: skip
"""The names of the places of an `EntryRow`."""

UNSEARCHED_BIT = 16
"""Set in `kinds` of an `EntryRow` when the entry has digests of kinds that are kept and not searched."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How a file is to be read.

    Attributes:
        strict: Take nothing when any row is bad; the file is then read twice.
        kind: What a line is, for one hash a line.
        category: Of every entry, whatever the file says; None to go by the file.
    """

    source_format: SourceFormat
    strict: bool = False
    kind: Kind | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KnownGood:
    """Digests of files that are known to be lawful.

    Attributes:
        count: How many files they are of.
        exact: For each exact kind, (n, size of the kind) uint8.
        vectors: (m, 32) uint8 PDQ digests; rotations and mirrors of a file are further rows.
    """

    count: int
    exact: Mapping[Kind, NDArray[np.uint8]]
    vectors: NDArray[np.uint8]

    @classmethod
    def of(cls, digests: Iterable[Digest], *, count: int | None = None) -> "KnownGood":
        """Known-good digests in columns.

        Args:
            digests: Of any searched kinds.
            count: How many files they are of; as many as there are digests when not given.
        """
        values: dict[Kind, list[bytes]] = {kind: [] for kind in Kind}
        for digest in digests:
            values[digest.kind].append(digest.value)
        columns = {
            kind: np.frombuffer(b"".join(found), dtype=np.uint8).reshape(-1, KIND_BYTES[kind])
            for kind, found in values.items()
        }
        vectors = columns.pop(Kind.PDQ)
        total = sum(map(len, values.values()))
        return cls(count=total if count is None else count, exact=columns, vectors=vectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that was not taken.

    Attributes:
        line: Where it starts in the file, from 1.
        reason: What is wrong with it, without any digest.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did.

    Attributes:
        batch_id: The batch of the new entries; None when there were none.
        new: Entries that were not there.
        superseding: New revisions of entries whose content changed; the old ones stay until these are active.
        unchanged: Entries that were there as they are.
        withdrawn: Withdrawals that were news, of entries here or not here.
        held_back: Entries that were withdrawn here and stay so, whatever the supplier says now.
        refused: The first bad rows; `refused_count` is of all.
        kinds: Digests of the new entries by kind, those not searched included.
        next_page: Where the supplier says that the next page is.
        longest_write: The longest write transaction.
    """

    batch_id: BatchId | None
    new: int
    superseding: int
    unchanged: int
    withdrawn: int
    held_back: int
    refused: tuple[Refused, ...]
    refused_count: int
    kinds: Mapping[str, int]
    next_page: str | None
    longest_write: timedelta
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """An entry of a tested batch that matches a known-good file; it is suspended."""

    entry_id: EntryId
    supplier: str
    ref: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CollisionReport:
    """What the known-good test of some batches found; the batches count as tested."""

    batch_ids: tuple[BatchId, ...]
    known_good_count: int
    entries_tested: int
    collisions: tuple[Collision, ...]


Tally = Mapping[tuple[str, str], int]
"""Counts by (supplier name, category)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """What a publish would change.

    Attributes:
        activates: Entries that would answer `listed` for the first time.
        reviews: Entries of batches with one counting attestation that would come to answer `review`.
        leaves: Entries that would no longer be on the list.
        kinds: Digests by kind of what is activated.
        suspended, allowed: Entries that stay out of `listed` by a mark, or out altogether by the allow-list.
        activating, waiting: Batches that would be activated, and those that cannot yet, with what they lack.
        newly_matching: How many digests brought by the operator would match what is activated.
        changed: Whether there is anything to publish.
        delta_refusal: Why a delta cannot carry it; empty when it can.
    """

    activates: Tally
    reviews: Tally
    leaves: int
    kinds: Mapping[Kind, int]
    suspended: int
    allowed: int
    activating: tuple[BatchId, ...]
    waiting: Mapping[BatchId, str]
    newly_matching: int
    changed: bool
    delta_refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publish did.

    Attributes:
        version: The version that is served from now on.
        form: None when nothing had changed and nothing was written.
        entries: Entries on the list that are not withdrawn.
        activated: Batches that became active.
        allowed: Entries that were withdrawn because the allow-list names them.
    """

    version: int
    form: PublicationForm | None
    entries: int
    activated: tuple[BatchId, ...] = ()
    allowed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkReport:
    """What came of marking entries.

    Attributes:
        entry_ids: The entries marked, every revision of each.
        unchanged: Those that were marked so already, or are withdrawn for good.
        version: The version that carries it; None when nothing was published yet, or when this host has no signing
            key and the publisher's next refresh will carry it.
    """

    entry_ids: tuple[EntryId, ...]
    unchanged: tuple[EntryId, ...]
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatus:
    """How the list stands.

    Attributes:
        version: 0 before the first publish.
        issued_at: When the publisher last signed the head.
        deltas: How many follow on the snapshot.
        waiting_marks: Decisions that no version carries yet.
        advice: What the operator should do.
    """

    name: str
    version: int
    issued_at: datetime | None
    entries: int
    deltas: int
    waiting_marks: int
    batches: Mapping[BatchState, int]
    marks: Mapping[MarkStanding, int]
    advice: tuple[str, ...] = ()
