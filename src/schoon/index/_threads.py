"""Spreads a large batch over the cores; the kernels release the GIL."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


def worker_count() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def spread(work: Callable[[int, int], T], count: int, *, least: int, threads: int | None = None) -> list[T]:
    """`work(begin, end)` over equal slices of range(count), in order; small batches stay in this thread.

    Args:
        work: Called with the bounds of a slice.
        count: Size of the batch.
        least: The smallest slice that is worth a thread.
        threads: At most so many; the cores of the machine when None.
    """
    slices = max(1, min(threads or worker_count(), count // least))
    bounds = [count * part // slices for part in range(slices + 1)]
    pairs = list(pairwise(bounds))
    if slices == 1:
        return [work(0, count)]
    others = [_pool().submit(work, begin, end) for begin, end in pairs[1:]]
    return [work(*pairs[0]), *(other.result() for other in others)]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=worker_count(), thread_name_prefix="schoon-index")


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not live on in a forked child
