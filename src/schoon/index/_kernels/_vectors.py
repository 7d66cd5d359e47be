"""Kernels that sort vectors into bands, compare two of them, and scan all of them."""

import numpy as np
from numba import types

from schoon.index._bit_order import BAND_COUNT
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
)

FOUND = (filled(I64), filled(I64), filled(U8))
"""Where matches are written: query, vector, distance."""


@kernel(types.void(given(U8, 2), given(U64, 3), types.Array(U64, 2, "C")))
def reorder_bits(vectors: Bytes, table: Words, out: Words) -> None:
    """Give each vector its bits in another order.

    Args:
        vectors: (n, 32) uint8.
        table: (32, 256, 4) uint64, what each value of each byte sets.
        out: (n, 4) uint64, overwritten; may be the same memory as `vectors`.
    """
    for i in range(vectors.shape[0]):
        first = second = third = fourth = np.uint64(0)
        for byte in range(32):
            value = vectors[i, byte]
            first |= table[byte, value, 0]
            second |= table[byte, value, 1]
            third |= table[byte, value, 2]
            fourth |= table[byte, value, 3]
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = first, second, third, fourth


@kernel(U64(given(U64, 2), U64, U64))
def key_of(words: Words, i: np.uint64, band: np.uint64) -> np.uint64:
    """The sixteen bits of vector i in one band."""
    return np.uint64((words[i, band >> np.uint64(2)] >> ((band & np.uint64(3)) << np.uint64(4))) & np.uint64(0xFFFF))


@kernel(U64(given(U8, 1), U64, U64))
def id_at(ids: Bytes, place: np.uint64, width: np.uint64) -> np.uint64:
    """The vector number at a place; numbers have three bytes or four."""
    first = place * width
    number = np.uint64(ids[first]) | (np.uint64(ids[first + np.uint64(1)]) << np.uint64(8))
    number |= np.uint64(ids[first + np.uint64(2)]) << np.uint64(16)
    if width == np.uint64(4):
        number |= np.uint64(ids[first + np.uint64(3)]) << np.uint64(24)
    return number


@kernel(types.void(given(U64, 2), U64, U32, filled(U64), filled(U64), filled(U32), filled(U8), U64, filled(U16)))
def build_band(
    words: Words, band: np.uint64, base: np.uint32, ends: Words, packed: Words, starts: Numbers, ids: Bytes,
    width: np.uint64, sketches: Halves,
) -> None:  # fmt: skip
    """Sort the vectors of one band by key: first into 256 runs of keys, then each run, which fits a cache, by key.

    Args:
        words: (n, 4) uint64.
        band: Which.
        base: Added to every start: where this band's part of all bands begins.
        ends: Scratch, (257,) uint64, all zero.
        packed: Scratch, (n,) uint64.
        starts: (65537,) uint32, all zero; then base plus the first position of each key.
        ids: (n * width,) uint8, overwritten: vector numbers by key, ascending under one key.
        width: Bytes of a vector number, 3 or 4.
        sketches: (n,) uint16, overwritten: the keys of the same vectors in the next band.
    """
    one, byte, half = np.uint64(1), np.uint64(8), np.uint64(32)
    count, following = np.uint64(words.shape[0]), (band + one) & np.uint64(BAND_COUNT - 1)
    for i in range(count):
        ends[(key_of(words, i, band) >> byte) + one] += one
    for run in range(1, ends.size):
        ends[run] += ends[run - 1]
    for i in range(count):
        key = key_of(words, i, band)
        packed[ends[key >> byte]] = (
            ((key & np.uint64(0xFF)) << np.uint64(48)) | (key_of(words, i, following) << half) | i
        )
        ends[key >> byte] += one
    first = np.uint64(0)
    starts[0] = base
    for run in range(np.uint64(256)):
        last, key = ends[run], (run << byte) + one
        for k in range(first, last):
            starts[key + (packed[k] >> np.uint64(48))] += np.uint32(1)
        place = np.uint32(first)
        for end in range(key, key + np.uint64(256)):
            size = starts[end]
            starts[end] = place
            place += size
        for k in range(first, last):
            end = key + (packed[k] >> np.uint64(48))
            at = np.uint64(starts[end])
            for part in range(width):
                ids[at * width + part] = np.uint8((packed[k] >> (part * byte)) & np.uint64(0xFF))
            sketches[at] = np.uint16((packed[k] >> half) & np.uint64(0xFFFF))
            starts[end] = np.uint32(at + one)
        for end in range(key, key + np.uint64(256)):
            starts[end] += base
        first = last


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
