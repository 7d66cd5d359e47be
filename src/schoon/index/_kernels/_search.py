"""The kernel that searches the sixteen bands for one query after the other, and its parts."""

import numpy as np
from numba import types

from schoon.index._bit_order import BAND_BITS, BAND_COUNT
from schoon.index._kernels._compile import (
    I64,
    U8,
    U16,
    U32,
    U64,
    Bytes,
    Counts,
    Halves,
    Numbers,
    Words,
    filled,
    given,
    kernel,
    lowest_bit,
    near_lanes,
    popcount,
    prefetch,
)
from schoon.index._kernels._vectors import FOUND, distance, id_at, key_of, scan_one

NEAR, FAR = 8, 32
"""How many keys ahead sketches are asked for, and the starts of keys."""
MOST_AHEAD = 1024
"""Sketches of one key that are asked for; what follows them the processor sees coming by itself."""
LANES = 16
"""Sketches that `near_lanes` looks at."""
LINE = 32
"""Sketches in a cache line."""
PLACE = (1 << 40) - 1
"""The bits of a packed probe that hold its place in `starts`."""
LOWER = (1 << 32) - 1
"""The bits of a packed candidate that hold its position in `ids`."""
ROW = (1 << BAND_BITS) + 1
"""Starts of one band."""


@kernel(I64(I64, I64))
def share_of(band: int, radius: int) -> int:
    """How many of the radius + 1 shares a band gets, going round; at most two."""
    band &= BAND_COUNT - 1
    return (radius + 1) // BAND_COUNT + np.int64(band < (radius + 1) % BAND_COUNT)


@kernel(types.boolean(given(U64, 2), I64, given(U64, 2), I64, I64, I64))
def found_before(vectors: Words, i: int, queries: Words, q: int, band: int, radius: int) -> bool:
    """Whether a band before this one leads to vector i too: then the match was told there."""
    apart_next = np.int64(popcount(key_of(vectors, i, 0) ^ key_of(queries, q, 0)))
    for b in range(band):
        following = (b + 1) & (BAND_COUNT - 1)
        apart, share = apart_next, share_of(b, radius)
        apart_next = np.int64(popcount(key_of(vectors, i, following) ^ key_of(queries, q, following)))
        if apart < share and apart + apart_next < share + share_of(b + 1, radius):
            return True
    return False


@kernel(I64(given(U64, 2), given(U64, 2), given(U8, 1), given(U8, 1), U64, filled(I64), filled(I64), I64, I64, *FOUND))
def judge_candidates(
    vectors: Words, queries: Words, radii: Bytes, ids: Bytes, width: np.uint64, candidates: Counts, numbers: Counts,
    passed: int, count: int, found_queries: Counts, found_rows: Counts, found_distances: Bytes,
) -> int:  # fmt: skip
    """The new count after the whole distance of each candidate is known.

    Args:
        vectors: As in `search_bands`, like all that is not named here.
        queries: All queries.
        radii: Their largest distances.
        ids: Vector numbers by band and key.
        width: Bytes of each.
        candidates: Query in the upper half, position in `ids` in the lower.
        numbers: Scratch, as long as `candidates`.
        passed: How many candidates there are.
        count: Matches so far.
        found_queries: Where matches are written.
        found_rows: Likewise.
        found_distances: Likewise.
    """
    n = vectors.shape[0]
    flat = vectors.reshape(-1)
    for k in range(passed):
        i = np.int64(id_at(ids, np.uint64(candidates[k] & LOWER), width))
        numbers[k] = i
        prefetch(flat, np.intp(4 * i))
    for k in range(passed):
        i, q = numbers[k], candidates[k] >> 32
        apart = distance(vectors, i, queries, q)
        band = (candidates[k] & LOWER) // n
        if apart <= radii[q] and not found_before(vectors, i, queries, q, band, np.int64(radii[q])):
            if count < found_rows.size:
                found_queries[count] = q
                found_rows[count] = i
                found_distances[count] = apart
            count += 1
    return count


@kernel(I64(given(U64, 2), I64, I64, filled(I64)))
def list_probes(queries: Words, q: int, radius: int, probes: Counts) -> int:
    """How many keys a query has to look at; each is written as one packed number, as `search_bands` tells."""
    count = np.int64(0)
    for band in range(BAND_COUNT):
        share = share_of(band, radius)
        if share == 0:
            continue
        both = share + share_of(band + 1, radius)
        key = np.int64(key_of(queries, q, band))
        sketch = np.int64(key_of(queries, q, (band + 1) & (BAND_COUNT - 1)))
        probes[count] = (band * ROW + key) | (both << 40) | (sketch << 48)
        count += 1
        if share == 1:
            continue
        for flip in range(BAND_BITS):
            probes[count] = (band * ROW + (key ^ (1 << flip))) | ((both - 1) << 40) | (sketch << 48)
            count += 1
    return count


@kernel(
    I64(
        given(U64, 2), given(U64, 2), given(U8, 1), I64, I64, given(U32, 1), given(U8, 1), U64, given(U16, 1),
        filled(I64), filled(I64), filled(I64), I64, filled(I64), *FOUND,
    )
)  # fmt: skip
def search_bands(
    vectors: Words, queries: Words, radii: Bytes, begin: int, end: int, starts: Numbers, ids: Bytes, width: np.uint64,
    sketches: Halves, probes: Counts, candidates: Counts, numbers: Counts, work_limit: int, work_done: Counts,
    found_queries: Counts, found_rows: Counts, found_distances: Bytes,
) -> int:  # fmt: skip
    """How many matches queries begin..end-1 have, by the bands; as many as fit are written.

    A radius r gives the sixteen bands r + 1 shares between them, as evenly as can be: two each at 31. A vector within r
    differs, in at least one band, by less than that band's share, and in that band and the next together by less than
    both shares (the cyclic form of the pigeonhole principle). So: for every band, the query's own key and, with two
    shares, the keys one flip away; for every vector under such a key, the condition on its sketch, which is its key in
    the next band; for the few that pass, the whole distance. Each step prefetches for the one after. A query that would
    cost more than a scan of everything is scanned.

    Args:
        vectors: (n, 4) uint64, their bits in the order of the bands.
        queries: (m, 4) uint64, likewise.
        radii: (m,) uint8, 31 at most.
        begin: The first query.
        end: Behind the last.
        starts: (16 * 65537,) uint32, the first position of each key in `ids` and `sketches`.
        ids: (16 * n * width,) uint8, the vectors under each key, band after band.
        width: Bytes of a vector number.
        sketches: (16 * n + 16,) uint16, their keys in the next band.
        probes: Scratch for the 272 keys of one query, packed: place in `starts`, 40 bits; what the distance of sketches
            must stay below, 8 bits; sketch, 16 bits.
        candidates: Scratch of any length.
        numbers: Scratch, as long.
        work_limit: Sketches looked at (a candidate counts as 16) before a query is scanned instead.
        work_done: (4,) int64, added to: keys, sketches, candidates, scans.
        found_queries: (capacity,) int64, overwritten.
        found_rows: Likewise.
        found_distances: (capacity,) uint8, overwritten.
    """
    count = np.int64(0)
    for q in range(begin, end):
        radius = np.int64(radii[q])
        count_before = count
        total = list_probes(queries, q, radius, probes)
        for k in range(min(FAR, total)):
            prefetch(starts, np.intp(probes[k] & PLACE))
        work = np.int64(0)
        passed = np.int64(0)
        tested = np.int64(0)
        for step in range(total + NEAR):
            if step + FAR < total:
                prefetch(starts, np.intp(probes[step + FAR] & PLACE))
            if step < total:
                place = np.uint64(probes[step] & PLACE)
                start, stop = np.int64(starts[place]), np.int64(starts[place + np.uint64(1)])
                work += stop - start
                for line in range(start, min(stop, start + MOST_AHEAD) + LINE - 1, LINE):
                    prefetch(sketches, np.intp(line))
            if work > work_limit:
                break
            if step < NEAR:
                continue
            packed = probes[step - NEAR]
            place = np.uint64(packed & PLACE)
            start, stop = np.int64(starts[place]), np.int64(starts[place + np.uint64(1)])
            sketch, room = np.uint16((packed >> 48) & 0xFFFF), np.uint16((packed >> 40) & 0xFF)
            for first in range(start, stop, LANES):
                near = near_lanes(sketches, np.intp(first), sketch, room)
                if stop - first < LANES:
                    near &= (np.uint64(1) << np.uint64(stop - first)) - np.uint64(1)
                while near != 0:
                    if passed == candidates.size:
                        count = judge_candidates(
                            vectors, queries, radii, ids, width, candidates, numbers, passed, count,
                            found_queries, found_rows, found_distances,
                        )  # fmt: skip
                        tested += passed
                        passed = np.int64(0)
                    candidate = first + np.int64(lowest_bit(near))
                    near &= near - np.uint64(1)
                    candidates[passed] = (q << 32) | candidate
                    passed += 1
                    work += LANES
                    prefetch(ids, np.intp(candidate * np.int64(width)))
        if work > work_limit:
            count = scan_one(vectors, queries, q, radius, count_before, found_queries, found_rows, found_distances)
            work_done[3] += 1
        else:
            count = judge_candidates(
                vectors, queries, radii, ids, width, candidates, numbers, passed, count,
                found_queries, found_rows, found_distances,
            )  # fmt: skip
        work_done[0] += total
        work_done[1] += work
        work_done[2] += tested + passed
    return count
