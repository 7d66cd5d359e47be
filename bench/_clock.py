"""How fast something is beside others, in rounds that take turns, so that a noisy machine is noisy for all."""

import ctypes
import gc
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from schoon.index._kernels._compile import prefetch
from schoon.index._threads import spread

AHEAD = 32
"""How many lines the limit loops ask for ahead; more did not help."""

T = TypeVar("T")
Way = tuple[Callable[[], object], int]
"""Some work, and how many queries it answers."""


def rates(
    ways: Mapping[str, Way], *, rounds: int = 5, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Queries a second of each way: the median of the rounds, after one that does not count.

    With `time.process_time` it is seconds of the processor: what others on the machine do counts less.
    """
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, (work, _) in ways.items():
            spent[name].append(seconds(work, clock))
    return {name: float(count / np.median(spent[name][1:])) for name, (_, count) in ways.items()}


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long it takes once."""
    began = clock()
    work()
    return clock() - began


def fetch_all(regions: Sequence[tuple[int, int]], *, threads: int = 1, seed: int = 25) -> Callable[[], None]:
    """Work that does nothing but fetch cache lines, in random order, each asked for well ahead.

    Args:
        regions: For each region of memory, its bytes and how many of its lines are fetched.
        threads: The lines are dealt out to so many.
        seed: Of the order.
    """
    random = np.random.default_rng(seed)
    parts = []
    for size, lines in regions:
        words = np.ones(max(8, size // 8), dtype=np.uint64)
        parts.append((words, 8 * random.integers(0, max(1, len(words) // 8), lines)))

    def work() -> None:
        for words, places in parts:
            spread(partial(_fetch_part, words, places), len(places), least=1, threads=threads)

    return work


def _fetch_part(words: NDArray[np.uint64], places: NDArray[np.int64], begin: int, end: int) -> None:
    _fetch(words, places[begin:end])


@njit(nogil=True)
def _fetch(words: NDArray[np.uint64], places: NDArray[np.int64]) -> np.uint64:
    total = np.uint64(0)
    last = places.size - 1
    for i in range(places.size):
        prefetch(words, places[min(i + AHEAD, last)])
        total += words[places[i]]
    return total


def grown(make: Callable[[], T], clock: Callable[[], float] = time.perf_counter) -> tuple[T, float, float]:
    """What `make` gives, its seconds, and the bytes by which this process has grown once it is done."""
    before = _resident()
    began = clock()
    made = make()
    spent = clock() - began
    return made, spent, float(_resident() - before)


def _resident() -> int:
    """Bytes of this process in memory, after what is free was given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
