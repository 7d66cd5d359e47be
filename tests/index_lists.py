"""Builders for the index's tests: small valid lists, keys, and a publication directory."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from schoon.index import (
    ENTRY_DTYPE,
    Columns,
    DeltaContents,
    Head,
    Index,
    derive_keys,
    open_index,
    tags_of,
    write_delta,
    write_head,
    write_snapshot,
)
from schoon.kinds import EXACT_KINDS, KIND_BITS, KIND_BYTES, FileRecord, Kind, SnapshotHeader, Standing, SupplierLabel

KEYS = derive_keys(bytes(range(32)))
OTHER_KEYS = derive_keys(bytes(range(1, 33)))
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = SIGNING_KEY.public_key()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SUPPLIERS = (
    SupplierLabel(code=1, name="Meldpunt", supplier_class="hotline"),
    SupplierLabel(code=7, name="Politie", supplier_class="police"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainList:
    """Entries with their digests in the clear, as a test thinks of them.

    Attributes:
        entries: Of `ENTRY_DTYPE`.
        digests: Per kind, the digests and the row of each.
    """

    entries: NDArray[np.void]
    digests: dict[Kind, tuple[NDArray[np.uint8], NDArray[np.uint32]]] = field(repr=False)

    def columns(self) -> Columns:
        """As the writer takes them."""
        return Columns(
            entries=self.entries,
            exact={kind: (tags_of(KEYS, kind, self.digests[kind][0]), self.digests[kind][1]) for kind in EXACT_KINDS},
            vectors=self.digests[Kind.PDQ][0],
            vector_rows=self.digests[Kind.PDQ][1],
        )


def a_list(count: int, *, seed: int = 1, first_id: int = 1, share: float = 1.0) -> PlainList:
    """`count` entries with random digests; each kind is there for that share of them."""
    random = np.random.default_rng(seed)
    entries = np.zeros(count, dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(first_id, first_id + count)
    entries["supplier"] = random.choice([1, 7], count)
    entries["category"] = random.integers(1, 5, count)
    entries["standing"] = Standing.ACTIVE
    digests = {}
    for kind, size in KIND_BYTES.items():
        rows = np.flatnonzero(random.random(count) < share).astype(np.uint32)
        digests[kind] = random.integers(0, 256, (len(rows), size), dtype=np.uint8), rows
        entries["kinds"][rows] |= KIND_BITS[kind]
    return PlainList(entries=entries, digests=digests)


def a_list_of_vectors(vectors: NDArray[np.uint8], *, first_id: int = 1) -> PlainList:
    """Entries that have nothing but these PDQ digests."""
    entries = np.zeros(len(vectors), dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(first_id, first_id + len(vectors))
    entries["supplier"], entries["category"], entries["standing"] = 1, 1, Standing.ACTIVE
    entries["kinds"] = KIND_BITS[Kind.PDQ]
    none = np.empty(0, dtype=np.uint32)
    digests = {kind: (np.empty((0, KIND_BYTES[kind]), dtype=np.uint8), none) for kind in EXACT_KINDS}
    digests[Kind.PDQ] = vectors, np.arange(len(vectors), dtype=np.uint32)
    return PlainList(entries=entries, digests=digests)


def a_header(version: int = 1, *, list_name: str = "nl") -> SnapshotHeader:
    return SnapshotHeader(list_name=list_name, version=version, created_at=NOON, suppliers=SUPPLIERS)


def a_delta(
    version: int, added: PlainList, changes: dict[int, Standing] | None = None, *, list_name: str = "nl"
) -> DeltaContents:
    ordered = sorted((changes or {}).items())
    return DeltaContents(
        header=a_header(version, list_name=list_name),
        added=added.columns(),
        changed_ids=np.array([entry_id for entry_id, _ in ordered], dtype=np.uint32),
        changed_standings=np.array([standing for _, standing in ordered], dtype=np.uint8),
    )


class Publication:
    """A publication directory with a publisher's habits: every file follows on the one before."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.files: list[FileRecord] = []
        self.version = 0
        self.issued_at = NOON

    def snapshot(self, plain: PlainList, version: int | None = None) -> FileRecord:
        self.version = version or self.version + 1
        path = self.directory / f"snapshot-{self.version:012}.schoon"
        record = write_snapshot(path, a_header(self.version), plain.columns(), keys=KEYS, signing_key=SIGNING_KEY)
        self.files = [record]
        return record

    def delta(self, added: PlainList, changes: dict[int, Standing] | None = None) -> FileRecord:
        before, self.version = self.version, self.version + 1
        path = self.directory / f"delta-{self.version:012}.schoon"
        contents = a_delta(self.version, added, changes)
        last = self.files[-1].sha256
        record = write_delta(
            path, contents, previous_sha256=last, previous_version=before, keys=KEYS, signing_key=SIGNING_KEY
        )
        self.files.append(record)
        return record

    def head(self, **other: object) -> Head:
        self.issued_at += timedelta(seconds=1)
        head = Head(
            list_name="nl",
            version=self.version,
            issued_at=self.issued_at,
            snapshot=self.files[0],
            deltas=tuple(self.files[1:]),
        )
        head = replace(head, **other)  # type: ignore[arg-type] # the fields of Head, by name
        write_head(self.directory, head, signing_key=SIGNING_KEY)
        return head

    def open(self) -> Index:
        paths = [self.directory / record.name for record in self.files]
        index = open_index(paths[0], keys=KEYS, public_key=PUBLIC_KEY)
        return index.with_deltas(paths[1:], keys=KEYS, public_key=PUBLIC_KEY)


def flipped(vectors: NDArray[np.uint8], distances: NDArray[np.int64], *, seed: int = 5) -> NDArray[np.uint8]:
    """Copies of the vectors, each with so many random bits turned over."""
    random = np.random.default_rng(seed)
    copies = vectors.copy()
    for copy, distance in zip(copies, distances, strict=True):
        bits = np.zeros(256, dtype=np.uint8)
        bits[random.choice(256, int(distance), replace=False)] = 1
        copy ^= np.packbits(bits)
    return copies


def skewed_vectors(count: int, *, seed: int = 3) -> NDArray[np.uint8]:
    """Vectors whose bits hang together, in families: few random signals decide all bits, with some noise."""
    random = np.random.default_rng(seed)
    signals = random.standard_normal((24, 256), dtype=np.float32)
    out = np.empty((count, 32), dtype=np.uint8)
    for start in range(0, count, 50_000):
        stop = min(start + 50_000, count)
        weights = random.standard_normal((stop - start, 24), dtype=np.float32)
        noise = random.standard_normal((stop - start, 256), dtype=np.float32)
        mixed = weights @ signals + 1.5 * noise + 0.5
        out[start:stop] = np.packbits(mixed > 0, axis=1)
    return out
