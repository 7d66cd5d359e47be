"""An open index: one verified snapshot with every delta since on top, immutable, searched by many threads at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from numpy.typing import NDArray

from schoon.index import _format
from schoon.index._exact import Pairs
from schoon.index._found import Triples
from schoon.index._judge import judge
from schoon.index._layers import Entries, Layer
from schoon.index._read import Contents, read_contents
from schoon.index.errors import CorruptIndexError, DeltaOrderError, InvalidQueryError, WrongListError
from schoon.index.types import ENTRY_DTYPE, ListKeys
from schoon.kinds import EXACT_KINDS, KIND_BITS, FileRecord, Kind, SnapshotHeader, Standing, SupplierLabel

MAX_DISTANCE = 31
"""The bands find everything up to here; beyond it a PDQ distance says nothing. Source: docs/sources.md#pdq"""


def open_index(path: Path, *, keys: ListKeys, public_key: Ed25519PublicKey) -> "Index":
    """The index of one snapshot file: verified, decrypted and built.

    Raises:
        UnreadableIndexError: The file is not there or cannot be read.
        CorruptIndexError: It is damaged, cut short or malformed.
        UntrustedIndexError: The signature is not that of the key.
        WrongListKeyError: It was written with another list key.
    """
    contents = read_contents(path, _format.SNAPSHOT_MAGIC, keys=keys, public_key=public_key)
    judge(contents)
    base = Layer.of_snapshot(contents)
    return Index(
        header=_format.header_of(contents.header),
        files=(contents.record,),
        base=base,
        added=Layer.empty(len(base.entries.ids), contents.bit_order),
        standings=contents.standings,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Index:
    """One version of the list, ready to be searched. Immutable; any number of threads may search it.

    A row names an entry: rows of the snapshot first, then those that deltas added. Rows hold for this version only.

    Attributes:
        header: Of the last file applied.
        files: The snapshot and the deltas that make it up, in order.
        base: The snapshot's layer.
        added: What the deltas added.
        standings: The present standing of every row.
    """

    header: SnapshotHeader
    files: tuple[FileRecord, ...]
    base: Layer = field(repr=False)
    added: Layer = field(repr=False)
    standings: NDArray[np.uint8] = field(repr=False)

    @property
    def version(self) -> int:
        """The published version that this index is."""
        return self.header.version

    @property
    def suppliers(self) -> tuple[SupplierLabel, ...]:
        """Every supplier whose entries may be found."""
        return self.header.suppliers

    @property
    def entry_count(self) -> int:
        """Entries on the list; withdrawn ones do not count."""
        return int(np.count_nonzero(self.standings != Standing.WITHDRAWN))

    @property
    def counts(self) -> dict[Kind, int]:
        """For each kind, how many entries on the list have a digest of it; looks at every entry."""
        kinds = np.concatenate([self.base.entries.kinds, self.added.entries.kinds])
        tally = np.bincount(kinds[self.standings != Standing.WITHDRAWN], minlength=16)
        return {kind: int(tally[(np.arange(16) & bit) != 0].sum()) for kind, bit in KIND_BITS.items()}

    def find_exact(self, kind: Kind, tags: NDArray[np.uint8]) -> Pairs:
        """Every match as (position in the batch, row), ordered by both; withdrawn entries are never among them.

        Args:
            kind: An exact kind.
            tags: (n, 16) uint8, from `tags_of` under the same list key.

        Raises:
            InvalidQueryError: The kind is not exact or the shape is not (n, 16) uint8.
        """
        if kind not in EXACT_KINDS:
            raise InvalidQueryError(f"{kind} digests are searched by distance: use find_pdq")
        _check_shape(tags, 16)
        queries, rows = _joined(layer.find_exact(kind, tags) for layer in (self.base, self.added))
        kept = self.standings[rows] != Standing.WITHDRAWN
        queries, rows = queries[kept], rows[kept]
        order = np.lexsort((rows, queries))
        return queries[order], rows[order]

    def find_pdq(self, vectors: NDArray[np.uint8], radius: NDArray[np.uint8] | int) -> Triples:
        """Every match as (position in the batch, row, distance), ordered so; withdrawn entries are never among them.

        All within the radius are found. An entry with several vectors near a query is told once, with the least
        distance.

        Args:
            vectors: (m, 32) uint8.
            radius: The largest distance that matches, at most 31: one for all, or (m,) one for each.

        Raises:
            InvalidQueryError: A shape is wrong or a radius lies outside 0 to 31.
        """
        _check_shape(vectors, 32)
        radii = _radii(radius, len(vectors))
        queries, rows, distances = _joined(layer.find_pdq(vectors, radii) for layer in (self.base, self.added))
        kept = self.standings[rows] != Standing.WITHDRAWN
        queries, rows, distances = queries[kept], rows[kept], distances[kept]
        order = np.lexsort((distances, rows, queries))
        queries, rows, distances = queries[order], rows[order], distances[order]
        first = np.ones(len(rows), dtype=np.bool_)
        first[1:] = (queries[1:] != queries[:-1]) | (rows[1:] != rows[:-1])
        return queries[first], rows[first], distances[first]

    def entries(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """The entries of those rows as an array of `ENTRY_DTYPE`, with their present standing."""
        found = np.empty(len(rows), dtype=ENTRY_DTYPE)
        later = rows >= self.added.first_row
        for layer, mine in ((self.base, ~later), (self.added, later)):
            _copy_entries(layer.entries, rows[mine] - layer.first_row, found, mine)
        found["standing"] = self.standings[rows]
        return found

    def with_delta(self, path: Path, *, keys: ListKeys, public_key: Ed25519PublicKey) -> "Index":
        """The next version: this one with a delta on top. This one stays as it is.

        Raises:
            DeltaOrderError: The delta follows on another version or file than this.
            WrongListError: It is of another list.
            UnreadableIndexError, CorruptIndexError, UntrustedIndexError, WrongListKeyError: As for `open_index`.
        """
        return self.with_deltas([path], keys=keys, public_key=public_key)

    def with_deltas(self, paths: Sequence[Path], *, keys: ListKeys, public_key: Ed25519PublicKey) -> "Index":
        """As `with_delta`, for several in order: the tables of what they add are built once."""
        deltas = [read_contents(path, _format.DELTA_MAGIC, keys=keys, public_key=public_key) for path in paths]
        if not deltas:
            return self
        header, files = self.header, self.files
        for delta in deltas:
            judge(delta)
            _check_order(header, files[-1], delta)
            header, files = _format.header_of(delta.header), (*files, delta.record)
        standings = self._standings_after(deltas)
        return Index(
            header=header, files=files, base=self.base, added=self.added.with_added(deltas), standings=standings
        )

    def rows_of(self, entry_ids: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The row of each entry id, -1 where there is none; withdrawn entries have rows too."""
        in_base = _places(self.base.entries.ids, entry_ids)
        in_added = _places(self.added.entries.ids, entry_ids)
        return np.where(in_base >= 0, in_base, np.where(in_added >= 0, in_added + self.added.first_row, -1))

    def _standings_after(self, deltas: Sequence[Contents]) -> NDArray[np.uint8]:
        """A new column: this one, the standings of what is added, and every change in order."""
        standings = np.concatenate([self.standings, *(delta.standings for delta in deltas)])
        base = self.base.entries.ids
        added = np.concatenate([self.added.entries.ids, *(delta.ids for delta in deltas)])
        known = len(self.added.entries.ids)
        for delta in deltas:
            name, before = delta.record.name, added[:known]
            highest = before[-1] if known else base[-1] if len(base) else 0
            if len(delta.ids) and delta.ids[0] <= highest and (known or len(base)):
                raise CorruptIndexError(f"{name}: it adds entry {delta.ids[0]}, and {highest} is already there")
            rows = _places(base, delta.changed_ids)
            later = _places(before, delta.changed_ids)
            rows = np.where(rows >= 0, rows, np.where(later >= 0, later + len(base), -1))
            if np.any(rows < 0):
                raise CorruptIndexError(
                    f"{name}: it changes entry {delta.changed_ids[np.argmin(rows)]}, which is not there"
                )
            standings[rows] = delta.changed_standings
            known += len(delta.ids)
        return standings


def _check_order(header: SnapshotHeader, last: FileRecord, delta: Contents) -> None:
    name, new = delta.record.name, delta.header
    if new.list_name != header.list_name:
        raise WrongListError(f"{name}: it is of list {new.list_name}, not {header.list_name}")
    previous = new.previous
    if previous is None or previous.version != header.version or previous.sha256 != last.sha256.hex():
        raise DeltaOrderError(f"{name}: it does not follow on version {header.version} ({last.name})")
    if new.version <= header.version:
        raise DeltaOrderError(f"{name}: version {new.version} does not come after {header.version}")
    missing = {label.code for label in header.suppliers} - {label.code for label in new.suppliers}
    if missing:
        raise CorruptIndexError(f"{name}: supplier {min(missing)} is gone, and may still have entries")


def _places(ids: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where each wanted id stands among ascending ids, or -1."""
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1).astype(np.int64)
    return np.where(ids[places] == wanted, places, -1)


def _copy_entries(source: Entries, rows: NDArray[np.int64], target: NDArray[Any], mine: NDArray[np.bool_]) -> None:
    target["entry_id"][mine] = source.ids[rows]
    target["supplier"][mine] = source.suppliers[rows]
    target["category"][mine] = source.categories[rows]
    target["kinds"][mine] = source.kinds[rows]


def _joined(parts: Iterable[tuple[NDArray[Any], ...]]) -> tuple[NDArray[Any], ...]:
    return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))


def _check_shape(values: NDArray[np.uint8], width: int) -> None:
    if values.dtype != np.uint8 or values.ndim != 2 or values.shape[1] != width:
        raise InvalidQueryError(f"the batch is {values.shape} {values.dtype}, not (n, {width}) uint8")


def _radii(radius: NDArray[np.uint8] | int, count: int) -> NDArray[np.uint8]:
    radii = np.full(count, radius, dtype=np.int64) if isinstance(radius, int) else np.asarray(radius)
    if radii.shape != (count,) or not np.issubdtype(radii.dtype, np.integer):
        raise InvalidQueryError(f"{radii.shape} radii do not go with {count} vectors")
    if count and (int(radii.min()) < 0 or int(radii.max()) > MAX_DISTANCE):
        raise InvalidQueryError(f"a radius of {int(radii.max())} lies outside 0 to {MAX_DISTANCE}")
    return radii.astype(np.uint8)
