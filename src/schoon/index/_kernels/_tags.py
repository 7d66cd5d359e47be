"""Kernels over the sorted tags of one exact kind.

A tag comes as two little-endian words; the file sorts by its bytes, which is by the words with their bytes swapped.
"""

import numpy as np
from numba import types

from schoon.index._kernels._compile import (
    I64,
    U32,
    U64,
    Counts,
    Numbers,
    Words,
    filled,
    given,
    kernel,
    prefetch,
    swapped,
)

AHEAD = 24
"""How many tags ahead the filter is asked for."""


@kernel(I64(given(U64, 2), given(U32, 1)))
def first_disorder(tags: Words, rows: Numbers) -> int:
    """The first i whose (tag, row) does not come after that of i - 1, or -1.

    Args:
        tags: (n, 2) uint64.
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


@kernel(
    types.void(
        given(U64, 2), given(U32, 1), given(U64, 2), given(U32, 1), filled(U64, 2), filled(U32),
    )
)  # fmt: skip
def merge_tags(
    tags: Words, rows: Numbers, more_tags: Words, more_rows: Numbers, all_tags: Words, all_rows: Numbers
) -> None:
    """Write two sorted tag tables as one; of equal tags those of the first table come first.

    Args:
        tags, rows: (n, 2) uint64 sorted as in the file, (n,) uint32.
        more_tags, more_rows: (m, 2) and (m,), likewise.
        all_tags, all_rows: (n + m, 2) and (n + m,), overwritten.
    """
    n, m = tags.shape[0], more_tags.shape[0]
    i = j = 0
    for k in range(n + m):
        if j == m:
            first = True
        elif i == n:
            first = False
        else:
            a, b = swapped(tags[i, 0]), swapped(more_tags[j, 0])
            first = a < b or (a == b and swapped(tags[i, 1]) <= swapped(more_tags[j, 1]))
        if first:
            all_tags[k, 0], all_tags[k, 1], all_rows[k] = tags[i, 0], tags[i, 1], rows[i]
            i += 1
        else:
            all_tags[k, 0], all_tags[k, 1], all_rows[k] = more_tags[j, 0], more_tags[j, 1], more_rows[j]
            j += 1


@kernel(U64(U64))
def filter_bits(word: np.uint64) -> np.uint64:
    """The four bits (some may coincide) that a tag sets in its word of the filter; from the top of its second word."""
    one, low = np.uint64(1), np.uint64(63)
    return (
        (one << (word >> np.uint64(58)))
        | (one << ((word >> np.uint64(52)) & low))
        | (one << ((word >> np.uint64(46)) & low))
        | (one << ((word >> np.uint64(40)) & low))
    )


@kernel(types.void(given(U64, 2), U64, filled(U64), filled(U32)))
def build_exact(tags: Words, shift: np.uint64, filter_words: Words, starts: Numbers) -> None:
    """Fill the filter and the first position of every prefix of a sorted tag table.

    Args:
        tags: (n, 2) uint64, sorted as in the file.
        shift: 64 minus the number of prefix bits.
        filter_words: A power of two of uint64, all zero.
        starts: (prefixes + 1,) uint32, overwritten.
    """
    mask = np.uint64(filter_words.size - 1)
    n = tags.shape[0]
    place = 0
    for i in range(n):
        if i + AHEAD < n:
            prefetch(filter_words, np.intp(tags[i + AHEAD, 1] & mask))
        word = tags[i, 1]
        filter_words[word & mask] |= filter_bits(word)
        prefix = np.int64(swapped(tags[i, 0]) >> shift)
        while place <= prefix:
            starts[place] = i
            place += 1
    while place < starts.size:
        starts[place] = n
        place += 1


@kernel(I64(given(U64, 2), I64, I64, given(U64, 1), filled(U32)))
def pass_filter(queries: Words, first: int, last: int, filter_words: Words, passing: Numbers) -> int:
    """How many of the queries first..last-1 pass the filter; their distances from `first` are written to `passing`."""
    mask = np.uint64(filter_words.size - 1)
    passed = 0
    safe = max(first, last - AHEAD)
    for i in range(first, last):
        prefetch(filter_words, np.intp(queries[min(i + AHEAD, last - 1), 1] & mask) if i < safe else np.intp(0))
        word = queries[i, 1]
        bits = filter_bits(word)
        passing[passed] = i - first
        passed += np.int64((filter_words[word & mask] & bits) == bits)
    return passed


@kernel(
    I64(
        given(U64, 2), I64, I64, given(U64, 2), given(U32, 1), U64, given(U64, 1), given(U32, 1),
        filled(U32), filled(I64), filled(I64),
    )
)  # fmt: skip
def find_tags(
    queries: Words, begin: int, end: int, tags: Words, rows: Numbers, shift: np.uint64, filter_words: Words,
    starts: Numbers, passing: Numbers, found_queries: Counts, found_rows: Counts,
) -> int:  # fmt: skip
    """How many (query, row) pairs there are for queries begin..end-1; as many as fit are written.

    First every query meets the filter (one cache line each, prefetched); the few that pass are compared whole.

    Args:
        queries: (m, 2) uint64.
        begin: The first query.
        end: Behind the last.
        tags: (n, 2) uint64, sorted.
        rows: (n,) uint32, of each tag.
        shift: As in `build_exact`, which made `filter_words` and `starts`.
        filter_words: One word a query is looked at.
        starts: First position of each prefix.
        passing: Scratch; its length is the number of queries that meet the filter before any is compared.
        found_queries: (capacity,) int64, overwritten.
        found_rows: Likewise.
    """
    count = 0
    for first in range(begin, end, passing.size):
        passed = pass_filter(queries, first, min(first + passing.size, end), filter_words, passing)
        for k in range(passed):
            prefetch(starts, np.intp(swapped(queries[first + np.int64(passing[k]), 0]) >> shift))
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
