"""Plain twins of the index: slow, obvious, no compiler. What the kernels are judged against."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray


def find_tags(tags: NDArray[np.uint8], rows: NDArray[np.uint32], queries: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Every (position, row), by a dict from tag to rows."""
    table: dict[bytes, list[int]] = defaultdict(list)
    for tag, row in zip(tags, rows, strict=True):
        table[tag.tobytes()].append(int(row))
    return sorted((position, row) for position, query in enumerate(queries) for row in table.get(query.tobytes(), []))


def merge_tags(*tables: tuple[NDArray[np.uint8], NDArray[np.uint32]]) -> list[tuple[bytes, int]]:
    """Every (tag, row) of the tables, by the bytes of the tag; of equal tags the first table's first."""
    return sorted(
        ((tag.tobytes(), int(row)) for tags, rows in tables for tag, row in zip(tags, rows, strict=True)),
        key=lambda pair: pair[0],
    )


def distances_to(vectors: NDArray[np.uint8], query: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The Hamming distance of every vector to one query."""
    found: NDArray[np.int64] = np.bitwise_count(vectors.view(np.uint64) ^ query.view(np.uint64)).sum(
        axis=1, dtype=np.int64
    )
    return found


def find_vectors(
    vectors: NDArray[np.uint8], queries: NDArray[np.uint8], radii: NDArray[np.uint8]
) -> list[tuple[int, int, int]]:
    """Every (position, vector, distance) within the radius, by comparing all with all."""
    found = []
    for position, query in enumerate(queries):
        apart = distances_to(vectors, query)
        found += [(position, int(i), int(apart[i])) for i in np.flatnonzero(apart <= radii[position])]
    return found


def tag_is_before(first: tuple[bytes, int], second: tuple[bytes, int]) -> bool:
    """Whether one (tag, row) stands before another in a file."""
    return first < second


def reordered(vector: bytes, bit_order: list[int]) -> list[int]:
    """The 256 bits of a vector in another order, one number each."""
    return [vector[bit // 8] >> bit % 8 & 1 for bit in bit_order]


def key(bits: list[int], band: int) -> int:
    """The key of a vector in one of sixteen bands of sixteen bits."""
    return number(bits[16 * band : 16 * band + 16])


def number(bits: list[int]) -> int:
    """The number whose bits these are, the lowest first."""
    return sum(bit << place for place, bit in enumerate(bits))
