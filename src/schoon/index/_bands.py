"""Eleven sortings of the same PDQ vectors, each by the bits of one band: what finds every vector within 31 quickly.

docs/index-format.md, "In memory", tells how it works and why nothing is missed.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from schoon.index._bit_order import BAND_BITS, BAND_COUNT
from schoon.index._compiled import kernels
from schoon.index._threads import spread

BANDS = BAND_COUNT
SKETCH_BITS = 16
VECTORS_PER_GROUP = 8
"""At least so many on average, at most twice as many: one look at 16 sketches covers nearly every group."""
LANES = 16
"""Sketches are read sixteen at a time, so the last group needs room behind it."""
RING = 64
CANDIDATES = 1024
SCAN_WORK = 2
"""A query is scanned instead when it would look at more than so many sketches a vector of the list."""
LEAST_WORK = 4096


class Bands:
    """The bands over one array of vectors; about 66 bytes a vector besides the vectors. Only `work` ever changes.

    Attributes:
        work: (4,) int64: groups, sketches and candidates looked at, and queries scanned instead, since it was made.
    """

    __slots__ = (
        "_ids", "_key_masks", "_low_mask", "_next_masks", "_pattern_ends", "_patterns", "_sketches", "_starts",
        "_tables", "_words", "work",
    )  # fmt: skip

    def __init__(self, vectors: NDArray[np.uint8], bit_order: NDArray[np.uint8]) -> None:
        """Sort the (n, 32) vectors by every band, whose bits follow one another in `bit_order`."""
        group_bits = (len(vectors) // VECTORS_PER_GROUP).bit_length() - 1
        group_bits = min(max(group_bits, BAND_BITS - SKETCH_BITS), BAND_BITS)
        low_bits = BAND_BITS - group_bits
        own = [bit_order[band * BAND_BITS : (band + 1) * BAND_BITS] for band in range(BANDS)]
        borrowed = [own[(band + 1) % BANDS][: SKETCH_BITS - low_bits] for band in range(BANDS)]
        self._words = vectors.view(np.uint64)
        self._low_mask = np.uint16((1 << low_bits) - 1)
        self._patterns, self._pattern_ends = _patterns(group_bits)
        self._key_masks = np.array([_mask(bits) for bits in own])
        self._next_masks = np.array([_mask(bits) for bits in borrowed])
        self._tables = [
            _code_table(np.concatenate([bits[:low_bits], following, bits[low_bits:]]))
            for bits, following in zip(own, borrowed, strict=True)
        ]
        self._starts = np.zeros((BANDS, (1 << group_bits) + 1), dtype=np.uint32)
        self._ids = np.empty((BANDS, len(vectors)), dtype=np.uint32)
        self._sketches = np.zeros(BANDS * len(vectors) + LANES, dtype=np.uint16)
        self.work = np.zeros(4, np.int64)
        least = 1 if len(vectors) > 1 << 16 else BANDS
        spread(lambda begin, end: self._build(vectors, range(begin, end)), BANDS, least=least)

    @property
    def nbytes(self) -> int:
        """Memory that the bands take, besides the vectors."""
        return self._starts.nbytes + self._ids.nbytes + self._sketches.nbytes

    def search(
        self,
        queries: NDArray[np.uint8],
        radii: NDArray[np.uint8],
        span: tuple[int, int],
        *,
        found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]],
    ) -> int:
        """How many matches the queries of the span have; as many as fit are written into `found`."""
        begin, end = span
        part = queries[begin:end]
        codes = np.empty((end - begin, BANDS), dtype=np.uint64)
        scratch = np.empty(end - begin, dtype=np.uint64)
        for band, table in enumerate(self._tables):
            kernels().code_vectors(part, table, scratch)
            codes[:, band] = scratch
        work = np.zeros(4, np.int64)
        count: int = kernels().search_bands(
            self._words, part.view(np.uint64), codes, radii[begin:end], 0, end - begin,
            self._starts.reshape(-1), self._ids.reshape(-1), self._sketches, self._patterns, self._pattern_ends,
            self._low_mask, self._key_masks, self._next_masks,
            np.empty(BANDS * len(self._patterns), np.int64), np.empty(2 * RING, np.int64),
            np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64),
            SCAN_WORK * len(self._words) + LEAST_WORK, work, *found,
        )  # fmt: skip
        found[0][:count] += begin
        self.work += work
        return count

    def _build(self, vectors: NDArray[np.uint8], bands: range) -> None:
        codes = np.empty(len(vectors), dtype=np.uint64)
        for band in bands:
            base = band * len(vectors)
            sketches = self._sketches[base : base + len(vectors)]
            kernels().code_vectors(vectors, self._tables[band], codes)
            kernels().build_band(codes, np.uint32(base), self._starts[band], self._ids[band], sketches)


def _patterns(bits: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Keys within 0, within 1 and within 2 flips of zero, each list ascending so that neighbours share cache lines."""
    lists: list[list[int]] = []
    within: list[int] = []
    for flips in range(3):
        within = within + [sum(1 << bit for bit in chosen) for chosen in combinations(range(bits), flips)]
        lists.append(sorted(within))
    ends = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return np.array([pattern for one in lists for pattern in one], dtype=np.uint32), ends


def _mask(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The four words of a vector with just these bits set."""
    flags = np.zeros(256, dtype=np.uint8)
    flags[bits] = 1
    return np.packbits(flags, bitorder="little").view(np.uint64)


def _code_table(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(32, 256) uint64: what each value of each byte adds to a code whose bit k is bit `bits[k]` of the vector."""
    table = np.zeros((32, 256), dtype=np.uint64)
    values = np.arange(256, dtype=np.uint64)
    for place, bit in enumerate(bits):
        source = int(bit)
        table[source // 8] |= ((values >> np.uint64(source % 8)) & np.uint64(1)) << np.uint64(place)
    return table
