"""Cost over size: time and memory as the list and the batch grow, beside the peers; drawn into docs/performance.md.

`python -m bench.curves --to 3e7` goes to 30 M; `--draw` only draws what is in bench/curves.json.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import faiss
import numpy as np

from bench import exact, pdq
from bench._charts import CURVES, draw
from bench._clock import grown, seconds
from bench._figures import Figure, machine
from bench._findings import OWN, Point
from bench._other_curves import other_curves
from schoon.index import tags_of
from schoon.index._bit_order import choose_bit_order
from schoon.index._pdq import PdqTable
from schoon.kinds import Kind
from tests.index_lists import KEYS

TO = 10_000_000
BATCH, QUERIES = 100_000, 1000
BATCHES = tuple(10**power for power in range(7))
ROUNDS, ROUND_SECONDS = 5, 0.5
"""At most so many rounds, and no new one after so many seconds."""
LARGEST = {"FAISS multi-hash": 1_000_000, "threatexchange": 100_000}
PATIENCE = 2.0
"""A batch that would take more seconds is left out."""

Work = Callable[[], object]
Timed = tuple[float, float, float]


def measure(to: int = TO) -> Iterator[Figure]:
    """No figures: curves. They are measured, kept and drawn."""
    charts: dict[str, list[Point]] = {}
    sizes = [10**power for power in range(3, 9) if 10**power <= to]
    sizes += [to] if to not in sizes else []
    for part in (exact_curves(sizes), pdq_curves(sizes), memory_curves(sizes), other_curves()):
        began = time.perf_counter()
        for name, point in part:
            charts.setdefault(name, []).append(point)
        print(f"   {', '.join(charts)} after {time.perf_counter() - began:.0f} s", flush=True)
    write(charts)
    yield from ()


def write(charts: dict[str, list[Point]]) -> None:
    """Keep the points, and draw them; charts that were not measured now stay when they are of this machine."""
    before = json.loads(CURVES.read_text(encoding="utf-8")) if CURVES.exists() else {}
    here = machine()
    kept = before.get("charts", {}) if before.get("machine") == here else {}
    CURVES.write_text(json.dumps({"machine": here, "charts": kept | charts}, indent=1) + "\n", encoding="utf-8")
    print(f"   {draw({'machine': here, 'charts': kept | charts})} curves drawn into docs/images/performance/")


def timed(ways: dict[str, Work], count: int) -> dict[str, Timed]:
    """Processor seconds per query of each: the median round, the quickest and the slowest."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    repeats = {name: max(1, int(0.005 / max(1e-7, seconds(work, time.process_time)))) for name, work in ways.items()}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            if sum(spent[name]) * repeats[name] > ROUND_SECONDS:
                continue
            began = time.process_time()
            for _ in range(repeats[name]):
                work()
            spent[name].append((time.process_time() - began) / repeats[name])
    return {
        name: (float(np.median(some)) / count, min(some) / count, max(some) / count) for name, some in spent.items()
    }


def exact_curves(sizes: list[int]) -> Iterator[tuple[str, Point]]:
    """Look-ups a second over the list; microseconds a look-up over the batch, in the longest list."""
    for size in sizes:
        ways = exact_ways(size)
        for name, (middle, low, high) in timed(ways(BATCH), BATCH).items():
            yield "exact-list", point(name, size, 1 / middle, 1 / high, 1 / low)
        for count in BATCHES if size == sizes[-1] else ():
            for name, some in timed(ways(count), count).items():
                yield "exact-batch", point(name, count, *(1e6 * one for one in some))


def exact_ways(size: int) -> Callable[[int], dict[str, Work]]:
    """For a size of batch, how each looks it up in a list of `size`, on one core."""
    listed, asked, _ = exact.digests(size, max(BATCHES))
    database, known = exact.loaded(listed, asked), set(exact.as_bytes(listed))
    table, keys = exact.opened(listed).base.exact[Kind.MD5], np.sort(listed.view(np.uint64)[:, 0])
    database.execute("set threads = 1")

    def ways(count: int) -> dict[str, Work]:
        some = asked[:count]
        texts, words = exact.as_bytes(some), some.view(np.uint64)[:, 0].copy()
        question = f"select count(*) from (select * from asked limit {count}) semi join listed using (a, b)"
        return {
            OWN: lambda: table.find(tags_of(KEYS, Kind.MD5, some), threads=1),
            "DuckDB semi-join": lambda: database.execute(question).fetchall(),
            "Python set": lambda: sum(map(known.__contains__, texts)),
            "NumPy searchsorted": lambda: np.searchsorted(keys, words),
        }

    return ways


def pdq_curves(sizes: list[int]) -> Iterator[tuple[str, Point]]:
    """Milliseconds a query over the list, and over the batch in the longest list."""
    faiss.omp_set_num_threads(1)
    for size in sizes:
        vectors = np.random.default_rng(21).integers(0, 256, (size, 32), dtype=np.uint8)
        queries = pdq.asked(vectors, QUERIES)[0]
        table = PdqTable(vectors, choose_bit_order(vectors))
        flat = pdq.faiss_flat(vectors)
        few = queries[: max(4, min(len(queries), 100_000_000 // size))]
        singles: list[tuple[str, Work, int]] = [
            (OWN, partial(pdq.find, table, queries), len(queries)),
            ("FAISS flat", partial(flat.range_search, few, pdq.RADIUS + 1), len(few)),
            *_slow(vectors, queries[:100]),
        ]
        for name, work, count in singles:
            yield "pdq-list", point(name, size, *(1e3 * one for one in timed({name: work}, count)[name]))
        if size == sizes[-1]:
            yield from _pdq_batches(table, flat)


def _pdq_batches(table: PdqTable, flat: faiss.IndexBinaryFlat) -> Iterator[tuple[str, Point]]:
    asked = np.random.default_rng(27).integers(0, 256, (max(BATCHES), 32), dtype=np.uint8)
    per_query = {OWN: 0.0, "FAISS flat": 0.0}
    for count in BATCHES:
        works: dict[str, Work] = {
            OWN: partial(pdq.find, table, asked[:count]),
            "FAISS flat": partial(flat.range_search, asked[:count], pdq.RADIUS + 1),
        }
        works = {name: work for name, work in works.items() if per_query[name] * count < PATIENCE}
        for name, some in timed(works, count).items():
            per_query[name] = some[0]
            yield "pdq-batch", point(name, count, *(1e3 * one for one in some))


def _slow(vectors: pdq.Vectors, queries: pdq.Vectors) -> Iterator[tuple[str, Work, int]]:
    """The peers that take long to build, as far as that is bearable."""
    if len(vectors) <= LARGEST["FAISS multi-hash"]:
        multi = pdq.faiss_multi_hash(vectors)
        yield "FAISS multi-hash", partial(multi.range_search, queries, pdq.RADIUS + 1), len(queries)
    if len(vectors) <= LARGEST["threatexchange"]:
        theirs, texts = pdq.threatexchange(vectors), [query.tobytes().hex() for query in queries]
        yield "threatexchange", lambda: [theirs.query(text) for text in texts], len(texts)


def memory_curves(sizes: list[int]) -> Iterator[tuple[str, Point]]:
    """Megabytes over the list, and seconds to build: each library in a process of its own, two at a time."""

    def run(name: str) -> list[tuple[int, float, float]]:
        some = [size for size in sizes if 10_000 <= size <= LARGEST.get(name, sizes[-1])]
        command = [sys.executable, "-m", "bench.curves", "--memory", name, *map(str, some)]
        found: list[tuple[int, float, float]] = json.loads(
            subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        )
        return found

    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, found in zip(MAKERS, pool.map(run, MAKERS), strict=True):
            chart, series = ("exact", name) if name in {"Schoon exact", "Python set"} else ("pdq", name)
            series = OWN if series.startswith(OWN) else series
            for size, spent, memory in found:
                yield f"{chart}-memory", point(series, size, memory / 1e6)
                if chart == "pdq" and series != "FAISS flat":
                    yield "pdq-build", point(series, size, spent)


def point(series: str, x: float, y: float, low: float | None = None, high: float | None = None) -> Point:
    """One place of one line."""
    shown: Point = {"series": series, "x": x, "y": y}
    return shown if low is None else shown | {"low": low, "high": high}


def _digests(size: int) -> Any:
    return np.random.default_rng(20).integers(0, 256, (size, 16), dtype=np.uint8)


def _vectors(size: int) -> Any:
    return np.random.default_rng(21).integers(0, 256, (size, 32), dtype=np.uint8)


MAKERS: dict[str, tuple[Callable[[int], Any], Callable[[Any], Any]]] = {
    "Schoon exact": (_digests, exact.opened),
    "Python set": (_digests, lambda listed: set(exact.as_bytes(listed))),
    "Schoon PDQ": (_vectors, lambda vectors: PdqTable(vectors, choose_bit_order(vectors))),
    "FAISS flat": (_vectors, pdq.faiss_flat),
    "FAISS multi-hash": (_vectors, pdq.faiss_multi_hash),
    "threatexchange": (_vectors, pdq.threatexchange),
}
"""What is listed, and what makes an index of it."""


def memory_of(name: str, sizes: Iterable[int]) -> list[tuple[int, float, float]]:
    """For each size, the seconds it took and the bytes that the process grew."""
    given, make = MAKERS[name]
    make(given(10_000))  # so that code and tables of the library itself do not count
    found = []
    for size in sizes:
        listed = given(size)
        made, spent, memory = grown(partial(make, listed), time.process_time)
        found.append((size, spent, memory))
        del made, listed
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="cost curves")
    parser.add_argument("--to", type=float, default=TO)
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--memory", nargs="+")
    given = parser.parse_args()
    if given.memory:
        print(json.dumps(memory_of(given.memory[0], map(int, given.memory[1:]))))
    elif given.draw:
        print(f"{draw(json.loads(CURVES.read_text(encoding='utf-8')))} curves drawn")
    else:
        list(measure(int(given.to)))


if __name__ == "__main__":
    main()
