"""PDQ vectors in memory: a scan for short lists, eleven bands with sketches for long ones; both find everything.

docs/index-format.md, "In memory", tells how the bands work and why nothing within distance 31 is missed.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from schoon.index._bit_order import BAND_BITS, BAND_COUNT
from schoon.index._compiled import kernels
from schoon.index._threads import spread

SCAN_BELOW = 16_384
"""Lists shorter than this are scanned: bench/pdq.py shows where the two cross."""
VECTORS_PER_GROUP = 8
SKETCH_BITS = 16
CANDIDATES = 1024
LANES = 16

Triples = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]


class PdqTable:
    """Finds the vectors within a distance of at most 31. Immutable."""

    __slots__ = ("_bands", "_bytes", "_words")

    def __init__(
        self, vectors: NDArray[np.uint8], bit_order: NDArray[np.uint8], *, scan_below: int = SCAN_BELOW
    ) -> None:
        """Keep the (n, 32) vectors as they are, and build bands over them when there are many."""
        self._bytes = vectors
        self._words = vectors.view(np.uint64)
        self._bands = None if len(vectors) < scan_below else Bands(vectors, bit_order)

    def __len__(self) -> int:
        return len(self._words)

    @property
    def vectors(self) -> NDArray[np.uint8]:
        """As given."""
        return self._bytes

    def find(self, vectors: NDArray[np.uint8], radii: NDArray[np.uint8], *, threads: int | None = None) -> Triples:
        """Positions in the batch, vector numbers and distances of every match, by position."""
        if not len(self) or not len(vectors):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8)
        queries = np.require(vectors, requirements=["C", "A"])
        least = max(1, 4_000_000 // len(self)) if self._bands is None else 16
        parts = spread(lambda a, b: self._find(queries, radii, a, b), len(queries), least=least, threads=threads)
        if len(parts) == 1:
            return parts[0]
        queries_found, rows, distances = zip(*parts, strict=True)
        return np.concatenate(queries_found), np.concatenate(rows), np.concatenate(distances)

    def _find(self, vectors: NDArray[np.uint8], radii: NDArray[np.uint8], begin: int, end: int) -> Triples:
        capacity = 8 * (end - begin) + 1024
        while True:
            found = np.empty(capacity, np.int64), np.empty(capacity, np.int64), np.empty(capacity, np.uint8)
            if self._bands is None:
                count = kernels().scan_vectors(self._words, vectors.view(np.uint64), radii, begin, end, *found)
            else:
                count = self._bands.search(self._words, vectors, radii, (begin, end), found)
            if count <= capacity:
                return found[0][:count], found[1][:count], found[2][:count]
            capacity = count


class Bands:
    """Eleven sortings of the same vectors, each by the bits of one band."""

    __slots__ = (
        "_ids", "_key_masks", "_low_mask", "_next_masks", "_pattern_ends", "_patterns", "_sketches", "_starts", "_tables",
        "work",
    )  # fmt: skip

    def __init__(self, vectors: NDArray[np.uint8], bit_order: NDArray[np.uint8]) -> None:
        """Sort the vectors by every band; about 60 bytes a vector are kept, besides the vectors."""
        group_bits = min(
            max((len(vectors) // VECTORS_PER_GROUP).bit_length() - 1, BAND_BITS - SKETCH_BITS + 1), BAND_BITS
        )
        low_bits = BAND_BITS - group_bits
        self._low_mask = np.uint16((1 << low_bits) - 1)
        self._patterns, self._pattern_ends = _patterns(group_bits)
        self.work = np.zeros(4, np.int64)
        bits = [bit_order[band * BAND_BITS : (band + 1) * BAND_BITS] for band in range(BAND_COUNT)]
        borrowed = [bits[(band + 1) % BAND_COUNT][: SKETCH_BITS - low_bits] for band in range(BAND_COUNT)]
        self._key_masks = np.array([_mask(band) for band in bits])
        self._next_masks = np.array([_mask(band) for band in borrowed])
        self._tables = [
            _code_table(np.concatenate([own[:low_bits], after, own[low_bits:]]))
            for own, after in zip(bits, borrowed, strict=True)
        ]
        self._starts = np.zeros((BAND_COUNT, (1 << group_bits) + 1), dtype=np.uint32)
        self._ids = np.empty((BAND_COUNT, len(vectors)), dtype=np.uint32)
        self._sketches = np.empty(BAND_COUNT * len(vectors) + LANES, dtype=np.uint16)
        spread(lambda a, b: self._build(vectors, range(a, b)), BAND_COUNT, least=1)

    def search(
        self,
        words: NDArray[np.uint64],
        vectors: NDArray[np.uint8],
        radii: NDArray[np.uint8],
        span: tuple[int, int],
        found: Triples,
    ) -> int:
        """How many matches the queries of the span have; as many as fit are written into `found`."""
        begin, end = span
        codes = np.zeros((len(vectors), BAND_COUNT), dtype=np.uint64)
        scratch = np.empty(end - begin, dtype=np.uint64)
        for band, table in enumerate(self._tables):
            kernels().code_vectors(vectors[begin:end], table, scratch)
            codes[begin:end, band] = scratch
        probes = np.empty(BAND_COUNT * len(self._patterns), np.int64)
        spans = np.empty(2 * 128, np.int64)
        candidates, numbers = np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, np.int64)
        work = np.zeros(4, np.int64)
        count: int = kernels().search_bands(
            words, vectors.view(np.uint64), codes, radii, begin, end,
            self._starts.reshape(-1), self._ids.reshape(-1), self._sketches,
            self._patterns, self._pattern_ends, self._low_mask, self._key_masks, self._next_masks,
            probes, spans, candidates, numbers, 2 * len(words) + 4096, work, *found,
        )  # fmt: skip
        self.work += work
        return count

    def _build(self, vectors: NDArray[np.uint8], bands: range) -> None:
        codes = np.empty(len(vectors), dtype=np.uint64)
        for band in bands:
            kernels().code_vectors(vectors, self._tables[band], codes)
            base = band * len(vectors)
            part = self._sketches[base : base + len(vectors)]
            kernels().build_band(codes, np.uint32(base), self._starts[band], self._ids[band], part)


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
