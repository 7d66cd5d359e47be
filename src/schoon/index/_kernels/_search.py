"""The kernel that searches the eleven bands, and its parts."""

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
from schoon.index._kernels._vectors import FOUND, distance, scan_one

NEAR, FAR = 32, 64
"""How many groups ahead sketches are asked for, and the starts of groups."""
RING = 63
"""Groups whose bounds are kept between asking for their sketches and looking at them, less one."""
LANES = 16
"""Sketches that `near_lanes` looks at."""
PLACE = (1 << 40) - 1
"""The bits of a packed probe that hold its place in `starts`."""
LOWER = (1 << 32) - 1
"""The bits of a packed candidate that hold its position in `ids`."""


@kernel(I64(I64, I64, I64))
def share_of(band: int, radius: int, bands: int) -> int:
    """How many of the radius + 1 shares a band gets."""
    return (radius + 1) // bands + np.int64(band < (radius + 1) % bands)


@kernel(types.boolean(given(U64, 2), I64, given(U64, 2), I64, I64, I64, given(U64, 2), given(U64, 2)))
def found_before(
    vectors: Words, i: int, queries: Words, q: int, band: int, radius: int, key_masks: Words, next_masks: Words
) -> bool:
    """Whether a band before this one leads to vector i too: then the match was told there."""
    bands = key_masks.shape[0]
    for b in range(band):
        share = share_of(b, radius, bands)
        both = share + share_of((b + 1) % bands, radius, bands)
        apart = np.int64(0)
        apart_next = np.int64(0)
        for w in range(4):
            differ = vectors[i, w] ^ queries[q, w]
            apart += np.int64(popcount(differ & key_masks[b, w]))
            apart_next += np.int64(popcount(differ & next_masks[b, w]))
        if apart < share and apart + apart_next < both:
            return True
    return False


@kernel(
    I64(
        given(U64, 2), given(U64, 2), given(U8, 1), given(U32, 1), given(U64, 2), given(U64, 2), filled(I64),
        filled(I64), I64, I64, *FOUND,
    )
)  # fmt: skip
def judge_candidates(
    vectors: Words, queries: Words, radii: Bytes, ids: Numbers, key_masks: Words, next_masks: Words,
    candidates: Counts, numbers: Counts, passed: int, count: int, found_queries: Counts, found_rows: Counts,
    found_distances: Bytes,
) -> int:  # fmt: skip
    """The new count after the whole distance of each candidate is known.

    Args:
        vectors: As in `search_bands`, like all that is not named here.
        queries: All queries.
        radii: Their largest distances.
        ids: Vector numbers by band and group.
        key_masks: For `found_before`.
        next_masks: For `found_before`.
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
        i = np.int64(ids[candidates[k] & LOWER])
        numbers[k] = i
        prefetch(flat, np.intp(4 * i))
    for k in range(passed):
        i, q = numbers[k], candidates[k] >> 32
        apart = distance(vectors, i, queries, q)
        if apart <= radii[q] and not found_before(
            vectors, i, queries, q, (candidates[k] & LOWER) // n, np.int64(radii[q]), key_masks, next_masks
        ):
            if count < found_rows.size:
                found_queries[count] = q
                found_rows[count] = i
                found_distances[count] = apart
            count += 1
    return count


@kernel(I64(given(U64, 2), I64, I64, I64, I64, given(U32, 1), given(I64, 1), filled(I64)))
def list_probes(
    codes: Words, q: int, radius: int, bands: int, row: int, patterns: Numbers, pattern_ends: Counts, probes: Counts
) -> int:
    """How many groups a query has to look at; each is written as one packed number, as `search_bands` tells."""
    count = np.int64(0)
    for band in range(bands):
        share = share_of(band, radius, bands)
        if share == 0:
            continue
        both = share + share_of((band + 1) % bands, radius, bands)
        group = np.uint32(codes[q, band] >> np.uint64(16))
        sketch = np.int64(codes[q, band] & np.uint64(0xFFFF))
        for k in range(pattern_ends[share - 1], pattern_ends[share]):
            flips = np.int64(popcount(patterns[k]))
            place = band * row + np.int64(group ^ patterns[k])
            probes[count] = place | ((share - flips) << 40) | ((both - flips) << 44) | (sketch << 48)
            count += 1
    return count


@kernel(
    I64(
        given(U64, 2), given(U64, 2), given(U64, 2), given(U8, 1), I64, I64,
        given(U32, 1), given(U32, 1), given(U16, 1), given(U32, 1), given(I64, 1), U16, given(U64, 2), given(U64, 2),
        filled(I64), filled(I64), filled(I64), filled(I64), I64, filled(I64), *FOUND,
    )
)  # fmt: skip
def search_bands(
    vectors: Words, queries: Words, codes: Words, radii: Bytes, begin: int, end: int,
    starts: Numbers, ids: Numbers, sketches: Halves, patterns: Numbers, pattern_ends: Counts, low_mask: np.uint16,
    key_masks: Words, next_masks: Words,
    probes: Counts, spans: Counts, candidates: Counts, numbers: Counts, work_limit: int, work_done: Counts,
    found_queries: Counts, found_rows: Counts, found_distances: Bytes,
) -> int:  # fmt: skip
    """How many matches queries begin..end-1 have, by the bands; as many as fit are written.

    A radius r gives the eleven bands r + 1 shares between them, as evenly as can be. A vector within r differs, in at
    least one band, by less than that band's share, and in that band and the next together by less than both shares
    (the cyclic form of the pigeonhole principle). So: for every band, every group whose key lies near enough; for
    every vector of such a group, the two conditions on its sketch; for the few that pass, the whole distance. Each
    step prefetches for the one after. A query that would cost more than a scan of everything is scanned.

    Args:
        vectors: (n, 4) uint64.
        queries: (m, 4) uint64.
        codes: (m, 11) uint64, of the queries, from `code_vectors`.
        radii: (m,) uint8, 31 at most.
        begin: The first query.
        end: Behind the last.
        starts: (11 * (groups + 1),) uint32, the first position of each group in `ids` and `sketches`.
        ids: (11 * n,) uint32, the vectors of each group, band after band.
        sketches: (11 * n + 16,) uint16, their sketches.
        patterns: uint32, the keys within 0, then within 1, then within 2 flips of zero.
        pattern_ends: (4,) int64: zero, and where each of the three lists ends.
        low_mask: The bits of a sketch that belong to the band itself; the others are the next band's.
        key_masks: (11, 4) uint64, the bits of each band in a vector.
        next_masks: (11, 4) uint64, the bits of the next band that a sketch holds.
        probes: Scratch for the groups of one query, packed: place in `starts`, 40 bits; share less flips, 4 bits; both
            shares less flips, 4 bits; sketch, 16 bits.
        spans: Scratch, 2 * (`RING` + 1) long.
        candidates: Scratch of any length.
        numbers: Scratch, as long.
        work_limit: Sketches looked at (a candidate counts as 16) before a query is scanned instead.
        work_done: (4,) int64, added to: groups, sketches, candidates, scans.
        found_queries: (capacity,) int64, overwritten.
        found_rows: Likewise.
        found_distances: (capacity,) uint8, overwritten.
    """
    bands = key_masks.shape[0]
    row = starts.size // bands
    count = np.int64(0)
    for q in range(begin, end):
        radius = np.int64(radii[q])
        count_before = count
        total = list_probes(codes, q, radius, bands, row, patterns, pattern_ends, probes)
        for k in range(min(FAR, total)):
            prefetch(starts, np.intp(probes[k] & PLACE))
        work = np.int64(0)
        passed = np.int64(0)
        tested = np.int64(0)
        for step in range(total + NEAR):
            if step + FAR < total:
                prefetch(starts, np.intp(probes[step + FAR] & PLACE))
            if step < total:
                place = probes[step] & PLACE
                a, b = np.int64(starts[place]), np.int64(starts[place + 1])
                spans[2 * (step & RING)] = a
                spans[2 * (step & RING) + 1] = b
                prefetch(sketches, np.intp(a))
                prefetch(sketches, np.intp(b))
                work += b - a
            if work > work_limit:
                break
            if step < NEAR:
                continue
            packed = probes[step - NEAR]
            sketch = np.uint16((packed >> 48) & 0xFFFF)
            room = np.uint16((packed >> 40) & 15)
            both = np.uint16((packed >> 44) & 15)
            stop = spans[2 * ((step - NEAR) & RING) + 1]
            for first in range(spans[2 * ((step - NEAR) & RING)], stop, LANES):
                near = near_lanes(sketches, np.intp(first), sketch, low_mask, room, both)
                if stop - first < LANES:
                    near &= (np.uint64(1) << np.uint64(stop - first)) - np.uint64(1)
                while near != 0:
                    if passed == candidates.size:
                        count = judge_candidates(
                            vectors, queries, radii, ids, key_masks, next_masks, candidates, numbers, passed, count,
                            found_queries, found_rows, found_distances,
                        )  # fmt: skip
                        tested += passed
                        work += LANES * passed
                        passed = np.int64(0)
                    place = first + np.int64(lowest_bit(near))
                    near &= near - np.uint64(1)
                    candidates[passed] = (q << 32) | place
                    passed += 1
                    prefetch(ids, np.intp(place))
        if work > work_limit:
            count = scan_one(vectors, queries, q, radius, count_before, found_queries, found_rows, found_distances)
            work_done[3] += 1
        else:
            count = judge_candidates(
                vectors, queries, radii, ids, key_masks, next_masks, candidates, numbers, passed, count,
                found_queries, found_rows, found_distances,
            )  # fmt: skip
        work_done[0] += total
        work_done[1] += work
        work_done[2] += tested + passed
    return count
