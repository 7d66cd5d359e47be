"""Sixteen sortings of the same PDQ vectors, each by the bits of one band: what finds every vector within 31 quickly.

docs/index-format.md, "In memory", tells how it works and why nothing is missed.
"""

from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from schoon.index._bit_order import BAND_BITS, BAND_COUNT, VECTOR_BITS
from schoon.index._compiled import kernels
from schoon.index._found import Triples, collected, joined
from schoon.index._threads import spread

BANDS = BAND_COUNT
KEYS = 1 << BAND_BITS
MOST_VECTORS = 2**32 // BANDS - 1
"""Positions in the bands have four bytes."""
LANES = 16
"""Sketches are read sixteen at a time, so the last key needs room behind it."""
PROBES = BANDS * (1 + BAND_BITS)
"""Keys that a query looks at, at most."""
CANDIDATES = 1024
SCAN_WORK = 2
"""A query is scanned instead when it would look at more than so many sketches a vector of the list."""
LEAST_WORK = 4096
BUCKET_VECTORS = 65_536
"""A bucket has at most so many sketches on average, 128 KiB: two of them fit the second-level cache."""
TOGETHER_FROM = 1024
"""From so many queries on it costs less to read the bands once for all: seen at 100,000 to 10 million vectors alike."""
QUERIES_PER_THREAD = 64
REORDERED_PER_THREAD = 100_000
VECTORS_PER_THREAD = 65_536

_Asked = tuple[NDArray[np.uint64], NDArray[np.uint8]]
"""What is searched for: (m, 4) words of the queries, and (m,) radii."""


class Bands:
    """The bands over one array of vectors: 80 or 96 bytes a vector besides themselves, and 4.2 MB. Only `work` changes.

    Attributes:
        work: (4,) int64: keys, sketches (a candidate counts as sixteen) and candidates looked at, and queries scanned
            instead, since it was made.
    """

    __slots__ = (
        "_bucket_bits", "_ids", "_sketches", "_starts", "_together_from", "_width", "_words", "_work_limit", "work",
    )  # fmt: skip

    def __init__(
        self, vectors: NDArray[np.uint8], *, bucket_bits: int | None = None, together_from: int = TOGETHER_FROM
    ) -> None:
        """Sort the (n, 32) vectors, whose bits are in the order of the bands, by every band.

        Args:
            vectors: At most `MOST_VECTORS`.
            bucket_bits: Bits of a key that choose its bucket; by the number of vectors when None.
            together_from: Batches of so many queries are searched together.
        """
        count = len(vectors)
        self._words = vectors.view(np.uint64)
        self._width = np.uint64(3 if count <= 1 << 24 else 4)
        self._bucket_bits = (count // BUCKET_VECTORS).bit_length() if bucket_bits is None else bucket_bits
        self._together_from = together_from
        self._work_limit = SCAN_WORK * count + LEAST_WORK
        self._starts = np.zeros((BANDS, KEYS + 1), dtype=np.uint32)
        self._ids = np.empty((BANDS, count * int(self._width)), dtype=np.uint8)
        self._sketches = np.zeros(BANDS * count + LANES, dtype=np.uint16)
        self.work = np.zeros(4, np.int64)
        spread(self._build, BANDS, least=max(1, VECTORS_PER_THREAD // max(1, count)))

    @property
    def nbytes(self) -> int:
        """Memory that the bands take, besides the vectors."""
        return self._starts.nbytes + self._ids.nbytes + self._sketches.nbytes

    def find(self, queries: NDArray[np.uint8], radii: NDArray[np.uint8], *, threads: int | None = None) -> Triples:
        """Positions in the batch, vector numbers and distances of every match, in no order."""
        asked = queries.view(np.uint64), radii
        if len(queries) >= self._together_from:
            return self._find_together(asked, threads)
        parts = spread(
            lambda a, b: collected(b - a, partial(self._search, asked, a, b)),
            len(queries), least=QUERIES_PER_THREAD, threads=threads,
        )  # fmt: skip
        return joined(parts)

    def _search(self, asked: _Asked, begin: int, end: int, found: Triples) -> int:
        """How many matches the queries of the span have, one after the other; as many as fit are written."""
        work = np.zeros(4, np.int64)
        count: int = kernels().search_bands(
            self._words, *asked, begin, end, self._starts.reshape(-1), self._ids.reshape(-1), self._width,
            self._sketches, np.empty(PROBES, np.int64), *_scratch(), self._work_limit, work, *found,
        )  # fmt: skip
        self.work += work
        return count

    def _find_together(self, asked: _Asked, threads: int | None) -> Triples:
        """The same for many queries at once, by the kernel that reads each bucket once for all of them."""
        count, buckets = len(asked[0]), 1 << self._bucket_bits
        spent = np.zeros(count, np.int64)

        def search(begin: int, end: int, found: Triples) -> int:
            work = np.zeros(4, np.int64)
            matches: int = kernels().search_together(
                self._words, *asked, BAND_BITS - self._bucket_bits, begin, end, self._starts.reshape(-1),
                self._ids.reshape(-1), self._width, self._sketches, np.empty(buckets + 1, np.int64),
                np.empty(count, np.int64), *_scratch(), spent, self._work_limit, work, *found,
            )  # fmt: skip
            self.work += work
            return matches

        parts = spread(lambda a, b: collected(count, partial(search, a, b)), BANDS * buckets, least=1, threads=threads)
        costly = spent > self._work_limit
        if not costly.any():
            return joined(parts)
        for place, (positions, numbers, distances) in enumerate(parts):
            kept = ~costly[positions]
            parts[place] = positions[kept], numbers[kept], distances[kept]
        return joined([*parts, *self._scan(asked, np.flatnonzero(costly), threads)])

    def _scan(self, asked: _Asked, costly: NDArray[np.int64], threads: int | None) -> list[Triples]:
        """Every match of the queries that cost more than a scan of the whole list."""
        self.work[3] += len(costly)
        queries, radii = asked[0][costly], asked[1][costly]
        scan = partial(kernels().scan_vectors, self._words, queries, radii)
        parts = spread(
            lambda a, b: collected(b - a, lambda found: scan(a, b, *found)), len(costly), least=1, threads=threads
        )
        return [(costly[positions], numbers, distances) for positions, numbers, distances in parts]

    def _build(self, begin: int, end: int) -> None:
        """Sort the vectors by the bands of the span."""
        count = len(self._words)
        packed = np.empty(count, dtype=np.uint64)
        for band in range(begin, end):
            base = band * count
            kernels().build_band(
                self._words, band, np.uint32(base), np.zeros(257, dtype=np.uint64), packed, self._starts[band],
                self._ids[band], self._width, self._sketches[base : base + count],
            )  # fmt: skip


def _scratch() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64)


def reorder(
    vectors: NDArray[np.uint8], bit_order: NDArray[np.uint8], out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """The vectors with bit k being what was bit `bit_order[k]`: distances stay what they were.

    Args:
        vectors: (n, 32) uint8.
        bit_order: A permutation of the 256 bits.
        out: Where to write, `vectors` itself if it may be overwritten; a new array when None.
    """
    table = _reordering(bit_order.tobytes())
    target = np.empty_like(vectors) if out is None else out
    numbers = target.view(np.uint64)
    spread(
        lambda a, b: kernels().reorder_bits(vectors[a:b], table, numbers[a:b]), len(vectors), least=REORDERED_PER_THREAD
    )
    return target


@lru_cache(maxsize=8)
def _reordering(bit_order: bytes) -> NDArray[np.uint64]:
    """(32, 256, 4) uint64: the bits that each value of each byte sets in a reordered vector."""
    table = np.zeros((32, 256, VECTOR_BITS), dtype=np.uint8)
    values = np.arange(256)
    for place, bit in enumerate(bit_order):
        table[bit // 8, :, place] = (values >> bit % 8) & 1
    return np.packbits(table, axis=2, bitorder="little").view(np.uint64)
