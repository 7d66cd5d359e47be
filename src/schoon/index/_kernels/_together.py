"""The kernel that searches the bands for many queries at once, so that they share what it reads.

A band is walked once, bucket by bucket: a bucket is a run of keys whose sketches fit the second-level cache. All
queries that have business in a bucket do it while it is there: memory is read once for all of them, in order, where one
query after the other would fetch each cache line anew.
"""

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
    prefetch,
)
from schoon.index._kernels._search import LANES, LINE, ROW, judge_candidates, share_of
from schoon.index._kernels._vectors import FOUND, key_of


@kernel(types.void(given(U64, 2), I64, I64, filled(I64), filled(I64)))
def order_by_bucket(queries: Words, band: int, low_bits: int, ends: Counts, order: Counts) -> None:
    """Sort the queries by their buckets in one band.

    Args:
        queries: (m, 4) uint64.
        band: The band.
        low_bits: Bits of a key that name it inside its bucket.
        ends: (buckets + 1,) int64, overwritten: where each bucket begins in `order`; then m.
        order: (m,) int64, overwritten: query numbers.
    """
    ends[:] = 0
    for q in range(queries.shape[0]):
        ends[(np.int64(key_of(queries, q, band)) >> low_bits) + 1] += 1
    for bucket in range(1, ends.size):
        ends[bucket] += ends[bucket - 1]
    for q in range(queries.shape[0]):
        bucket = np.int64(key_of(queries, q, band)) >> low_bits
        order[ends[bucket]] = q
        ends[bucket] += 1
    for bucket in range(ends.size - 1, 0, -1):
        ends[bucket] = ends[bucket - 1]
    ends[0] = 0


@kernel(
    I64(
        given(U64, 2), given(U64, 2), given(U8, 1), I64, I64, I64, given(U32, 1), given(U8, 1), U64, given(U16, 1),
        filled(I64), filled(I64), filled(I64), filled(I64), filled(I64), I64, filled(I64), *FOUND,
    )
)  # fmt: skip
def search_together(
    vectors: Words, queries: Words, radii: Bytes, low_bits: int, begin: int, end: int, starts: Numbers, ids: Bytes,
    width: np.uint64, sketches: Halves, ends: Counts, order: Counts, candidates: Counts, numbers: Counts, spent: Counts,
    work_limit: int, work_done: Counts, found_queries: Counts, found_rows: Counts, found_distances: Bytes,
) -> int:  # fmt: skip
    """How many matches the queries have in buckets begin..end-1 of all bands; as many as fit are written.

    What is looked at is what `search_bands` looks at, in another order: the keys of a bucket that are near a query's
    are, from its own bucket, its key and those with one flip inside the bucket, and from the buckets one flip away the
    key with just that flip.

    Args:
        vectors: As in `search_bands`, like all that is not named here.
        queries: (m, 4) uint64.
        radii: (m,) uint8.
        low_bits: Bits of a key that name it inside its bucket.
        begin: The first bucket, counted over all bands.
        end: Behind the last.
        starts: Places of keys.
        ids: Vector numbers.
        width: Bytes of each.
        sketches: Their keys in the next band.
        ends: Scratch, one more than a band has buckets.
        order: Scratch, m long.
        candidates: Scratch of any length.
        numbers: Scratch, as long.
        spent: (m,) int64, added to: sketches looked at for each query, a candidate as sixteen; all threads share it (an
            addition may be lost). A query that has spent more than `work_limit` is left alone from the next key on: the
            caller scans it, and drops what was told of it.
        work_limit: See there.
        work_done: (4,) int64, added to: keys, sketches, candidates.
        found_queries: (capacity,) int64, overwritten.
        found_rows: Likewise.
        found_distances: (capacity,) uint8, overwritten.
    """
    buckets, high_bits = ends.size - 1, BAND_BITS - low_bits
    count = np.int64(0)
    passed = np.int64(0)
    ordered = np.int64(-1)
    most = np.int64(0)
    for q in range(radii.size):
        most = max(most, np.int64(radii[q]))
    for unit in range(begin, end):
        band, bucket = unit // buckets, unit & (buckets - 1)
        if share_of(band, most) == 0:
            continue
        if band != ordered:
            order_by_bucket(queries, band, low_bits, ends, order)
            ordered = band
        base = band * ROW + (bucket << low_bits)
        ahead = np.int64(starts[base + (1 << low_bits)])
        ahead_end = np.int64(starts[min(base + (2 << low_bits), starts.size - 1)])
        visits = ends[bucket + 1] - ends[bucket]
        for flip in range(high_bits):
            visits += ends[(bucket ^ (1 << flip)) + 1] - ends[bucket ^ (1 << flip)]
        pace = (ahead_end - ahead) // (visits + 1) + LINE
        for way in range(-1, high_bits):
            source = bucket if way < 0 else bucket ^ (1 << way)
            for k in range(ends[source], ends[source + 1]):
                q = order[k]
                radius = np.int64(radii[q])
                share = share_of(band, radius)
                if share == 0 or (share == 1 and way >= 0):
                    continue
                room = share + share_of(band + 1, radius) - np.int64(way >= 0)
                sketch = np.uint16(key_of(queries, q, (band + 1) & (BAND_COUNT - 1)))
                key = np.int64(key_of(queries, q, band)) & ((1 << low_bits) - 1)
                flips = low_bits if way < 0 and share == 2 else 0
                for flip in range(-1, flips):
                    if spent[q] > work_limit:
                        break
                    near_key = key if flip < 0 else key ^ (1 << flip)
                    place = np.uint64(base + near_key)
                    start, stop = np.int64(starts[place]), np.int64(starts[place + np.uint64(1)])
                    looked = stop - start
                    for first in range(start, stop, LANES):
                        near = near_lanes(sketches, np.intp(first), sketch, np.uint16(room - np.int64(flip >= 0)))
                        if stop - first < LANES:
                            near &= (np.uint64(1) << np.uint64(stop - first)) - np.uint64(1)
                        while near != 0:
                            if passed == candidates.size:
                                count = judge_candidates(
                                    vectors, queries, radii, ids, width, candidates, numbers, passed, count,
                                    found_queries, found_rows, found_distances,
                                )  # fmt: skip
                                work_done[2] += passed
                                passed = np.int64(0)
                            candidate = first + np.int64(lowest_bit(near))
                            near &= near - np.uint64(1)
                            candidates[passed] = (q << 32) | candidate
                            passed += 1
                            looked += LANES
                            prefetch(ids, np.intp(candidate * np.int64(width)))
                    spent[q] += looked
                    work_done[0] += 1
                    work_done[1] += looked
                for line in range(ahead, min(ahead + pace, ahead_end), LINE):
                    prefetch(sketches, np.intp(line))
                ahead += pace
    count = judge_candidates(
        vectors, queries, radii, ids, width, candidates, numbers, passed, count, found_queries, found_rows,
        found_distances,
    )  # fmt: skip
    work_done[2] += passed
    return count
