"""The compiled loops of the index: arrays in, arrays out, no allocation, no exceptions, the GIL released.

Every signature is explicit, so that all compile when this module is imported (and come from numba's cache the next time), never
inside a request. Inputs are declared read-only, which takes writable arrays as well. Twins: tests/naive_index.py.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

# --- intrinsics -------------------------------------------------------------------------------------------------------


@intrinsic
def prefetch(typing_context, array, index):  # type: ignore[no-untyped-def] # numba calls it with its own types
    """Ask for the cache line that holds array[index] of a one-dimensional array; any index is harmless."""

    def generate(context, builder, signature, args):  # type: ignore[no-untyped-def] # numba calls it
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        address = builder.bitcast(builder.gep(data, [args[1]]), ir.PointerType(ir.IntType(8)))
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, word(0), word(3), word(1)])  # read, keep in every cache level, data
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@intrinsic
def popcount(typing_context, number):  # type: ignore[no-untyped-def] # numba calls it with its own types
    """The number of bits set."""

    def generate(context, builder, signature, args):  # type: ignore[no-untyped-def] # numba calls it
        return builder.ctpop(args[0])

    return number(number), generate


@intrinsic
def swapped(typing_context, number):  # type: ignore[no-untyped-def] # numba calls it with its own types
    """The eight bytes in the other order: a little-endian word as the big-endian number that the file sorts by."""

    def generate(context, builder, signature, args):  # type: ignore[no-untyped-def] # numba calls it
        return builder.bswap(args[0])

    return number(number), generate


def _in(dtype, dimensions):  # type: ignore[no-untyped-def] # numba has no types
    return types.Array(dtype, dimensions, "C", readonly=True)


U8, U16, U32, U64, I64 = types.uint8, types.uint16, types.uint32, types.uint64, types.int64
TAGS = _in(U64, 2)
OPTIONS = {"nogil": True, "cache": True, "boundscheck": False, "error_model": "numpy"}

# --- exact tags -------------------------------------------------------------------------------------------------------


@njit(I64(TAGS, _in(U32, 1)), **OPTIONS)
def first_disorder(tags, rows):
    """The first i whose (tag, row) does not come after that of i - 1, or -1.

    Args:
        tags: (n, 2) uint64, the file's 16 bytes as two little-endian words.
        rows: (n,) uint32.
    """
    for i in range(1, tags.shape[0]):
        a, b = swapped(tags[i - 1, 0]), swapped(tags[i, 0])
        if a < b:
            continue
        if a > b:
            return i
        a, b = swapped(tags[i - 1, 1]), swapped(tags[i, 1])
        if a > b or (a == b and rows[i - 1] >= rows[i]):
            return i
    return -1


@njit(U64(U64), inline="always", **OPTIONS)
def filter_bits(word):
    """The four bits (some may coincide) that a tag sets in its word of the filter, from the top 24 bits of its second word."""
    one = np.uint64(1)
    low = np.uint64(63)
    return (
        (one << (word >> np.uint64(58)))
        | (one << ((word >> np.uint64(52)) & low))
        | (one << ((word >> np.uint64(46)) & low))
        | (one << ((word >> np.uint64(40)) & low))
    )


@njit(types.void(TAGS, U64, types.Array(U64, 1, "C"), types.Array(U32, 1, "C")), **OPTIONS)
def build_exact(tags, shift, filter_words, starts):
    """Fill the filter and the first position of every prefix of a sorted tag table.

    Args:
        tags: (n, 2) uint64, sorted as in the file.
        shift: 64 minus the number of prefix bits.
        filter_words: (power of two,) uint64, all zero.
        starts: (prefixes + 1,) uint32, overwritten.
    """
    mask = np.uint64(filter_words.size - 1)
    n = tags.shape[0]
    ahead = 32
    place = 0
    for i in range(n):
        if i + ahead < n:
            prefetch(filter_words, np.intp(tags[i + ahead, 1] & mask))
        word = tags[i, 1]
        filter_words[word & mask] |= filter_bits(word)
        prefix = np.int64(swapped(tags[i, 0]) >> shift)
        while place <= prefix:
            starts[place] = i
            place += 1
    while place < starts.size:
        starts[place] = n
        place += 1


@njit(
    I64(
        TAGS, I64, I64, TAGS, _in(U32, 1), U64, _in(U64, 1), _in(U32, 1),
        types.Array(U32, 1, "C"), types.Array(I64, 1, "C"), types.Array(I64, 1, "C"),
    ),
    **OPTIONS,
)  # fmt: skip
def find_tags(queries, begin, end, tags, rows, shift, filter_words, starts, passing, found_queries, found_rows):
    """How many (query, row) pairs there are for queries begin..end-1; as many as fit are written.

    First every query meets the filter (one cache line each, prefetched); the few that pass are compared whole.

    Args:
        queries: (m, 2) uint64.
        tags: (n, 2) uint64 sorted; rows, shift, filter_words and starts belong to it (`build_exact`).
        passing: scratch, a power of two of uint32.
        found_queries: (capacity,) int64, overwritten.
        found_rows: likewise.
    """
    mask = np.uint64(filter_words.size - 1)
    filter_flat = filter_words
    count = 0
    ahead = 24
    block = passing.size
    for first in range(begin, end, block):
        last = min(first + block, end)
        passed = 0
        safe = max(first, min(last, end - ahead))
        for i in range(first, safe):
            prefetch(filter_flat, np.intp(queries[i + ahead, 1] & mask))
            word = queries[i, 1]
            bits = filter_bits(word)
            passing[passed] = i - first
            passed += np.int64((filter_words[word & mask] & bits) == bits)
        for i in range(safe, last):
            word = queries[i, 1]
            bits = filter_bits(word)
            passing[passed] = i - first
            passed += np.int64((filter_words[word & mask] & bits) == bits)
        for k in range(passed):
            prefetch(starts, np.intp(swapped(queries[first + passing[k], 0]) >> shift))
        for k in range(passed):
            i = first + np.int64(passing[k])
            a, b = queries[i, 0], queries[i, 1]
            prefix = np.int64(swapped(a) >> shift)
            for j in range(starts[prefix], starts[prefix + 1]):
                if tags[j, 0] == a and tags[j, 1] == b:
                    if count < found_rows.size:
                        found_queries[count] = i
                        found_rows[count] = rows[j]
                    count += 1
    return count


# --- PDQ vectors ------------------------------------------------------------------------------------------------------


@njit(types.void(_in(U8, 2), _in(U64, 2), types.Array(U64, 1, "C")), **OPTIONS)
def code_vectors(vectors, table, codes):
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


@njit(types.void(_in(U64, 1), types.Array(U32, 1, "C"), types.Array(U32, 1, "C"), types.Array(U16, 1, "C")), **OPTIONS)
def build_band(codes, starts, ids, sketches):
    """Sort the vectors of one band by group.

    Args:
        codes: (n,) uint64, from `code_vectors`.
        starts: (groups + 1,) uint32, all zero; then the first position of each group.
        ids: (n,) uint32, overwritten: vector numbers by group, ascending inside one.
        sketches: (n,) uint16, overwritten: their sketches.
    """
    n = codes.size
    ahead = 24
    shift = np.uint64(16)
    for i in range(n):
        if i + ahead < n:
            prefetch(starts, np.intp(codes[i + ahead] >> shift))
        starts[(codes[i] >> shift) + np.uint64(1)] += np.uint32(1)
    total = np.uint32(0)
    for group in range(starts.size):
        total += starts[group]
        starts[group] = total
    for i in range(n):
        if i + ahead < n:
            prefetch(starts, np.intp(codes[i + ahead] >> shift))
        if i + 8 < n:
            near = np.intp(starts[codes[i + 8] >> shift])
            prefetch(ids, near)
            prefetch(sketches, near)
        group = codes[i] >> shift
        place = starts[group]
        ids[place] = i
        sketches[place] = np.uint16(codes[i] & np.uint64(0xFFFF))
        starts[group] = place + np.uint32(1)
    for group in range(starts.size - 1, 0, -1):
        starts[group] = starts[group - 1]
    starts[0] = 0


@njit(I64(_in(U64, 2), I64, _in(U64, 2), I64), inline="always", **OPTIONS)
def distance(vectors, i, queries, q):
    """The Hamming distance of two vectors of four words."""
    return np.int64(
        popcount(vectors[i, 0] ^ queries[q, 0])
        + popcount(vectors[i, 1] ^ queries[q, 1])
        + popcount(vectors[i, 2] ^ queries[q, 2])
        + popcount(vectors[i, 3] ^ queries[q, 3])
    )


FOUND = (types.Array(I64, 1, "C"), types.Array(I64, 1, "C"), types.Array(U8, 1, "C"))


@njit(I64(_in(U64, 2), _in(U64, 2), I64, I64, I64, *FOUND), **OPTIONS)
def scan_one(vectors, queries, q, radius, count, found_queries, found_rows, found_distances):
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


@njit(I64(_in(U64, 2), _in(U64, 2), _in(U8, 1), I64, I64, *FOUND), **OPTIONS)
def scan_vectors(vectors, queries, radii, begin, end, found_queries, found_rows, found_distances):
    """How many matches queries begin..end-1 have, by comparing with every vector; as many as fit are written."""
    count = 0
    for q in range(begin, end):
        count = scan_one(vectors, queries, q, np.int64(radii[q]), count, found_queries, found_rows, found_distances)
    return count


@njit(types.boolean(_in(U64, 2), I64, _in(U64, 2), I64, I64, I64, _in(U64, 2), _in(U64, 2)), **OPTIONS)
def found_before(vectors, i, queries, q, band, radius, key_masks, next_masks):
    """Whether a band before this one leads to vector i too: then the match was reported there."""
    bands = key_masks.shape[0]
    for b in range(band):
        share = (radius + 1) // bands + np.int64(b < (radius + 1) % bands)
        after = (b + 1) % bands
        share_after = (radius + 1) // bands + np.int64(after < (radius + 1) % bands)
        apart = np.int64(0)
        apart_after = np.int64(0)
        for w in range(4):
            differ = vectors[i, w] ^ queries[q, w]
            apart += np.int64(popcount(differ & key_masks[b, w]))
            apart_after += np.int64(popcount(differ & next_masks[b, w]))
        if apart < share and apart + apart_after < share + share_after:
            return True
    return False


@njit(
    I64(
        _in(U64, 2), _in(U64, 2), _in(U64, 2), _in(U8, 1), I64, I64, _in(U32, 1), _in(U32, 1), _in(U16, 1),
        _in(U32, 1), _in(I64, 1), U16, _in(U64, 2), _in(U64, 2), types.Array(I64, 1, "C"), types.Array(I64, 1, "C"),
        I64, types.Array(I64, 1, "C"), *FOUND,
    ),
    **OPTIONS,
)  # fmt: skip
def search_bands(
    vectors, queries, codes, radii, begin, end, starts, ids, sketches, patterns, pattern_ends, low_mask, key_masks,
    next_masks, spans, candidates, work_limit, work_done, found_queries, found_rows, found_distances,
):  # fmt: skip
    """How many matches queries begin..end-1 have, by the bands; as many as fit are written.

    A radius r gives the eleven bands r + 1 shares between them, as evenly as can be. A vector within r differs, in at least
    one band, by less than that band's share, and in that band and the next together by less than both shares (the cyclic form
    of the pigeonhole principle). So: for every band, every group whose key lies near enough; for every vector of such a group,
    the two conditions on its sketch; for the few that pass, the whole distance. A query that would cost more than a scan of
    everything is scanned.

    Args:
        vectors: (n, 4) uint64.
        queries: (m, 4) uint64; codes (m, 11) uint64 from `code_vectors`; radii (m,) uint8, 31 at most.
        starts: (11 * (groups + 1),) uint32, ids (11 * n,) uint32 and sketches (11 * n,) uint16: the bands, one after another.
        patterns: uint32, the keys within 0, then within 1, then within 2 flips of zero; pattern_ends (4,) where each list ends.
        low_mask: The bits of a sketch that belong to the band itself; the others are the next band's.
        key_masks: (11, 4) uint64, the bits of each band in a vector; next_masks likewise for the next band's bits in a sketch.
        spans: Scratch, twice the number of patterns within two flips.
        candidates: Scratch.
        work_limit: Sketches looked at (a candidate counts as 16) before a query is scanned instead.
        work_done: (3,) int64, added to: groups, sketches, candidates.
    """
    bands = key_masks.shape[0]
    n = vectors.shape[0]
    row = starts.size // bands
    flat = vectors.reshape(-1)
    count = np.int64(0)
    for q in range(begin, end):
        radius = np.int64(radii[q])
        count_before = count
        work = np.int64(0)
        for band in range(bands):
            share = (radius + 1) // bands + np.int64(band < (radius + 1) % bands)
            if share == 0 or work > work_limit:
                continue
            after = (band + 1) % bands
            both = share + (radius + 1) // bands + np.int64(after < (radius + 1) % bands)
            group = np.uint32(codes[q, band] >> np.uint64(16))
            sketch = np.uint16(codes[q, band] & np.uint64(0xFFFF))
            first, last = pattern_ends[share - 1], pattern_ends[share]
            base = band * row
            offset = band * n
            for k in range(first, last):
                prefetch(starts, np.intp(base + np.int64(group ^ patterns[k])))
            for k in range(first, last):
                place = base + np.int64(group ^ patterns[k])
                a, b = np.int64(starts[place]), np.int64(starts[place + 1])
                spans[2 * (k - first)] = a
                spans[2 * (k - first) + 1] = b
                work += b - a
                prefetch(sketches, np.intp(offset + a))
                prefetch(sketches, np.intp(offset + b - 1))
            work_done[0] += last - first
            if work > work_limit:
                continue
            passed = 0
            for k in range(first, last):
                flips = np.int64(popcount(patterns[k]))
                room = share - flips
                room_both = both - flips
                for j in range(offset + spans[2 * (k - first)], offset + spans[2 * (k - first) + 1]):
                    differ = sketches[j] ^ sketch
                    near = np.int64(popcount(differ & low_mask)) < room
                    near_both = np.int64(popcount(differ)) < room_both
                    if near & near_both:
                        if passed < candidates.size:
                            candidates[passed] = j
                            prefetch(ids, np.intp(j))
                        passed += 1
            work += 16 * passed
            work_done[2] += passed
            if passed > candidates.size:
                work = work_limit + 1
                continue
            for k in range(passed):
                i = np.int64(ids[candidates[k]])
                candidates[k] = i
                prefetch(flat, np.intp(4 * i))
            for k in range(passed):
                i = candidates[k]
                apart = distance(vectors, i, queries, q)
                if apart <= radius and not found_before(vectors, i, queries, q, band, radius, key_masks, next_masks):
                    if count < found_rows.size:
                        found_queries[count] = q
                        found_rows[count] = i
                        found_distances[count] = apart
                    count += 1
        work_done[1] += work
        if work > work_limit:
            count = scan_one(vectors, queries, q, radius, count_before, found_queries, found_rows, found_distances)
    return count
