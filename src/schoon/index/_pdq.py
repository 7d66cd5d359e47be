"""PDQ vectors in memory: a scan for short lists, sixteen bands for long ones; both find everything."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from schoon.index._bands import MOST_VECTORS, Bands, reorder
from schoon.index._compiled import kernels
from schoon.index._found import Triples, collected, joined
from schoon.index._threads import spread

SCAN_BELOW = 2048
"""Shorter lists are scanned: the bands would take more memory than they save time."""
SCAN_PER_THREAD = 4_000_000
"""Vectors compared, about 5 ms of work, that are worth a thread of their own."""


class PdqTable:
    """Finds the vectors within a distance of at most 31. Immutable."""

    __slots__ = ("_bands", "_bit_order", "_ordered")

    def __init__(
        self,
        vectors: NDArray[np.uint8],
        bit_order: NDArray[np.uint8],
        *,
        scan_below: int = SCAN_BELOW,
        in_place: bool = False,
    ) -> None:
        """Put the bits of the (n, 32) vectors into an order, and build bands over them unless they are few.

        Args:
            vectors: As in the file.
            bit_order: How bits are dealt out to bands.
            scan_below: Fewer are scanned.
            in_place: Whether the vectors may be overwritten; otherwise they are copied.
        """
        self._bit_order = bit_order
        self._ordered = reorder(vectors, bit_order, vectors if in_place else None)
        self._bands = Bands(self._ordered) if scan_below <= len(vectors) <= MOST_VECTORS else None

    def __len__(self) -> int:
        return len(self._ordered)

    @property
    def vectors(self) -> NDArray[np.uint8]:
        """A copy as given, made anew at each call."""
        return reorder(self._ordered, np.argsort(self._bit_order).astype(np.uint8))

    @property
    def bands(self) -> Bands | None:
        """The bands, when there are any: they count the work they do."""
        return self._bands

    def find(self, vectors: NDArray[np.uint8], radii: NDArray[np.uint8], *, threads: int | None = None) -> Triples:
        """Positions in the batch, vector numbers and distances of every match, in no order."""
        if not len(self) or not len(vectors):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8)
        queries = reorder(np.require(vectors, requirements=["C"]), self._bit_order)
        radii = np.require(radii, requirements=["C"])
        if self._bands is not None:
            return self._bands.find(queries, radii, threads=threads)
        scan = partial(kernels().scan_vectors, self._ordered.view(np.uint64), queries.view(np.uint64), radii)
        parts = spread(
            lambda a, b: collected(b - a, lambda found: scan(a, b, *found)),
            len(queries), least=max(1, SCAN_PER_THREAD // len(self)), threads=threads,
        )  # fmt: skip
        return joined(parts)
