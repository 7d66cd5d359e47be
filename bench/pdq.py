"""PDQ queries at distance 31, recall 100 %, beside FAISS flat, FAISS multi-hash and threatexchange's PDQIndex.

One query in ten has a neighbour planted, which must be found. Peers that need minutes to build are measured at 1 M
vectors; `--all-peers` builds FAISS multi-hash at the large size too. The limit is told in bench/_lines.py.
Other sizes: `python -m bench.pdq --size 3e7 --small 1e5`.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from bench._clock import Way, fetch_all, grown, rates
from bench._figures import Figure, figure
from bench._lines import lines_of, shared_keys
from schoon.check.rules import dihedral_variants
from schoon.index._bit_order import choose_bit_order
from schoon.index._pdq import PdqTable
from schoon.index._threads import spread
from tests.index_lists import flipped

SIZE, SMALL = 10_000_000, 1_000_000
QUERIES = 4000
RADIUS = 31
VARIANTS = 8
FLAT_WORK = 300_000_000
"""Comparisons a round of FAISS flat: under a second."""

Vectors = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A table of Schoon's, the vectors in it, and what is asked: queries, and the row planted for every tenth."""

    table: PdqTable
    vectors: Vectors
    queries: tuple[Vectors, NDArray[np.int64]]


def measure(size: int = SIZE, small: int = SMALL, *, all_peers: bool = False) -> Iterator[Figure]:
    """Queries, the eight variants, build and memory at the large size; the slow peers at the small one."""
    vectors = np.random.default_rng(21).integers(0, 256, (size, 32), dtype=np.uint8)
    table, built, memory = _built(vectors)
    asking = Asking(table=table, vectors=vectors, queries=asked(vectors))
    multi = {"FAISS multi-hash": _multi_hash} if all_peers else {}
    yield from _speeds(asking, "random", {"FAISS flat": _flat, **multi}, "PDQ queries")
    yield from _variants(asking)
    label = f"{size:,} random vectors"
    yield figure("PDQ build", label, built, "s")
    yield figure("PDQ memory", label, memory / 1e9, "GB")
    yield from _skewed(asking)
    del asking, table, vectors
    yield from _beside_all(small)


def asked(vectors: Vectors, count: int = QUERIES) -> tuple[Vectors, NDArray[np.int64]]:
    """Queries of the vectors' kind that are not on the list, but every tenth is 0 to 31 bits from the row named."""
    random = np.random.default_rng(22)
    queries = flipped(vectors[random.integers(0, len(vectors), count)], np.full(count, 100), seed=23)
    planted = random.choice(len(vectors), len(queries[::10]), replace=False)
    queries[::10] = flipped(vectors[planted], random.integers(0, RADIUS + 1, len(planted)), seed=24)
    return queries, planted


def find(table: PdqTable, queries: Vectors, threads: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The matches of Schoon's table as positions and rows."""
    radii = np.full(len(queries), RADIUS, np.uint8)
    return table.find(queries, radii, threads=threads)[:2]


def skewed(count: int, *, seed: int = 3) -> Vectors:
    """Vectors whose bits hang together: 24 signals, mixed anew for each, decide all bits but for some noise."""
    signals = np.random.default_rng(seed).standard_normal((24, 256), dtype=np.float32)
    out = np.empty((count, 32), dtype=np.uint8)
    chunk = 20_000

    def fill(begin: int, end: int) -> None:
        for number in range(begin, end):
            part = out[number * chunk : (number + 1) * chunk]
            random = np.random.default_rng((seed, number))
            mixed = random.standard_normal((len(part), 24), dtype=np.float32) @ signals
            noise = random.random((len(part), 256), dtype=np.float32)
            part[:] = np.packbits(mixed + np.float32(1.5 * 12**0.5) * (noise - np.float32(0.5)) > -0.5, axis=1)

    spread(fill, -(-count // chunk), least=1)
    return out


def _built(vectors: Vectors) -> tuple[PdqTable, float, float]:
    """The table, its seconds, and all its memory: its own copy of the vectors too."""
    return grown(lambda: PdqTable(vectors, choose_bit_order(vectors)))


def _speeds(
    asking: Asking, shape: str, peers: dict[str, Callable[..., Way]], name: str, most_threads: int = 2
) -> Iterator[Figure]:
    table, queries = asking.table, asking.queries[0]
    require_recall(table, *asking.queries)
    ways = {peer: make(asking.vectors, queries) for peer, make in peers.items()}
    regions = lines_of(table, asking.vectors, queries, RADIUS)
    for threads in range(1, most_threads + 1):
        faiss.omp_set_num_threads(threads)
        ways["Schoon"] = (partial(find, table, queries, threads), len(queries))
        ways["limit"] = (fetch_all(regions, threads=threads), len(queries))
        found = rates(ways, rounds=3)
        yield figure(
            f"{name}, {threads} thread{'s' if threads > 1 else ''}",
            f"{len(table):,} {shape} vectors",
            found["Schoon"],
            "queries/s",
            peers={peer: found[peer] for peer in peers},
            limit=found["limit"],
        )


def require_recall(table: PdqTable, queries: Vectors, planted: NDArray[np.int64]) -> None:
    """Leave when a planted neighbour is not found."""
    found = set(zip(*(some.tolist() for some in find(table, queries, 2)), strict=True))
    missed = {(10 * place, row) for place, row in enumerate(planted.tolist())} - found
    if missed:
        raise SystemExit(f"{len(missed)} of {len(planted)} planted neighbours were missed")


def _variants(asking: Asking) -> Iterator[Figure]:
    """The eight turned and mirrored forms of each query beside the query alone, both in batches searched together."""
    table, single = asking.table, asking.queries[0][: QUERIES // 2]
    eight = np.ascontiguousarray(dihedral_variants(single).reshape(-1, 32))
    faiss.omp_set_num_threads(1)
    flat, flat_count = _flat(asking.vectors, eight, least=VARIANTS)
    ways: dict[str, Way] = {
        "one": (partial(find, table, single), len(single)),
        "eight": (partial(find, table, eight), len(single)),
        "FAISS flat": (flat, flat_count // VARIANTS),
    }
    found = rates(ways, rounds=5, clock=time.process_time)
    label = f"{len(table):,} random vectors"
    flat_rate = {"FAISS flat": found["FAISS flat"]}
    yield figure("PDQ queries with 8 variants, 1 thread", label, found["eight"], "queries/s", peers=flat_rate)
    yield figure("PDQ, 8 variants beside one", label, found["one"] / found["eight"], "times")
    yield figure("PDQ, keys that 8 variants share", label, 100 * shared_keys(asking.vectors, single[:100]), "%")


def _skewed(asking: Asking) -> Iterator[Figure]:
    size = len(asking.vectors)
    vectors = skewed(size)
    other = Asking(table=PdqTable(vectors, choose_bit_order(vectors)), vectors=vectors, queries=asked(vectors))
    yield from _speeds(other, "skewed", {"FAISS flat": _flat}, "PDQ queries of skewed vectors", 1)
    ways: dict[str, Way] = {
        "random": (partial(find, asking.table, asking.queries[0]), QUERIES),
        "skewed": (partial(find, other.table, other.queries[0]), QUERIES),
    }
    found = rates(ways, rounds=5, clock=time.process_time)
    yield figure("PDQ, skewed beside random", f"{size:,} vectors", found["random"] / found["skewed"], "times")


def _beside_all(size: int) -> Iterator[Figure]:
    vectors = np.random.default_rng(26).integers(0, 256, (size, 32), dtype=np.uint8)
    costs: dict[str, tuple[Any, float, float]] = {"Schoon": _built(vectors)}
    builders: dict[str, Callable[[Vectors], Any]] = {
        "FAISS multi-hash": faiss_multi_hash,
        "threatexchange": threatexchange,
    }
    costs |= {name: grown(partial(build, vectors)) for name, build in builders.items()}
    ready: dict[str, Callable[..., Way]] = {
        "FAISS flat": _flat,
        "FAISS multi-hash": partial(_multi_hash, index=costs["FAISS multi-hash"][0]),
        "threatexchange": partial(_threatexchange, index=costs["threatexchange"][0]),
    }
    table, built, memory = costs["Schoon"]
    asking = Asking(table=table, vectors=vectors, queries=asked(vectors))
    yield from _speeds(asking, "random", ready, "PDQ queries")
    label = f"{size:,} random vectors"
    yield figure("PDQ build", label, built, "s", peers={name: costs[name][1] for name in builders})
    yield figure("PDQ memory", label, memory / 1e9, "GB", peers={name: costs[name][2] / 1e9 for name in builders})


def faiss_flat(vectors: Vectors) -> faiss.IndexBinaryFlat:
    """FAISS that compares with every vector."""
    flat = faiss.IndexBinaryFlat(256)
    flat.add(vectors)
    return flat


def faiss_multi_hash(vectors: Vectors) -> faiss.IndexBinaryMultiHash:
    """FAISS with sixteen tables of 16 bits, one flip each: nothing within 31 is missed."""
    multi = faiss.IndexBinaryMultiHash(256, 16, 16)
    multi.nflip = 1
    multi.add(vectors)
    return multi


def threatexchange(vectors: Vectors) -> PDQIndex[int]:
    """What HMA builds."""
    return PDQIndex.build((vector.tobytes().hex(), number) for number, vector in enumerate(vectors))


def _flat(vectors: Vectors, queries: Vectors, least: int = 20) -> Way:
    flat = faiss_flat(vectors)
    some = queries[: max(least, min(len(queries), FLAT_WORK // len(vectors)))]
    some = some[: len(some) // least * least]
    return (lambda: flat.range_search(some, RADIUS + 1)), len(some)


def _multi_hash(vectors: Vectors, queries: Vectors, index: faiss.IndexBinaryMultiHash | None = None) -> Way:
    multi = index or faiss_multi_hash(vectors)
    some = queries[: 50 if len(vectors) > SMALL else 150]
    return (lambda: multi.range_search(some, RADIUS + 1)), len(some)


def _threatexchange(vectors: Vectors, queries: Vectors, index: PDQIndex[int] | None = None) -> Way:
    theirs = index or threatexchange(vectors)
    texts = [query.tobytes().hex() for query in queries[:150]]

    def ask() -> None:
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # one query at a time: a second thread only makes it wait
        for text in texts:
            theirs.query(text)
        faiss.omp_set_num_threads(threads)

    return ask, len(texts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="PDQ queries beside their peers")
    parser.add_argument("--size", type=float, default=SIZE)
    parser.add_argument("--small", type=float, default=SMALL)
    parser.add_argument("--all-peers", action="store_true")
    given = parser.parse_args()
    for one in measure(int(given.size), int(given.small), all_peers=given.all_peers):
        print(one)
