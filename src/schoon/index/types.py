"""What the index holds and answers: columns in, matches out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import Kind


class Category(StrEnum):
    """What a supplier says an entry is; `investigation` and `other` count only where a member's policy says so."""

    BASELINE = "baseline"
    NATIONAL = "national"
    INVESTIGATION = "investigation"
    OTHER = "other"


CATEGORY_CODES: dict[Category, int] = {
    Category.BASELINE: 1,
    Category.NATIONAL: 2,
    Category.INVESTIGATION: 3,
    Category.OTHER: 4,
}
"""The byte that stands for each category in a snapshot."""


class Standing(IntEnum):
    """What an entry of a snapshot counts for; the byte that stands for it in the file."""

    ATTESTED = 1
    """One organisation attested it: answers `review`, never `listed`."""
    ACTIVE = 2
    """Two organisations attested it and it passed the known-good test: answers `listed`."""
    SUSPENDED = 3
    """Under dispute: answers `review`."""
    WITHDRAWN = 4
    """No longer on the list: never found."""


KIND_BITS: dict[Kind, int] = {Kind.MD5: 1, Kind.SHA1: 2, Kind.SHA256: 4, Kind.PDQ: 8}
"""Bits of `kinds` in `ENTRY_DTYPE`: which digests an entry has."""

ENTRY_DTYPE = np.dtype(
    [("entry_id", "<u4"), ("supplier", "<u2"), ("category", "u1"), ("kinds", "u1"), ("standing", "u1")]
)
"""One row per entry: id, supplier code, category code, kinds it has, standing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLabel:
    """How a supplier of a snapshot is shown to members.

    Attributes:
        code: The number in `ENTRY_DTYPE`.
        name: For the operator and for policies.
        supplier_class: What members see: "police", "hotline", "industry", …
    """

    code: int
    name: str
    supplier_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Entries in columns, as they go into a snapshot or a delta.

    Attributes:
        entries: (n,) of `ENTRY_DTYPE`, `entry_id` strictly ascending.
        exact: For each exact kind: tags (m, 16) uint8 and the row of each in `entries` (m,) uint32.
        vectors: (p, 32) uint8 PDQ digests in the clear; encrypted when written.
        vector_rows: (p,) uint32, the row of each vector in `entries`.
    """

    entries: NDArray[Any]
    exact: dict[Kind, tuple[NDArray[np.uint8], NDArray[np.uint32]]] = field(repr=False)
    vectors: NDArray[np.uint8] = field(repr=False)
    vector_rows: NDArray[np.uint32] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotHeader:
    """What is common to a whole published version.

    Attributes:
        list_name: Which list this is ("nl").
        version: Rises with every snapshot and every delta; never reused.
        created_at: When it was published (UTC).
        suppliers: Every supplier whose entries are inside.
    """

    list_name: str
    version: int
    created_at: datetime
    suppliers: tuple[SupplierLabel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaContents:
    """The change since the version before.

    Attributes:
        header: Its version is the new one; suppliers holds every supplier, old and new.
        added: New entries; their ids are higher than every id before.
        changed_ids: (k,) uint32 ids of entries whose standing changes.
        changed_standings: (k,) uint8, the new `Standing` of each.
    """

    header: SnapshotHeader
    added: Columns
    changed_ids: NDArray[np.uint32]
    changed_standings: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ListKeys:
    """The keys that the list key gives by HKDF-SHA-256, one per purpose. Never logged, never in `repr`.

    Attributes:
        tag_keys: AES-128 key per exact kind: what turns a digest into its tag.
        vector_key: AES-256-GCM key of the PDQ vectors in snapshot and delta files.
        table_key: AES-256-GCM key of digests sealed in the tables.
    """

    tag_keys: dict[Kind, bytes]
    vector_key: bytes
    table_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A published file as the head names it.

    Attributes:
        name: File name inside the publication directory, without any folder.
        sha256: SHA-256 of the whole file, as `sha256sum` prints it (32 bytes).
        size: Bytes.
    """

    name: str
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The publisher's signed word on what the list is now.

    Attributes:
        list_name: Which list.
        version: Of the last delta, or of the snapshot when there are none.
        issued_at: When the publisher said so (UTC); the list's age counts from here.
        snapshot: The file to open.
        deltas: The files to apply on top, in order.
    """

    list_name: str
    version: int
    issued_at: datetime
    snapshot: FileRecord
    deltas: tuple[FileRecord, ...]
