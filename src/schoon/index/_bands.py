"""Eleven sortings of the same PDQ vectors, each by the bits of one band: what finds every vector within 31 quickly.

docs/index-format.md, "In memory", tells how it works and why nothing is missed.
"""

from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from schoon.index._bit_order import BAND_BITS, BAND_COUNT, SKETCH_BITS, VECTOR_BITS
from schoon.index._compiled import kernels
from schoon.index._found import Triples, collected, joined
from schoon.index._threads import spread

BANDS = BAND_COUNT
VECTORS_PER_GROUP = 6
"""At least so many on average, at most twice as many: one look at 16 sketches covers nearly every group."""
LANES = 16
"""Sketches are read sixteen at a time, so the last group needs room behind it."""
RING = 64
CANDIDATES = 1024
SCAN_WORK = 2
"""A query is scanned instead when it would look at more than so many sketches a vector of the list."""
LEAST_WORK = 4096
BUCKET_BITS = 12
"""A bucket of 4,096 groups has 64 to 128 KiB of sketches: two of them fit the second-level cache."""
RUNS_BITS = 8
"""A band is built by sorting into 256 runs first, each of which is then sorted within the second-level cache."""
GROUPS_PER_QUERY = 2048
"""With one query for so many groups of a band it costs less to read the bands once for all; bench/pdq.py shows it."""
QUERIES_PER_THREAD = 64
REORDERED_PER_THREAD = 100_000

_Asked = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]
"""What is searched for: (m, 4) words of the queries, (m, 11) codes, (m,) radii."""


class Bands:
    """The bands over one array of vectors; about 66 bytes a vector besides the vectors. Only `work` ever changes.

    Attributes:
        work: (4,) int64: groups, sketches and candidates looked at, and queries scanned instead, since it was made.
    """

    __slots__ = (
        "_buckets", "_high", "_ids", "_key_low_bits", "_key_masks", "_low", "_low_bits", "_low_mask", "_next_masks",
        "_patterns", "_sketches", "_starts", "_together_from", "_words", "_work_limit", "work",
    )  # fmt: skip

    def __init__(
        self,
        vectors: NDArray[np.uint8],
        *,
        bucket_bits: int = BUCKET_BITS,
        together_from: int | None = None,
    ) -> None:
        """Sort the (n, 32) vectors, whose bits are in the order of the bands, by every band."""
        group_bits = (len(vectors) // VECTORS_PER_GROUP).bit_length() - 1
        group_bits = min(max(group_bits, BAND_BITS - SKETCH_BITS), BAND_BITS)
        low_bits = BAND_BITS - group_bits
        self._key_low_bits = np.uint64(low_bits)
        self._words = vectors.view(np.uint64)
        self._low_mask = np.uint16((1 << low_bits) - 1)
        self._low_bits = min(group_bits, bucket_bits)
        self._buckets = 1 << (group_bits - self._low_bits)
        self._patterns, self._high, self._low = map(
            _patterns, (group_bits, group_bits - self._low_bits, self._low_bits)
        )
        self._work_limit = SCAN_WORK * len(vectors) + LEAST_WORK
        self._together_from = together_from or max(1, (1 << group_bits) // GROUPS_PER_QUERY)
        keys = np.arange(BANDS * BAND_BITS, dtype=np.uint8).reshape(BANDS, BAND_BITS)
        self._key_masks = np.array([_mask(bits) for bits in keys])
        self._next_masks = np.array([_mask(bits[: SKETCH_BITS - low_bits]) for bits in np.roll(keys, -1, axis=0)])
        self._starts = np.zeros((BANDS, (1 << group_bits) + 1), dtype=np.uint32)
        self._ids = np.empty((BANDS, len(vectors)), dtype=np.uint32)
        self._sketches = np.zeros(BANDS * len(vectors) + LANES, dtype=np.uint16)
        self.work = np.zeros(4, np.int64)
        least = 1 if len(vectors) > 1 << 16 else BANDS
        spread(self._build, BANDS, least=least)

    @property
    def nbytes(self) -> int:
        """Memory that the bands take, besides the vectors."""
        return self._starts.nbytes + self._ids.nbytes + self._sketches.nbytes

    def find(self, queries: NDArray[np.uint8], radii: NDArray[np.uint8], *, threads: int | None = None) -> Triples:
        """Positions in the batch, vector numbers and distances of every match, by position."""
        words, codes = queries.view(np.uint64), np.empty((len(queries), BANDS), dtype=np.uint64)
        kernels().code_vectors(words, self._key_low_bits, codes)
        asked = words, codes, radii
        if len(queries) < self._together_from:
            parts = spread(
                lambda a, b: collected(b - a, partial(self._search, asked, a, b)),
                len(queries), least=QUERIES_PER_THREAD, threads=threads,
            )  # fmt: skip
            return joined(parts)
        return self._find_together(asked, threads)

    def _search(self, asked: _Asked, begin: int, end: int, found: Triples) -> int:
        """How many matches the queries of the span have, one after the other; as many as fit are written."""
        work = np.zeros(4, np.int64)
        count: int = kernels().search_bands(
            self._words, *asked, begin, end,
            self._starts.reshape(-1), self._ids.reshape(-1), self._sketches, *self._patterns,
            self._low_mask, self._key_masks, self._next_masks,
            np.empty(BANDS * len(self._patterns[0]), np.int64), np.empty(2 * RING, np.int64),
            np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64), self._work_limit, work, *found,
        )  # fmt: skip
        self.work += work
        return count

    def _find_together(self, asked: _Asked, threads: int | None) -> Triples:
        """The same for many queries at once, by the kernel that reads each bucket once for all of them."""
        count = len(asked[0])
        costly = np.zeros(count, dtype=np.bool_)

        def search(begin: int, end: int, found: Triples) -> int:
            spent, work = np.zeros(count, np.int64), np.zeros(4, np.int64)
            matches: int = kernels().search_together(
                self._words, *asked, self._low_bits, begin, end,
                self._starts.reshape(-1), self._ids.reshape(-1), self._sketches, *self._high, *self._low,
                self._low_mask, self._key_masks, self._next_masks,
                np.empty(self._buckets + 1, np.int64), np.empty(count, np.int64),
                np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64), spent, self._work_limit, work, *found,
            )  # fmt: skip
            costly[spent > self._work_limit] = True
            self.work += work
            return matches

        parts = spread(
            lambda a, b: collected(count, partial(search, a, b)), BANDS * self._buckets, least=1, threads=threads
        )
        positions, numbers, distances = joined(parts)
        if costly.any():
            kept = ~costly[positions]
            scanned = self._scan(asked, np.flatnonzero(costly))
            positions, numbers, distances = joined([(positions[kept], numbers[kept], distances[kept]), scanned])
        order = np.argsort(positions, kind="stable")
        return positions[order], numbers[order], distances[order]

    def _scan(self, asked: _Asked, costly: NDArray[np.int64]) -> Triples:
        """Every match of the queries that would have looked at more than the whole list."""
        self.work[3] += len(costly)
        queries, _, radii = asked
        scan = partial(kernels().scan_vectors, self._words, queries[costly], radii[costly], 0, len(costly))
        positions, numbers, distances = collected(len(costly), lambda found: scan(*found))
        return costly[positions], numbers, distances

    def _build(self, begin: int, end: int) -> None:
        """Sort the vectors by the bands of the span."""
        count = len(self._words)
        groups = self._starts.shape[1] - 1
        run_bits = max(0, groups.bit_length() - 1 - RUNS_BITS)
        packed = np.empty(count, dtype=np.uint64)
        for band in range(begin, end):
            base = band * count
            kernels().build_band(
                self._words, band, self._key_low_bits, run_bits, np.uint32(base),
                np.zeros((groups >> run_bits) + 1, dtype=np.uint64), packed,
                self._starts[band], self._ids[band], self._sketches[base : base + count],
            )  # fmt: skip


def reorder(
    vectors: NDArray[np.uint8], bit_order: NDArray[np.uint8], out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """The vectors with bit k being what was bit `bit_order[k]`: distances stay what they were.

    Args:
        vectors: (n, 32) uint8.
        bit_order: A permutation of the 256 bits.
        out: Where to write, `vectors` itself if it may be overwritten; a new array when None.
    """
    table = np.zeros((32, 256, VECTOR_BITS), dtype=np.uint8)
    values = np.arange(256)
    for place, bit in enumerate(bit_order.tolist()):
        table[bit // 8, :, place] = (values >> bit % 8) & 1
    words = np.packbits(table, axis=2, bitorder="little").view(np.uint64)
    target = np.empty_like(vectors) if out is None else out
    numbers = target.view(np.uint64)
    spread(
        lambda a, b: kernels().reorder_bits(vectors[a:b], words, numbers[a:b]), len(vectors), least=REORDERED_PER_THREAD
    )
    return target


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
