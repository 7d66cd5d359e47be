"""What the index holds and answers: columns in, matches out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import FileRecord, Kind, SnapshotHeader

ENTRY_DTYPE = np.dtype(
    [("entry_id", "<u4"), ("supplier", "<u2"), ("category", "u1"), ("kinds", "u1"), ("standing", "u1")]
)
"""One row per entry: id, supplier code, category code, kinds it has, standing."""


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
