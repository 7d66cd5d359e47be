"""PDQ queries at distance 31, recall 100 %, beside FAISS flat, FAISS multi-hash and threatexchange's PDQIndex.

At 10 M the peers that need minutes to build are left out and measured at 1 M. The limit is the same number of
independent cache lines fetched with prefetch by a loop that does nothing else. One query in ten has a neighbour
planted. Other sizes: `python -m bench.pdq 1e5 1e6`.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import faiss
import numpy as np
from numba import njit
from numpy.typing import NDArray
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from schoon.index._bit_order import choose_bit_order
from schoon.index._kernels._compile import prefetch
from schoon.index._pdq import PdqTable
from tests.index_lists import flipped, skewed_vectors

QUERIES = 4000
RADIUS = 31
BUILT_BELOW = 2_000_000
"""Lists up to here are built for the slow peers too."""
LINE = 64


def measure(sizes: tuple[int, ...] = (10_000_000, 1_000_000), skewed: int = 1_000_000) -> list[dict[str, Any]]:
    """Queries a second on one core and on two, build time, and the same for skewed vectors."""
    random = np.random.default_rng(21)
    figures = []
    for size in sizes:
        figures += _measure(random.integers(0, 256, (size, 32), dtype=np.uint8), "random")
    if skewed:
        figures += _measure(skewed_vectors(skewed), "skewed")
    return figures


def _measure(vectors: NDArray[np.uint8], shape: str) -> list[dict[str, Any]]:
    queries, planted = _queries(vectors)
    began = time.perf_counter()
    table = PdqTable(vectors, choose_bit_order(vectors))
    built = time.perf_counter() - began
    radii = np.full(len(queries), RADIUS, np.uint8)
    found = set(table.find(queries, radii)[1].tolist())
    if not found.issuperset(planted):
        raise SystemExit(f"{len(set(planted) - found)} of {len(planted)} planted neighbours were missed")
    rates = {threads: _rate(partial(table.find, queries, radii, threads=threads)) for threads in (1, 2)}
    size = f"{len(vectors):,} {shape} vectors"
    peers, builds = _peers(vectors, queries)
    limits = {threads: _limit(table, queries, radii) * threads for threads in (1, 2)}
    speeds = [
        {
            "figure": f"PDQ queries, {threads} thread{'s' if threads > 1 else ''}",
            "size": size,
            "value": rates[threads],
            "unit": "queries/s",
            "peers": peers[threads],
            "limit": limits[threads],
        }
        for threads in (1, 2)
    ]
    return [
        *speeds,
        {"figure": "PDQ build", "size": size, "value": built, "unit": "s", "peers": builds, "limit": None},
    ]


def _queries(vectors: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], list[int]]:
    """Vectors of the same kind that are not on the list, and one in ten that is 0 to 31 bits from one that is."""
    random = np.random.default_rng(22)
    queries = flipped(vectors[random.integers(0, len(vectors), QUERIES)], np.full(QUERIES, 100), seed=23)
    planted = random.choice(len(vectors), QUERIES // 10, replace=False)
    queries[::10] = flipped(vectors[planted], random.integers(0, RADIUS + 1, len(planted)), seed=24)
    return queries, planted.tolist()


def _peers(
    vectors: NDArray[np.uint8], queries: NDArray[np.uint8]
) -> tuple[dict[int, dict[str, float]], dict[str, float]]:
    flat = faiss.IndexBinaryFlat(256)
    flat.add(vectors)
    some = queries[:100] if len(vectors) > BUILT_BELOW else queries[:400]
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "faiss flat": (lambda: flat.range_search(some, RADIUS + 1), len(some))
    }
    builds = {}
    if len(vectors) <= BUILT_BELOW:
        began = time.perf_counter()
        multi = faiss.IndexBinaryMultiHash(256, 16, 16)
        multi.nflip = 1
        multi.add(vectors)
        builds["faiss multi-hash"] = time.perf_counter() - began
        ways["faiss multi-hash"] = (lambda: multi.range_search(some, RADIUS + 1), len(some))
        began = time.perf_counter()
        theirs = PDQIndex.build(((vector.tobytes().hex(), number) for number, vector in enumerate(vectors)))
        builds["threatexchange"] = time.perf_counter() - began
        texts = [query.tobytes().hex() for query in some]
        ways["threatexchange"] = (lambda: [theirs.query(text) for text in texts], len(texts))
    peers: dict[int, dict[str, float]] = {}
    for threads in (1, 2):
        faiss.omp_set_num_threads(threads)
        peers[threads] = {name: _rate(work, queries=count, rounds=2) for name, (work, count) in ways.items()}
    return peers, builds


def _limit(table: PdqTable, queries: NDArray[np.uint8], radii: NDArray[np.uint8]) -> float:
    """Queries a second if each cost no more than its cache lines, on one core.

    A group costs the line with its start and the lines its sketches lie on; a candidate the lines of id and vector.
    """
    if table.bands is None:
        return float("nan")
    before = table.bands.work.copy()
    table.find(queries, radii, threads=1)
    groups, sketches, candidates, _ = ((table.bands.work - before) / len(queries)).tolist()
    lines = groups * 2 + sketches * 2 / LINE + candidates * 2
    words = np.ones(table.bands.nbytes // 8, dtype=np.uint64)
    places = np.random.default_rng(25).integers(0, len(words), 4_000_000)
    _fetch(words, places)
    began = time.perf_counter()
    _fetch(words, places)
    return float(len(places) / (time.perf_counter() - began) / lines)


@njit(nogil=True)
def _fetch(words, places):
    total = np.uint64(0)
    for i in range(places.size - 32):
        prefetch(words, places[i + 32])
        total += words[places[i]]
    return total


def _rate(work: Callable[[], object], *, queries: int = QUERIES, rounds: int = 5) -> float:
    """Queries a second of the median round, after one that does not count."""
    work()
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return float(queries / np.median(spent))


if __name__ == "__main__":
    chosen = tuple(int(float(size)) for size in sys.argv[1:])
    for figure in measure(chosen, skewed=0) if chosen else measure():
        print(figure)
