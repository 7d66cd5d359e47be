"""The parts of an open index: the snapshot's own, and one small layer with everything that deltas have added."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schoon.index._compiled import kernels
from schoon.index._exact import ExactTable, Pairs
from schoon.index._found import Triples
from schoon.index._pdq import PdqTable
from schoon.index._read import Contents
from schoon.kinds import EXACT_KINDS, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The entries of a layer in columns, without their standing, which deltas change.

    Attributes:
        ids: (n,) uint32, ascending; the others are as long.
    """

    ids: NDArray[np.uint32]
    suppliers: NDArray[np.uint16]
    categories: NDArray[np.uint8]
    kinds: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Entries with the tables that find them; rows count from `first_row` on.

    Attributes:
        vector_rows: (p,) uint32, the row in this layer of each vector, ascending.
        bit_order: How the bits of vectors are dealt out to bands.
    """

    first_row: int
    entries: Entries
    exact: dict[Kind, ExactTable] = field(repr=False)
    pdq: PdqTable = field(repr=False)
    vector_rows: NDArray[np.uint32] = field(repr=False)
    bit_order: NDArray[np.uint8] = field(repr=False)

    @classmethod
    def of_snapshot(cls, contents: Contents) -> "Layer":
        """The layer that a snapshot makes, out of the very memory of its contents: those are used up."""
        return cls(
            first_row=0,
            entries=_entries(contents),
            exact={kind: ExactTable(contents.tags[kind], contents.rows[kind]) for kind in EXACT_KINDS},
            pdq=PdqTable(contents.vectors, contents.bit_order, in_place=True),
            vector_rows=contents.rows[Kind.PDQ],
            bit_order=contents.bit_order,
        )

    @classmethod
    def empty(cls, first_row: int, bit_order: NDArray[np.uint8]) -> "Layer":
        """A layer without entries."""
        none = np.empty(0, np.uint8)
        return cls(
            first_row=first_row,
            entries=Entries(ids=np.empty(0, np.uint32), suppliers=np.empty(0, np.uint16), categories=none, kinds=none),
            exact={},
            pdq=PdqTable(np.empty((0, 32), np.uint8), bit_order),
            vector_rows=np.empty(0, np.uint32),
            bit_order=bit_order,
        )

    def with_added(self, deltas: list[Contents]) -> "Layer":
        """This layer with the additions of the deltas behind it, its tables built anew once."""
        sizes = np.cumsum([len(self.entries.ids), *(len(delta.ids) for delta in deltas)])
        parts = [self.entries, *(_entries(delta) for delta in deltas)]
        exact = {}
        for kind in EXACT_KINDS:
            old = self.exact.get(kind)
            pieces = [] if old is None else [old.columns]
            pieces += [
                (delta.tags[kind], delta.rows[kind] + np.uint32(at)) for delta, at in zip(deltas, sizes, strict=False)
            ]
            exact[kind] = _merged(pieces)
        vectors = np.concatenate([self.pdq.vectors, *(delta.vectors for delta in deltas)])
        shifted = [delta.rows[Kind.PDQ] + np.uint32(at) for delta, at in zip(deltas, sizes, strict=False)]
        return Layer(
            first_row=self.first_row,
            entries=Entries(
                ids=np.concatenate([part.ids for part in parts]),
                suppliers=np.concatenate([part.suppliers for part in parts]),
                categories=np.concatenate([part.categories for part in parts]),
                kinds=np.concatenate([part.kinds for part in parts]),
            ),
            exact=exact,
            pdq=PdqTable(vectors, self.bit_order),
            vector_rows=np.concatenate([self.vector_rows, *shifted]),
            bit_order=self.bit_order,
        )

    def find_exact(self, kind: Kind, tags: NDArray[np.uint8]) -> Pairs:
        """Positions and index-wide rows of every match."""
        if kind not in self.exact:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        queries, rows = self.exact[kind].find(tags)
        return queries, rows + self.first_row

    def find_pdq(self, vectors: NDArray[np.uint8], radii: NDArray[np.uint8]) -> Triples:
        """Positions, index-wide rows and distances of every match."""
        queries, numbers, distances = self.pdq.find(vectors, radii)
        return queries, self.vector_rows[numbers].astype(np.int64) + self.first_row, distances


def _entries(contents: Contents) -> Entries:
    return Entries(ids=contents.ids, suppliers=contents.suppliers, categories=contents.categories, kinds=contents.kinds)


def _merged(pieces: list[tuple[NDArray[np.uint8], NDArray[np.uint32]]]) -> ExactTable:
    """One table over several sorted ones, the rows of each above those before it. Other threads go on meanwhile."""
    tags, rows = pieces[0]
    for more_tags, more_rows in pieces[1:]:
        all_tags = np.empty((len(rows) + len(more_rows), 2), np.uint64)
        all_rows = np.empty(len(all_tags), np.uint32)
        kernels().merge_tags(
            tags.reshape(-1, 16).view(np.uint64),
            rows,
            more_tags.reshape(-1, 16).view(np.uint64),
            more_rows,
            all_tags,
            all_rows,
        )
        tags, rows = all_tags.view(np.uint8), all_rows
    return ExactTable(tags, rows)
