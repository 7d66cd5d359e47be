"""The kernel that searches the bands for many queries at once, so that they share what it reads.

A band is walked once, bucket by bucket: a bucket is a run of groups whose starts and sketches fit the second-level
cache. All queries that have business in a bucket do it while it is there: memory is read once for all of them, nearly
in order, where one query after the other would fetch each cache line anew.
"""

import numpy as np
from numba import types

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
from schoon.index._kernels._search import LANES, judge_candidates, share_of
from schoon.index._kernels._vectors import FOUND

STARTS_A_LINE, SKETCHES_A_LINE = 16, 32


@kernel(types.void(given(U64, 2), I64, U64, filled(I64), filled(I64)))
def order_by_bucket(codes: Words, band: int, shift: np.uint64, ends: Counts, order: Counts) -> None:
    """Sort the queries by their buckets in one band.

    Args:
        codes: (m, 11) uint64, of the queries, from `code_vectors`.
        band: The band.
        shift: What takes a code to its bucket.
        ends: (buckets + 1,) int64, overwritten: where each bucket begins in `order`; then m.
        order: (m,) int64, overwritten: query numbers.
    """
    ends[:] = 0
    for q in range(codes.shape[0]):
        ends[np.int64(codes[q, band] >> shift) + 1] += 1
    for bucket in range(1, ends.size):
        ends[bucket] += ends[bucket - 1]
    for q in range(codes.shape[0]):
        bucket = np.int64(codes[q, band] >> shift)
        order[ends[bucket]] = q
        ends[bucket] += 1
    for bucket in range(ends.size - 1, 0, -1):
        ends[bucket] = ends[bucket - 1]
    ends[0] = 0


@kernel(I64(given(U32, 1), given(U16, 1), I64, I64, I64, I64, I64))
def read_ahead(starts: Numbers, sketches: Halves, first: int, last: int, at: int, lines: int, size: int) -> int:
    """How far the lines of a bucket have been asked for, after `lines` more of them.

    Args:
        starts: As in `search_together`.
        sketches: Likewise.
        first: The bucket's first sketch.
        last: Behind its last.
        at: Lines asked for so far.
        lines: How many to ask for now.
        size: The place of the bucket's first start.
    """
    for line in range(at, min(at + lines, (last - first) // SKETCHES_A_LINE + 1)):
        prefetch(sketches, np.intp(first + line * SKETCHES_A_LINE))
        if line % 4 == 0:
            prefetch(starts, np.intp(size + line // 4 * STARTS_A_LINE))
    return at + lines


@kernel(
    I64(
        given(U64, 2), given(U64, 2), given(U64, 2), given(U8, 1), I64, I64, I64,
        given(U32, 1), given(U32, 1), given(U16, 1), given(U32, 1), given(I64, 1), given(U32, 1), given(I64, 1),
        U16, given(U64, 2), given(U64, 2),
        filled(I64), filled(I64), filled(I64), filled(I64), filled(I64), I64, filled(I64), *FOUND,
    )
)  # fmt: skip
def search_together(
    vectors: Words, queries: Words, codes: Words, radii: Bytes, low_bits: int, begin: int, end: int,
    starts: Numbers, ids: Numbers, sketches: Halves, high_patterns: Numbers, high_ends: Counts,
    low_patterns: Numbers, low_ends: Counts, low_mask: np.uint16, key_masks: Words, next_masks: Words,
    ends: Counts, order: Counts, candidates: Counts, numbers: Counts, spent: Counts, work_limit: int,
    work_done: Counts, found_queries: Counts, found_rows: Counts, found_distances: Bytes,
) -> int:  # fmt: skip
    """How many matches the queries have in buckets begin..end-1 of all bands; as many as fit are written.

    What is looked at is what `search_bands` looks at, in another order. A key and a group differ in the bits that
    choose a bucket and in those inside it; both lists of flips together give the groups near enough.

    Args:
        vectors: As in `search_bands`, like all that is not named here.
        queries: (m, 4) uint64.
        codes: (m, 11) uint64.
        radii: (m,) uint8.
        low_bits: Bits of a key that name a group inside its bucket.
        begin: The first bucket, counted over all bands.
        end: Behind the last.
        starts: Places of groups.
        ids: Vector numbers.
        sketches: Their sketches.
        high_patterns: Flips of the bits that choose the bucket: the last of three lists, within two.
        high_ends: (4,) int64, where the lists end.
        low_patterns: Flips inside the bucket: within 0, then within 1, then within 2.
        low_ends: (4,) int64, likewise.
        low_mask: Bits of a sketch that belong to the band itself.
        key_masks: Bits of each band.
        next_masks: Bits of the next that a sketch holds.
        ends: Scratch, one more than a band has buckets.
        order: Scratch, m long.
        candidates: Scratch of any length: query in the upper half, position in `ids` in the lower.
        numbers: Scratch, as long.
        spent: (m,) int64, added to: sketches looked at for each query. One that has spent more than `work_limit` is
            left alone from then on: the caller scans it, and drops what was told of it.
        work_limit: See there.
        work_done: (4,) int64, added to: groups, sketches, candidates.
        found_queries: (capacity,) int64, overwritten.
        found_rows: Likewise.
        found_distances: (capacity,) uint8, overwritten.
    """
    bands = key_masks.shape[0]
    row = starts.size // bands
    buckets = ends.size - 1
    bucket_mask, group_mask = np.int64(buckets - 1), np.uint64((1 << low_bits) - 1)
    shift = np.uint64(16 + low_bits)
    count = np.int64(0)
    passed = np.int64(0)
    ordered = np.int64(-1)
    for unit in range(begin, end):
        band, bucket = unit // buckets, unit & bucket_mask
        if band != ordered:
            order_by_bucket(codes, band, shift, ends, order)
            ordered = band
        base = band * row + (bucket << low_bits)
        following = base + (np.int64(1) << low_bits)
        ahead_first = np.int64(starts[following])
        ahead_last = np.int64(starts[min(following + (np.int64(1) << low_bits), starts.size - 1)])
        visits = np.int64(0)
        for p in range(high_ends[2], high_ends[3]):
            source = bucket ^ np.int64(high_patterns[p])
            visits += ends[source + 1] - ends[source]
        pace = (ahead_last - ahead_first) // (SKETCHES_A_LINE * (visits + 1)) + 1
        ahead = np.int64(0)
        for p in range(high_ends[2], high_ends[3]):
            source = bucket ^ np.int64(high_patterns[p])
            high_flips = np.int64(popcount(high_patterns[p]))
            for k in range(ends[source], ends[source + 1]):
                q = order[k]
                radius = np.int64(radii[q])
                share = share_of(band, radius, bands)
                if share <= high_flips or spent[q] > work_limit:
                    continue
                both = share + share_of((band + 1) % bands, radius, bands)
                sketch = np.uint16(codes[q, band] & np.uint64(0xFFFF))
                group = np.int64((codes[q, band] >> np.uint64(16)) & group_mask)
                looked = np.int64(0)
                first_flip, last_flip = low_ends[share - 1 - high_flips], low_ends[share - high_flips]
                for j in range(np.uint64(first_flip), np.uint64(last_flip)):
                    flips = high_flips + np.int64(popcount(low_patterns[j]))
                    room, room_both = np.uint16(share - flips), np.uint16(both - flips)
                    place = np.uint64(base + (group ^ np.int64(low_patterns[j])))
                    start, stop = np.int64(starts[place]), np.int64(starts[place + np.uint64(1)])
                    looked += stop - start
                    for first in range(start, stop, LANES):
                        near = near_lanes(sketches, np.intp(first), sketch, low_mask, room, room_both)
                        if stop - first < LANES:
                            near &= (np.uint64(1) << np.uint64(stop - first)) - np.uint64(1)
                        while near != 0:
                            if passed == candidates.size:
                                count = judge_candidates(
                                    vectors, queries, radii, ids, key_masks, next_masks, candidates, numbers, passed,
                                    count, found_queries, found_rows, found_distances,
                                )  # fmt: skip
                                work_done[2] += passed
                                passed = np.int64(0)
                            candidate = first + np.int64(lowest_bit(near))
                            near &= near - np.uint64(1)
                            candidates[passed] = (q << 32) | candidate
                            passed += 1
                            looked += LANES
                            prefetch(ids, np.intp(candidate))
                spent[q] += looked
                work_done[0] += last_flip - first_flip
                work_done[1] += looked
                ahead = read_ahead(starts, sketches, ahead_first, ahead_last, ahead, pace, following)
    count = judge_candidates(
        vectors, queries, radii, ids, key_masks, next_masks, candidates, numbers, passed, count,
        found_queries, found_rows, found_distances,
    )  # fmt: skip
    work_done[2] += passed
    return count
