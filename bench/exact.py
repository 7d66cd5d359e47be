"""Exact look-ups in a batch, keyed tags included, beside DuckDB, a Python set and NumPy.

Hit rate 0.04 %, as a national service has. The limit is one cache line of the same filter fetched per query by a loop
that follows no pointer. A Python set and NumPy use one core whatever they are given, DuckDB as many as are named.
Other sizes: `python -m bench.exact 1e5 3e7`.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench._clock import Way, fetch_all, rates
from bench._figures import Figure, figure
from bench._lists import columns_of
from schoon.index import Index, open_index, tags_of, write_snapshot
from schoon.kinds import Kind
from tests.index_lists import KEYS, PUBLIC_KEY, SIGNING_KEY, a_header

BATCH = 1_000_000
HIT_RATE = 0.0004
FILTER_BITS = 12
PEERS = ("DuckDB semi-join", "Python set", "NumPy searchsorted")

Digests = NDArray[np.uint8]


def measure(sizes: tuple[int, ...] = (10_000_000,), batch: int = BATCH) -> Iterator[Figure]:
    """One figure per size and number of threads."""
    for size in sizes:
        listed, asked, hits = digests(size, batch)
        index, database = opened(listed), loaded(listed, asked)
        ways: dict[str, Way] = {
            "DuckDB semi-join": (partial(semi_join, database, hits), batch),
            "Python set": (in_a_set(listed, asked, hits), batch),
            "NumPy searchsorted": (searchsorted(listed, asked, hits), batch),
        }
        for threads in (1, 2):
            database.execute(f"set threads = {threads}")
            ways["Schoon"] = (partial(ask, index, asked, hits, threads), batch)
            ways["limit"] = (fetch_all([(filter_bytes(size), batch)], threads=threads), batch)
            found = rates(ways, rounds=3)
            yield figure(
                f"exact look-ups, {threads} thread{'s' if threads > 1 else ''}",
                f"{size:,} entries, batch of {batch:,}",
                found["Schoon"],
                "look-ups/s",
                peers={name: found[name] for name in PEERS},
                limit=found["limit"],
            )


def digests(size: int, batch: int) -> tuple[Digests, Digests, int]:
    """MD5 digests listed and asked, and how many of those asked are listed."""
    random = np.random.default_rng(20)
    listed = random.integers(0, 256, (size, 16), dtype=np.uint8)
    asked = random.integers(0, 256, (batch, 16), dtype=np.uint8)
    hits = random.choice(batch, int(batch * HIT_RATE), replace=False)
    asked[hits] = listed[random.integers(0, size, len(hits))]
    return listed, asked, len(hits)


def opened(listed: Digests) -> Index:
    """The index of a snapshot with these digests."""
    with TemporaryDirectory(prefix="schoon-bench-") as directory:
        path = Path(directory) / "snapshot-000000000001.schoon"
        write_snapshot(path, a_header(), columns_of(listed), keys=KEYS, signing_key=SIGNING_KEY)
        return open_index(path, keys=KEYS, public_key=PUBLIC_KEY)


def ask(index: Index, asked: Digests, hits: int, threads: int) -> None:
    """The whole way of a batch: tags, filter, comparison. With one thread the kernel is held to one."""
    tags = tags_of(KEYS, Kind.MD5, asked)
    table = index.base.exact[Kind.MD5]
    positions, _ = index.find_exact(Kind.MD5, tags) if threads > 1 else table.find(tags, threads=1)
    _require(len(positions), hits, "Schoon")


def filter_bytes(size: int) -> int:
    """The memory of the filter over so many tags."""
    return 8 << (size * FILTER_BITS // 64).bit_length()


def loaded(listed: Digests, asked: Digests) -> duckdb.DuckDBPyConnection:
    """Both sides in DuckDB's memory as two 64-bit columns, the cheapest key for it."""
    connection = duckdb.connect()
    for name, some in (("listed", listed), ("asked", asked)):
        words = some.view(np.uint64)
        connection.register("columns", {"a": words[:, 0].copy(), "b": words[:, 1].copy()})
        connection.execute(f"create table {name} as select * from columns")
        connection.unregister("columns")
    return connection


def semi_join(connection: duckdb.DuckDBPyConnection, hits: int) -> None:
    """Which of those asked are listed, as DuckDB says it."""
    row = connection.execute("select count(*) from asked semi join listed using (a, b)").fetchone()
    _require(row[0] if row else 0, hits, "DuckDB")


def in_a_set(listed: Digests, asked: Digests, hits: int) -> Callable[[], None]:
    """Look-ups in a Python set, which is what HMA does."""
    known, queries = set(as_bytes(listed)), as_bytes(asked)
    return lambda: _require(sum(map(known.__contains__, queries)), hits, "the set")


def as_bytes(some: Digests) -> list[bytes]:
    """One object a digest."""
    whole = some.tobytes()
    return [whole[at : at + 16] for at in range(0, len(whole), 16)]


def searchsorted(listed: Digests, asked: Digests, hits: int) -> Callable[[], None]:
    """By the first 64 bits only, which flatters it."""
    keys = np.sort(listed.view(np.uint64)[:, 0])
    queries = asked.view(np.uint64)[:, 0].copy()

    def search() -> None:
        places = np.minimum(np.searchsorted(keys, queries), len(keys) - 1)
        _require(int(np.count_nonzero(keys[places] == queries)), hits, "NumPy")

    return search


def _require(found: int, hits: int, who: str) -> None:
    if found < hits:
        raise SystemExit(f"{who} found {found} of {hits} that are listed")


if __name__ == "__main__":
    for one in measure(tuple(int(float(size)) for size in sys.argv[1:]) or (10_000_000,)):
        print(one)
