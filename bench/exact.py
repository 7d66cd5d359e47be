"""Exact look-ups in a batch, keyed tags included, beside DuckDB, a Python set and NumPy.

Hit rate 0.04 %, as a national service has. The limit is one cache line of the same filter fetched per query by a loop
that does nothing else. Sizes: `python -m bench.exact 1e5 1e6` for others than 10 M.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from numba import njit
from numpy.typing import NDArray

from schoon.index import ENTRY_DTYPE, Columns, Index, open_index, tags_of, write_snapshot
from schoon.index._kernels._compile import prefetch
from schoon.index._threads import spread
from schoon.kinds import KIND_BITS, Kind
from tests.index_lists import KEYS, PUBLIC_KEY, SIGNING_KEY, a_header

BATCH = 1_000_000
HIT_RATE = 0.0004
ROUNDS = 9
AHEAD = 24


def measure(sizes: tuple[int, ...] = (10_000_000,)) -> list[dict[str, Any]]:
    """One figure per size and number of threads."""
    return [figure for size in sizes for figure in _measure(size)]


def _measure(size: int) -> list[dict[str, Any]]:
    random = np.random.default_rng(20)
    listed = random.integers(0, 256, (size, 16), dtype=np.uint8)
    asked = random.integers(0, 256, (BATCH, 16), dtype=np.uint8)
    hits = random.choice(BATCH, int(BATCH * HIT_RATE), replace=False)
    asked[hits] = listed[random.integers(0, size, len(hits))]
    index = _open(listed)
    rates = {threads: _rate(partial(_ask, index, asked, len(hits), threads)) for threads in (1, 2)}
    limits = {threads: _limit(size, asked, threads) for threads in (1, 2)}
    peers = {
        "duckdb semi-join": _duckdb(listed, asked, len(hits)),
        "python set": _python_set(listed, asked, len(hits)),
        "numpy searchsorted": _searchsorted(listed, asked, len(hits)),
    }
    return [
        {
            "figure": f"exact look-ups, {threads} thread{'s' if threads > 1 else ''}",
            "size": f"{size:,} entries, batch of {BATCH:,}",
            "value": rates[threads],
            "unit": "look-ups/s",
            "peers": peers,
            "limit": limits[threads],
        }
        for threads in (1, 2)
    ]


def _open(listed: NDArray[np.uint8]) -> Index:
    entries = np.zeros(len(listed), dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(1, len(listed) + 1)
    entries["supplier"], entries["category"], entries["standing"] = 1, 1, 2
    entries["kinds"] = KIND_BITS[Kind.MD5]
    rows = np.arange(len(listed), dtype=np.uint32)
    none = np.empty(0, np.uint32)
    tags = {Kind.MD5: (tags_of(KEYS, Kind.MD5, listed), rows)}
    columns = Columns(entries=entries, exact=tags, vectors=np.empty((0, 32), np.uint8), vector_rows=none)
    with TemporaryDirectory() as directory:
        path = Path(directory) / "snapshot-000000000001.schoon"
        write_snapshot(path, a_header(), columns, keys=KEYS, signing_key=SIGNING_KEY)
        return open_index(path, keys=KEYS, public_key=PUBLIC_KEY)


def _ask(index: Index, asked: NDArray[np.uint8], hits: int, threads: int) -> None:
    """The whole way of a batch: tags, filter, comparison. With one thread the kernel is held to one."""
    tags = tags_of(KEYS, Kind.MD5, asked)
    table = index.base.exact[Kind.MD5]
    positions, _ = index.find_exact(Kind.MD5, tags) if threads > 1 else table.find(tags, threads=1)
    if len(positions) < hits:
        raise SystemExit(f"{len(positions)} of {hits} planted hits were found")


def _limit(size: int, asked: NDArray[np.uint8], threads: int) -> float:
    """Queries a second when each only fetches one word of a table as large as the filter."""
    table = np.ones(1 << (size * 12 // 64).bit_length(), dtype=np.uint64)
    words = asked.view(np.uint64)[:, 1].copy()
    return _rate(lambda: spread(lambda a, b: _fetch(table, words[a:b]), len(words), least=1000, threads=threads))


@njit(nogil=True)
def _fetch(table, words):
    total = np.uint64(0)
    mask = np.uint64(table.size - 1)
    for i in range(words.size - AHEAD):
        prefetch(table, np.intp(words[i + AHEAD] & mask))
        total += table[words[i] & mask]
    return total


def _duckdb(listed: NDArray[np.uint8], asked: NDArray[np.uint8], hits: int) -> float:
    """Both sides in memory as two 64-bit columns, the cheapest key for it; two threads."""
    connection = duckdb.connect(config={"threads": 2})
    for name, digests in (("listed", listed), ("asked", asked)):
        words = digests.view(np.uint64)
        columns = {"a": words[:, 0].copy(), "b": words[:, 1].copy()}
        connection.register("columns", columns)
        connection.execute(f"create table {name} as select * from columns")
        connection.unregister("columns")

    def query() -> None:
        row = connection.execute("select count(*) from asked semi join listed using (a, b)").fetchone()
        if row is None or row[0] < hits:
            raise SystemExit(f"DuckDB found {row}")

    rate = _rate(query, rounds=3)
    connection.close()
    return rate


def _python_set(listed: NDArray[np.uint8], asked: NDArray[np.uint8], hits: int) -> float:
    known = set(_as_bytes(listed))
    queries = _as_bytes(asked)

    def query() -> None:
        if sum(map(known.__contains__, queries)) < hits:
            raise SystemExit("the set lost some")

    return _rate(query, rounds=3)


def _as_bytes(digests: NDArray[np.uint8]) -> list[bytes]:
    whole = digests.tobytes()
    return [whole[at : at + 16] for at in range(0, len(whole), 16)]


def _searchsorted(listed: NDArray[np.uint8], asked: NDArray[np.uint8], hits: int) -> float:
    """By the first 64 bits only, which flatters it."""
    keys = np.sort(listed.view(np.uint64)[:, 0])
    queries = asked.view(np.uint64)[:, 0].copy()

    def query() -> None:
        places = np.minimum(np.searchsorted(keys, queries), len(keys) - 1)
        if np.count_nonzero(keys[places] == queries) < hits:
            raise SystemExit("NumPy lost some")

    return _rate(query, rounds=2)


def _rate(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Queries a second of the median round, after one that does not count."""
    work()
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return float(BATCH / np.median(spent))


if __name__ == "__main__":
    for figure in measure(tuple(int(float(size)) for size in sys.argv[1:]) or (10_000_000,)):
        print(figure)
