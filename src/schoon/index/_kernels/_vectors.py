"""Kernels that sort vectors into bands, compare two of them, and scan all of them."""

import numpy as np
from numba import types

from schoon.index._bit_order import BAND_BITS, BAND_COUNT, SKETCH_BITS
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


@kernel(U64(given(U64, 2), U64, U64, U64))
def bits_of(words: Words, i: np.uint64, first: np.uint64, count: np.uint64) -> np.uint64:
    """Bits first..first+count-1 of vector i as a number; at most 63, and none of them beyond the vector."""
    one, word, place = np.uint64(1), first >> np.uint64(6), first & np.uint64(63)
    following = min(word + one, np.uint64(3))  # of a key that ends in `word` nothing is taken from there
    value = (words[i, word] >> place) | ((words[i, following] << one) << (np.uint64(63) - place))
    return np.uint64(value & ((one << count) - one))


@kernel(U64(given(U64, 2), U64, U64, U64))
def code_of(words: Words, i: np.uint64, band: np.uint64, low_bits: np.uint64) -> np.uint64:
    """The code of vector i in one band: its group from bit 16 on, its sketch below.

    The band's key is cut in two: its lowest `low_bits` and, in the rest of the sketch, the lowest bits of the next
    band's key; the key's other bits are the group.
    """
    own = bits_of(words, i, band * np.uint64(BAND_BITS), np.uint64(BAND_BITS))
    following = band + np.uint64(1) if band + np.uint64(1) < np.uint64(BAND_COUNT) else np.uint64(0)
    borrowed = bits_of(words, i, following * np.uint64(BAND_BITS), np.uint64(SKETCH_BITS) - low_bits)
    low = own & ((np.uint64(1) << low_bits) - np.uint64(1))
    return low | (borrowed << low_bits) | ((own >> low_bits) << np.uint64(SKETCH_BITS))


@kernel(types.void(given(U64, 2), U64, types.Array(U64, 2, "C")))
def code_vectors(words: Words, low_bits: np.uint64, codes: Words) -> None:
    """Write the (n, 11) codes of (n, 4) words in every band."""
    for i in range(np.uint64(words.shape[0])):
        for band in range(np.uint64(BAND_COUNT)):
            codes[i, band] = code_of(words, i, band, low_bits)


@kernel(types.void(given(U64, 2), U64, U64, U64, U32, filled(U64), filled(U64), filled(U32), filled(U32), filled(U16)))
def build_band(
    words: Words, band: np.uint64, low_bits: np.uint64, run_bits: np.uint64, base: np.uint32, ends: Words,
    packed: Words, starts: Numbers, ids: Numbers, sketches: Halves,
) -> None:  # fmt: skip
    """Sort the vectors of one band by group: first into runs of groups, then each run, which fits a cache, by group.

    Args:
        words: (n, 4) uint64.
        band: Which.
        low_bits: As in `code_of`.
        run_bits: Bits of a group that name it inside its run.
        base: Added to every start: where this band's part of all bands begins.
        ends: Scratch, one more than there are runs; all zero.
        packed: Scratch, (n,) uint64.
        starts: (groups + 1,) uint32, all zero; then base plus the first position of each group.
        ids: (n,) uint32, overwritten: vector numbers by group, ascending inside one.
        sketches: (n,) uint16, overwritten: their sketches.
    """
    one, half, sketch_mask = np.uint64(1), np.uint64(32), np.uint64((1 << SKETCH_BITS) - 1)
    shift, run_mask = np.uint64(SKETCH_BITS) + run_bits, (one << run_bits) - one
    for i in range(np.uint64(words.shape[0])):
        ends[(code_of(words, i, band, low_bits) >> shift) + one] += one
    for run in range(1, ends.size):
        ends[run] += ends[run - 1]
    for i in range(np.uint64(words.shape[0])):
        code = code_of(words, i, band, low_bits)
        run = code >> shift
        packed[ends[run]] = ((code & ((run_mask << np.uint64(SKETCH_BITS)) | sketch_mask)) << half) | i
        ends[run] += one
    first = np.uint64(0)
    starts[0] = base
    for run in range(np.uint64(ends.size - 1)):
        last, group = ends[run], run << run_bits
        for k in range(first, last):
            starts[group + (packed[k] >> np.uint64(SKETCH_BITS + 32)) + one] += np.uint32(1)
        place = np.uint32(first)
        for g in range(group + one, group + one + (one << run_bits)):
            size = starts[g]
            starts[g] = place
            place += size
        for k in range(first, last):
            cursor = group + (packed[k] >> np.uint64(SKETCH_BITS + 32)) + one
            at = np.uint64(starts[cursor])
            ids[at] = np.uint32(packed[k] & np.uint64(0xFFFFFFFF))
            sketches[at] = np.uint16((packed[k] >> half) & sketch_mask)
            starts[cursor] = np.uint32(at + one)
        for g in range(group + one, group + one + (one << run_bits)):
            starts[g] += base
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
