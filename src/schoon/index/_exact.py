"""The tags of one exact kind in memory: a filter that fits the cache, prefixes, and the whole tags in order."""

import numpy as np
from numpy.typing import NDArray

from schoon.index._compiled import kernels
from schoon.index._threads import spread

FILTER_BITS_PER_TAG = 12
TAGS_PER_PREFIX = 4
PASSING = 8192
"""Queries per round of the kernel: their numbers stay in the first-level cache."""
LEAST_PER_THREAD = 32_768

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


class ExactTable:
    """Finds tags among n sorted ones. Immutable."""

    __slots__ = ("_filter", "_rows", "_shift", "_starts", "_tags")

    def __init__(self, tags: NDArray[np.uint8], rows: NDArray[np.uint32]) -> None:
        """Build the filter and the prefixes over (n, 16) tags in file order, and keep the arrays as they are."""
        self._tags = tags.reshape(-1, 16).view(np.uint64)
        self._rows = rows
        count = max(1, len(rows))
        words = 1 << max(0, (count * FILTER_BITS_PER_TAG // 64).bit_length())
        prefix_bits = max(1, (count // TAGS_PER_PREFIX).bit_length())
        self._shift = np.uint64(64 - prefix_bits)
        self._filter = np.zeros(words, dtype=np.uint64)
        self._starts = np.empty((1 << prefix_bits) + 1, dtype=np.uint32)
        kernels().build_exact(self._tags, self._shift, self._filter, self._starts)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def columns(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        """Tags (n, 16) and rows, as given."""
        return self._tags.view(np.uint8), self._rows

    def find(self, tags: NDArray[np.uint8], *, threads: int | None = None) -> Pairs:
        """Positions in the batch and rows of every match, duplicates included, by position."""
        if not len(self._rows) or not len(tags):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        queries = np.require(tags, requirements=["C", "A"]).view(np.uint64)
        parts = spread(lambda a, b: self._find(queries, a, b), len(queries), least=LEAST_PER_THREAD, threads=threads)
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _find(self, queries: NDArray[np.uint64], begin: int, end: int) -> Pairs:
        passing = np.empty(min(PASSING, max(1, end - begin)), dtype=np.uint32)
        capacity = (end - begin) // 64 + 1024
        while True:
            found_queries, found_rows = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
            count = kernels().find_tags(
                queries, begin, end, self._tags, self._rows, self._shift, self._filter, self._starts, passing,
                found_queries, found_rows,
            )  # fmt: skip
            if count <= capacity:
                return found_queries[:count], found_rows[:count]
            capacity = count
