"""Matches as kernels write them: into arrays of a guessed size, and again into larger ones when they did not fit."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Triples = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]
"""Position in the batch, vector number, distance."""


def collected(queries: int, search: Callable[[Triples], int]) -> Triples:
    """What a search finds, however much it is.

    Args:
        queries: How many are searched for: a few matches each are expected.
        search: Writes as many matches as fit, and says how many there are.
    """
    capacity = 8 * queries + 1024
    while True:
        found = np.empty(capacity, np.int64), np.empty(capacity, np.int64), np.empty(capacity, np.uint8)
        count = search(found)
        if count <= capacity:
            return found[0][:count], found[1][:count], found[2][:count]
        capacity = count


def joined(parts: Sequence[Triples]) -> Triples:
    """The matches of several searches, one after the other."""
    if len(parts) == 1:
        return parts[0]
    positions, numbers, distances = zip(*parts, strict=True)
    return np.concatenate(positions), np.concatenate(numbers), np.concatenate(distances)
