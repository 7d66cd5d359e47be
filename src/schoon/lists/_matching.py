"""Which entries match given digests: exact ones by tag, PDQ within the largest policy distance."""

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from schoon.index import MAX_DISTANCE, Columns, ListKeys, derive_keys, open_index, tags_of, write_snapshot
from schoon.kinds import EXACT_KINDS, Kind, SnapshotHeader, SupplierLabel
from schoon.lists._reports import KnownGood

_QUERIES_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Wanted:
    """Digests to look for: tags per exact kind (n, 16), and PDQ vectors (m, 32)."""

    tags: dict[Kind, NDArray[np.uint8]] = field(default_factory=dict)
    vectors: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 32), np.uint8))

    @classmethod
    def of(cls, keys: ListKeys, known: KnownGood) -> "Wanted":
        """The digests that an operator brought."""
        tags = {kind: tags_of(keys, kind, digests) for kind, digests in known.exact.items() if len(digests)}
        return cls(tags=tags, vectors=known.vectors)


def matches(
    wanted: Wanted, columns: Columns, suppliers: tuple[SupplierLabel, ...], scratch: Path
) -> Iterator[tuple[Kind, NDArray[np.uint32], NDArray[np.int64]]]:
    """For each kind: the rows of `columns` that match, and which wanted digest each matched; a row may come twice.

    Args:
        wanted: What to look for.
        columns: Where.
        suppliers: Of the entries in `columns`.
        scratch: A directory for a temporary file with encrypted vectors, on the publication's own disk.
    """
    for kind in EXACT_KINDS:
        if kind in wanted.tags and kind in columns.exact:
            tags, rows = columns.exact[kind]
            places, queries = _equal(tags, wanted.tags[kind])
            yield kind, rows[places], queries
    if len(wanted.vectors) and len(columns.vectors):
        yield Kind.PDQ, *_near(wanted.vectors, columns, suppliers, scratch)


def _equal(tags: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places in `tags` and in `wanted` that are equal; compared by half first, since few are."""
    order = np.lexsort((wanted.view("<u8")[:, 1], wanted.view("<u8")[:, 0]))
    halves = np.ascontiguousarray(tags).view("<u8")
    first = wanted.view("<u8")[order, 0]
    candidates = np.flatnonzero(np.isin(halves[:, 0], first))
    places, queries = [], []
    for place in candidates.tolist():
        low = int(np.searchsorted(first, halves[place, 0], "left"))
        high = int(np.searchsorted(first, halves[place, 0], "right"))
        for query in order[low:high].tolist():
            if bytes(wanted[query]) == bytes(tags[place]):
                places.append(place)
                queries.append(query)
    return np.array(places, dtype=np.int64), np.array(queries, dtype=np.int64)


def _near(
    vectors: NDArray[np.uint8], columns: Columns, suppliers: tuple[SupplierLabel, ...], scratch: Path
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Rows within distance 31 of a vector, and of which one, by an index under keys that live for this search alone."""
    keys, key = derive_keys(secrets.token_bytes(32)), Ed25519PrivateKey.generate()
    entries = columns.entries.copy()
    entries["kinds"] &= 8
    header = SnapshotHeader(
        list_name="scratch", version=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), suppliers=suppliers
    )
    pictures = Columns(entries=entries, exact={}, vectors=columns.vectors, vector_rows=columns.vector_rows)
    rows, queries = [np.empty(0, np.uint32)], [np.empty(0, np.int64)]
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".search-") as folder:
        path = Path(folder) / "vectors"
        write_snapshot(path, header, pictures, keys=keys, signing_key=key)
        index = open_index(path, keys=keys, public_key=key.public_key())
        path.unlink()
        for at in range(0, len(vectors), _QUERIES_AT_A_TIME):
            asked, found, _ = index.find_pdq(np.ascontiguousarray(vectors[at : at + _QUERIES_AT_A_TIME]), MAX_DISTANCE)
            rows.append(found.astype(np.uint32))
            queries.append(asked + at)
    return np.concatenate(rows), np.concatenate(queries)
