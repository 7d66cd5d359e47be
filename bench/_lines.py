"""How many cache lines a PDQ query needs, counted, for the loop that fetches as many and does nothing else.

The table counts the keys, sketches and candidates that it looks at. Keys of one query that lie beside one another share
lines: how many lines their starts and their sketches really lie on is counted over the keys of the vectors themselves,
in the first band, for some queries. A candidate costs one line for its number and one for its vector. Lines that two
queries share are counted for each: a batch that shares them can pass the limit.
"""

import numpy as np
from numpy.typing import NDArray

from schoon.check.rules import dihedral_variants
from schoon.index._bands import KEYS
from schoon.index._bit_order import BAND_BITS, BAND_COUNT, choose_bit_order
from schoon.index._pdq import PdqTable

LINE = 64
SAMPLED_QUERIES = 100
START_BYTES, SKETCH_BYTES = 4, 2

Vectors = NDArray[np.uint8]
Keys = NDArray[np.int64]

NEAR = np.array([0, *(1 << bit for bit in range(BAND_BITS))], dtype=np.int64)
"""What a query's own key differs by from those that it looks at."""


def lines_of(table: PdqTable, vectors: Vectors, queries: Vectors, radius: int) -> list[tuple[int, int]]:
    """For each region of the table's memory, its bytes and the lines that all these queries fetch there."""
    bands = table.bands
    if bands is None:
        return [(vectors.nbytes, len(queries) * vectors.nbytes // LINE)]
    before = bands.work.copy()
    table.find(queries, np.full(len(queries), radius, np.uint8), threads=1)
    keys, _, candidates, _ = (bands.work - before).tolist()
    of_starts, of_sketches = _lines_a_key(vectors, queries[:: max(1, len(queries) // SAMPLED_QUERIES)])
    starts, sketches = BAND_COUNT * (KEYS + 1) * START_BYTES, BAND_COUNT * len(table) * SKETCH_BYTES
    return [
        (starts, round(keys * of_starts)),
        (sketches, round(keys * of_sketches)),
        (bands.nbytes - starts - sketches, candidates),
        (vectors.nbytes, candidates),
    ]


def shared_keys(vectors: Vectors, queries: Vectors) -> float:
    """Which share of the keys that the eight variants of a query look at is looked at by another variant too."""
    variants, order = dihedral_variants(queries).reshape(-1, 32), choose_bit_order(vectors)
    visited = distinct = 0
    for band in range(BAND_COUNT):
        keys = (_keys(variants, order, band)[:, None] ^ NEAR).reshape(len(queries), -1)
        visited += keys.size
        distinct += sum(len(np.unique(one)) for one in keys)
    return 1 - distinct / visited


def _lines_a_key(vectors: Vectors, queries: Vectors) -> tuple[float, float]:
    """Lines of starts, and of sketches, for each key that is looked at in the first band."""
    order = choose_bit_order(vectors)
    sizes = np.bincount(_keys(vectors, order, 0), minlength=KEYS)
    ends = np.cumsum(sizes)
    visited = _keys(queries, order, 0)[:, None] ^ NEAR
    starts = sketches = 0
    for keys in visited:
        starts += len(np.unique(keys * START_BYTES // LINE))
        full = keys[sizes[keys] > 0]
        first = (ends[full] - sizes[full]) * SKETCH_BYTES // LINE
        last = (ends[full] * SKETCH_BYTES - 1) // LINE
        lines = first[:, None] + np.arange(int((last - first).max(initial=0)) + 1)
        sketches += len(np.unique(lines[lines <= last[:, None]]))
    return starts / visited.size, sketches / visited.size


def _keys(vectors: Vectors, order: Vectors, band: int) -> Keys:
    """The key of each vector in one band."""
    keys = np.zeros(len(vectors), dtype=np.int64)
    for place, bit in enumerate(order[band * BAND_BITS : (band + 1) * BAND_BITS].tolist()):
        keys |= ((vectors[:, bit // 8] >> (bit % 8)) & 1).astype(np.int64) << place
    return keys
