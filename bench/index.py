"""Opening a snapshot, the memory of what was opened, and a delta of 10,000 made live.

A process of its own opens each, so that its growth is the index and nothing else; the file is in the page cache. The
limit of opening is reading and hashing (SHA-256) the same bytes once, by one core. The peer unpickles its index, with
as many vectors, which for lists of 10 M takes minutes to make: so both open 1 M too.
Other sizes: `python -m bench.index --size 1e6 --small 1e5`.
"""

import argparse
import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench._clock import grown, seconds
from bench._figures import Figure, figure
from schoon.index import ENTRY_DTYPE, Columns, DeltaContents, open_index, tags_of, warm, write_delta, write_snapshot
from schoon.kinds import KIND_BITS, FileRecord, Kind, Standing
from tests.index_lists import KEYS, PUBLIC_KEY, SIGNING_KEY, a_header, a_list

SIZE, SMALL = 10_000_000, 1_000_000
CHANGES = 10_000


def measure(size: int = SIZE, small: int = SMALL) -> Iterator[Figure]:
    """Exact alone, exact and PDQ, and PDQ alone beside threatexchange."""
    with TemporaryDirectory(prefix="schoon-bench-") as directory:
        folder = Path(directory)
        write(folder / "exact.schoon", exact=size, vectors=0)
        label = f"{size:,} exact"
        yield from _opening(label, opened(folder / "exact.schoon"), {})
        written: list[FileRecord] = []
        spent = seconds(lambda: written.append(write(folder / "both.schoon", exact=size, vectors=size)))
        write_changes(folder / "delta.schoon", written[0], 2 * size)
        label = f"{size:,} exact + {size:,} PDQ"
        found = opened(folder / "both.schoon", folder / "delta.schoon")
        yield from _opening(label, found, {})
        yield figure(f"delta of {CHANGES:,} live", label, found["delta"], "s")
        yield figure("writing a snapshot", label, spent, "s")
        write(folder / "pdq.schoon", exact=0, vectors=small)
        in_a_process("pickle", folder / "pdq.pickle", str(small))
        theirs = in_a_process("unpickle", folder / "pdq.pickle")
        yield from _opening(f"{small:,} PDQ", opened(folder / "pdq.schoon"), theirs)


def write(path: Path, *, exact: int, vectors: int) -> FileRecord:
    """A snapshot of so many entries with an MD5, and so many with a PDQ digest."""
    random = np.random.default_rng(30)
    entries = np.zeros(exact + vectors, dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(1, len(entries) + 1)
    entries["supplier"], entries["category"], entries["standing"] = 1, 1, Standing.ACTIVE
    entries["kinds"][:exact], entries["kinds"][exact:] = KIND_BITS[Kind.MD5], KIND_BITS[Kind.PDQ]
    tags = tags_of(KEYS, Kind.MD5, random.integers(0, 256, (exact, 16), dtype=np.uint8))
    columns = Columns(
        entries=entries,
        exact={Kind.MD5: (tags, np.arange(exact, dtype=np.uint32))},
        vectors=random.integers(0, 256, (vectors, 32), dtype=np.uint8),
        vector_rows=np.arange(exact, exact + vectors, dtype=np.uint32),
    )
    return write_snapshot(path, a_header(1), columns, keys=KEYS, signing_key=SIGNING_KEY)


def write_changes(path: Path, snapshot: FileRecord, entries: int) -> None:
    """A delta that adds as many entries as it withdraws."""
    contents = DeltaContents(
        header=a_header(2),
        added=a_list(CHANGES // 2, first_id=entries + 1).columns(),
        changed_ids=np.arange(1, CHANGES // 2 + 1, dtype=np.uint32),
        changed_standings=np.full(CHANGES // 2, Standing.WITHDRAWN, dtype=np.uint8),
    )
    write_delta(path, contents, previous_sha256=snapshot.sha256, previous_version=1, keys=KEYS, signing_key=SIGNING_KEY)


def opened(snapshot: Path, *delta: Path) -> dict[str, float]:
    """Seconds, bytes and the limit of opening it in a new process, and the seconds of the delta."""
    return in_a_process("open", snapshot, *map(str, delta))


def in_a_process(what: str, path: Path, *more: str) -> dict[str, float]:
    """What this file prints when it is run with those words."""
    command = [sys.executable, "-m", "bench.index", what, str(path), *more]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return found


def _opening(label: str, found: dict[str, float], theirs: dict[str, float]) -> Iterator[Figure]:
    peers: dict[str, Any] = {"threatexchange": theirs} if theirs else {}
    seconds_of = {name: one["seconds"] for name, one in peers.items()}
    memory_of = {name: one["memory"] / 1e9 for name, one in peers.items()}
    yield figure("opening a snapshot", label, found["seconds"], "s", peers=seconds_of, limit=found["limit"])
    yield figure("memory of an open index", label, found["memory"] / 1e9, "GB", peers=memory_of)


def _open(snapshot: Path, *delta: str) -> dict[str, float]:
    warm()

    def hashed() -> None:
        with snapshot.open("rb") as file:
            hashlib.file_digest(file, "sha256")

    limit = seconds(hashed)
    index, spent, memory = grown(lambda: open_index(snapshot, keys=KEYS, public_key=PUBLIC_KEY))
    found = {"seconds": spent, "memory": memory, "limit": min(limit, seconds(hashed))}
    for path in delta:
        later, found["delta"], _ = grown(partial(index.with_delta, Path(path), keys=KEYS, public_key=PUBLIC_KEY))
        if later.entry_count != index.entry_count:
            raise SystemExit("the delta withdraws as many as it adds")
    return found


def _pickle(path: Path, count: str) -> dict[str, float]:
    from bench.pdq import threatexchange

    vectors = np.random.default_rng(30).integers(0, 256, (int(count), 32), dtype=np.uint8)
    path.write_bytes(pickle.dumps(threatexchange(vectors), protocol=pickle.HIGHEST_PROTOCOL))
    return {}


def _unpickle(path: Path) -> dict[str, float]:
    import threatexchange.signal_type.pdq.pdq_index  # noqa: F401 - loaded before, so that its time does not count

    _, spent, memory = grown(lambda: pickle.loads(path.read_bytes()))
    return {"seconds": spent, "memory": memory}


if __name__ == "__main__":
    ways: dict[str, Callable[..., dict[str, float]]] = {"open": _open, "pickle": _pickle, "unpickle": _unpickle}
    if sys.argv[1:2] and sys.argv[1] in ways:
        print(json.dumps(ways[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))
        sys.exit()
    parser = argparse.ArgumentParser(description="opening a list, its memory, a delta")
    parser.add_argument("--size", type=float, default=SIZE)
    parser.add_argument("--small", type=float, default=SMALL)
    given = parser.parse_args()
    for one in measure(int(given.size), int(given.small)):
        print(one)
