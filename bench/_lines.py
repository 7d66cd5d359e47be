"""How many cache lines a PDQ query needs, counted, for the loop that fetches as many and does nothing else.

The table counts the groups, sketches and candidates that it looks at. Groups of one query that lie beside one another
share lines: how many lines the starts and the sketches of a query really lie on is counted over the keys of the
vectors themselves, in the first bands, for some queries. A candidate costs one line for its number and one for its
vector. Lines that two queries share are counted for each: a batch that shares them can pass the limit.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from schoon.check.rules import dihedral_variants
from schoon.index._bands import VECTORS_PER_GROUP
from schoon.index._bit_order import BAND_BITS, BAND_COUNT, SKETCH_BITS, choose_bit_order
from schoon.index._pdq import PdqTable

LINE = 64
SAMPLED_QUERIES = 100
START_BYTES, SKETCH_BYTES, ID_BYTES, VECTOR_BYTES = 4, 2, 4, 32

Vectors = NDArray[np.uint8]
Keys = NDArray[np.int64]


def lines_of(table: PdqTable, vectors: Vectors, queries: Vectors, radius: int) -> dict[int, int]:
    """For each region of the table's memory (its bytes), the lines that all these queries fetch there."""
    bands = table.bands
    if bands is None:
        return {vectors.nbytes: len(queries) * vectors.nbytes // LINE}
    before = bands.work.copy()
    table.find(queries, np.full(len(queries), radius, np.uint8), threads=1)
    groups, _, candidates, _ = (bands.work - before).tolist()
    of_starts, of_sketches = _lines_a_group(vectors, queries[:: max(1, len(queries) // SAMPLED_QUERIES)])
    count = len(table)
    ids, sketches = BAND_COUNT * count * ID_BYTES, BAND_COUNT * count * SKETCH_BYTES
    return {
        max(LINE, bands.nbytes - ids - sketches): round(groups * of_starts),
        sketches: round(groups * of_sketches),
        ids: candidates,
        count * VECTOR_BYTES: candidates,
    }


def shared_groups(vectors: Vectors, queries: Vectors) -> float:
    """Which share of the groups that the eight variants of a query visit is visited by another variant too."""
    variants = dihedral_variants(queries)
    order, bits = choose_bit_order(vectors), group_bits(len(vectors))
    flips = _within_two_flips(bits)
    visited = distinct = 0
    for band in range(BAND_COUNT):
        keys = _keys(variants.reshape(-1, 32), order, band, bits).reshape(len(queries), -1, 1) ^ flips
        visited += keys.size
        distinct += sum(len(np.unique(one)) for one in keys)
    return 1 - distinct / visited


def group_bits(count: int) -> int:
    """The leading bits of a band that name the group, in a table of so many vectors."""
    return min(max((count // VECTORS_PER_GROUP).bit_length() - 1, BAND_BITS - SKETCH_BITS), BAND_BITS)


def _lines_a_group(vectors: Vectors, queries: Vectors) -> tuple[float, float]:
    """Lines of starts, and of sketches, for each group visited within two flips in the first band."""
    order, bits = choose_bit_order(vectors), group_bits(len(vectors))
    sizes = np.bincount(_keys(vectors, order, 0, bits), minlength=1 << bits)
    ends = np.cumsum(sizes)
    visited = _keys(queries, order, 0, bits)[:, None] ^ _within_two_flips(bits)
    starts = sketches = 0
    for groups in visited:
        starts += len(np.unique(groups * START_BYTES // LINE))
        full = groups[sizes[groups] > 0]
        first = (ends[full] - sizes[full]) * SKETCH_BYTES // LINE
        last = (ends[full] * SKETCH_BYTES - 1) // LINE
        reach = np.arange(int((last - first).max(initial=0)) + 1)
        lines = first[:, None] + reach
        sketches += len(np.unique(lines[lines <= last[:, None]]))
    return starts / visited.size, sketches / visited.size


def _keys(vectors: Vectors, order: NDArray[np.uint8], band: int, bits: int) -> Keys:
    """The group of each vector in one band."""
    own = order[band * BAND_BITS : (band + 1) * BAND_BITS][BAND_BITS - bits :]
    keys = np.zeros(len(vectors), dtype=np.int64)
    for place, bit in enumerate(own.tolist()):
        keys |= ((vectors[:, bit // 8] >> (bit % 8)) & 1).astype(np.int64) << place
    return keys


def _within_two_flips(bits: int) -> Keys:
    flips = [sum(1 << bit for bit in chosen) for count in range(3) for chosen in combinations(range(bits), count)]
    return np.array(flips, dtype=np.int64)
