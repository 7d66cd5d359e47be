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

from schoon.index import (
    ENTRY_DTYPE,
    MAX_DISTANCE,
    Columns,
    Index,
    ListKeys,
    derive_keys,
    open_index,
    tags_of,
    write_snapshot,
)
from schoon.kinds import (
    CATEGORY_CODES,
    EXACT_KINDS,
    KIND_BITS,
    Kind,
    SnapshotHeader,
    Standing,
    SupplierLabel,
)
from schoon.lists._reports import KnownGood

_QUERIES_AT_A_TIME = 10_000
_FEW = 2_000
"""Up to so many wanted vectors, to compare every entry with each of them is quicker than an index of the entries."""


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


class Search:
    """Looks for digests in entries, portion by portion where little is wanted."""

    def __init__(self, wanted: Wanted, scratch: Path, *, entries: int) -> None:
        """Prepare.

        Args:
            wanted: What to look for.
            scratch: A directory for a temporary file with encrypted vectors, on the publication's own disk.
            entries: Of how many entries a portion of them will be searched, all portions together.
        """
        self._scratch = scratch
        self._vectors = np.ascontiguousarray(wanted.vectors)
        self._tags = {kind: _Tags(tags) for kind, tags in wanted.tags.items() if len(tags)}
        self.by_portion = len(wanted.vectors) <= min(entries, _FEW)
        """Whether portions may be small; else give all entries at once, since an index of them is made each time."""
        self._index = _index_of(self._vectors, scratch) if self.by_portion and len(self._vectors) else None

    def matches(self, columns: Columns) -> Iterator[tuple[Kind, NDArray[np.uint32], NDArray[np.int64]]]:
        """For each kind: the rows of `columns` that match, and which wanted digest each does; a row may come twice."""
        for kind in EXACT_KINDS:
            if kind in self._tags and kind in columns.exact:
                tags, rows = columns.exact[kind]
                places, queries = self._tags[kind].equal(tags)
                yield kind, rows[places], queries
        if len(self._vectors) and len(columns.vectors):
            places, queries = self._near(columns.vectors)
            yield Kind.PDQ, columns.vector_rows[places], queries

    def _near(self, vectors: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places in `vectors` within distance 31 of a wanted vector, and of which one."""
        if self._index is not None:
            return _within(self._index, vectors)
        queries, places = _within(_index_of(vectors, self._scratch), self._vectors)
        return places, queries


def matches(
    wanted: Wanted, columns: Columns, scratch: Path
) -> Iterator[tuple[Kind, NDArray[np.uint32], NDArray[np.int64]]]:
    """As `Search.matches`, for entries that are all at hand."""
    yield from Search(wanted, scratch, entries=len(columns.vectors)).matches(columns)


class _Tags:
    """Tags in the order of their first half, since few entries share even that with one of them."""

    def __init__(self, tags: NDArray[np.uint8]) -> None:
        halves = np.ascontiguousarray(tags).view("<u8")
        self._order = np.argsort(halves[:, 0], kind="stable")
        self._first = halves[self._order, 0]
        self._tags = tags

    def equal(self, tags: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places in `tags` and here that are equal."""
        places, queries = [], []
        if len(tags):
            first = np.ascontiguousarray(tags).view("<u8")[:, 0]
            low = np.searchsorted(self._first, first, "left")
            seen = self._first[np.minimum(low, len(self._first) - 1)] == first
            for place in np.flatnonzero(seen).tolist():
                high = int(np.searchsorted(self._first, first[place], "right"))
                for query in self._order[low[place] : high].tolist():
                    if bytes(self._tags[query]) == bytes(tags[place]):
                        places.append(place)
                        queries.append(query)
        return np.array(places, dtype=np.int64), np.array(queries, dtype=np.int64)


def _within(index: Index, vectors: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the vectors lie within distance 31 of which row of the index."""
    asked, rows = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for at in range(0, len(vectors), _QUERIES_AT_A_TIME):
        part = np.ascontiguousarray(vectors[at : at + _QUERIES_AT_A_TIME])
        queries, found, _ = index.find_pdq(part, MAX_DISTANCE)
        asked.append(queries + at)
        rows.append(found)
    return np.concatenate(asked), np.concatenate(rows)


def _index_of(vectors: NDArray[np.uint8], scratch: Path) -> Index:
    """An index in which each vector is an entry, under keys that live for this search alone."""
    keys, key = derive_keys(secrets.token_bytes(32)), Ed25519PrivateKey.generate()
    entries = np.zeros(len(vectors), dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(1, len(vectors) + 1)
    entries["supplier"], entries["kinds"], entries["standing"] = 1, KIND_BITS[Kind.PDQ], Standing.ACTIVE
    entries["category"] = min(CATEGORY_CODES.values())
    columns = Columns(entries=entries, exact={}, vectors=vectors, vector_rows=np.arange(len(vectors), dtype=np.uint32))
    label = SupplierLabel(code=1, name="scratch", supplier_class="scratch")
    header = SnapshotHeader(
        list_name="scratch", version=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), suppliers=(label,)
    )
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".search-") as folder:
        path = Path(folder) / "vectors"
        write_snapshot(path, header, columns, keys=keys, signing_key=key)
        return open_index(path, keys=keys, public_key=key.public_key())
