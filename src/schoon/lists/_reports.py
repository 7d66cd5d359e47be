"""What is asked of the list in bulk, and what it reports: imports, tests, plans, versions, status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import KIND_BYTES, BatchId, Category, Digest, EntryId, Kind
from schoon.lists.types import BatchState, MarkStanding, PublicationForm, SourceFormat

Tally = Mapping[tuple[str, str], int]
"""Counts by (supplier name, category)."""


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
