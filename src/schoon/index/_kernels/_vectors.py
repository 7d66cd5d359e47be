"""Kernels that sort vectors into bands, compare two of them, and scan all of them."""

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
    popcount,
    prefetch,
)

AHEAD, NEAR = 24, 8
"""How many vectors ahead the group's start is asked for, and then its place."""
FOUND = (filled(I64), filled(I64), filled(U8))
"""Where matches are written: query, vector, distance."""


@kernel(types.void(given(U8, 2), given(U64, 2), filled(U64)))
def code_vectors(vectors: Bytes, table: Words, codes: Words) -> None:
    """The code of every vector in one band: its group above bit 16, its sketch below.

    Args:
        vectors: (n, 32) uint8.
        table: (32, 256) uint64, what each value of each byte adds to the code.
        codes: (n,) uint64, overwritten.
    """
    for i in range(vectors.shape[0]):
        code = np.uint64(0)
        for byte in range(32):
            code |= table[byte, vectors[i, byte]]
        codes[i] = code


@kernel(types.void(given(U64, 1), U32, filled(U32), filled(U32), filled(U16)))
def build_band(codes: Words, base: np.uint32, starts: Numbers, ids: Numbers, sketches: Halves) -> None:
    """Sort the vectors of one band by group.

    Args:
        codes: (n,) uint64, from `code_vectors`.
        base: Added to every start: where this band's part of all bands begins.
        starts: (groups + 1,) uint32, all zero; then base plus the first position of each group.
        ids: (n,) uint32, overwritten: vector numbers by group, ascending inside one.
        sketches: (n,) uint16, overwritten: their sketches.
    """
    n = codes.size
    shift = np.uint64(16)
    for i in range(n):
        if i + AHEAD < n:
            prefetch(starts, np.intp(codes[i + AHEAD] >> shift))
        starts[(codes[i] >> shift) + np.uint64(1)] += np.uint32(1)
    total = np.uint32(0)
    for group in range(starts.size):
        total += starts[group]
        starts[group] = total
    for i in range(n):
        if i + AHEAD < n:
            prefetch(starts, np.intp(codes[i + AHEAD] >> shift))
        if i + NEAR < n:
            near = np.intp(starts[codes[i + NEAR] >> shift])
            prefetch(ids, near)
            prefetch(sketches, near)
        group = codes[i] >> shift
        place = starts[group]
        ids[place] = i
        sketches[place] = np.uint16(codes[i] & np.uint64(0xFFFF))
        starts[group] = place + np.uint32(1)
    for group in range(starts.size - 1, 0, -1):
        starts[group] = base + starts[group - 1]
    starts[0] = base


@kernel(I64(given(U64, 2), I64, given(U64, 2), I64))
def distance(vectors: Words, i: int, queries: Words, q: int) -> np.int64:
    """The Hamming distance of two vectors of four words."""
    return np.int64(
        popcount(vectors[i, 0] ^ queries[q, 0])
        + popcount(vectors[i, 1] ^ queries[q, 1])
        + popcount(vectors[i, 2] ^ queries[q, 2])
        + popcount(vectors[i, 3] ^ queries[q, 3])
    )


@kernel(I64(given(U64, 2), given(U64, 2), I64, I64, I64, *FOUND))
def scan_one(
    vectors: Words, queries: Words, q: int, radius: int, count: int, found_queries: Counts, found_rows: Counts,
    found_distances: Bytes,
) -> int:  # fmt: skip
    """The new count after one query is compared with every vector."""
    for i in range(vectors.shape[0]):
        apart = distance(vectors, i, queries, q)
        if apart <= radius:
            if count < found_rows.size:
                found_queries[count] = q
                found_rows[count] = i
                found_distances[count] = apart
            count += 1
    return count


@kernel(I64(given(U64, 2), given(U64, 2), given(U8, 1), I64, I64, *FOUND))
def scan_vectors(
    vectors: Words, queries: Words, radii: Bytes, begin: int, end: int, found_queries: Counts, found_rows: Counts,
    found_distances: Bytes,
) -> int:  # fmt: skip
    """How many matches queries begin..end-1 have, by comparing with every vector; as many as fit are written."""
    count = np.int64(0)
    for q in range(begin, end):
        radius = np.int64(radii[q])
        count = scan_one(vectors, queries, q, radius, count, found_queries, found_rows, found_distances)
    return count
