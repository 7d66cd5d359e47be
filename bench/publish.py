"""From a file with 10 million entries to a published list on SQLite: import, two attestations, test, publish.

The limit is SQLite itself: the very rows that the import stored, put into an empty copy of the same table by one
`executemany` per 10,000. Memory is the peak of the process (and of its helper); the longest write is the longest time
that anybody else who wants to write (a hit) would have had to wait. Sizes: `python -m bench.publish 1e5` for others.
"""

import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import derive_keys
from schoon.kinds import Digest, Kind
from schoon.lists import ImportOptions, KnownGood, SourceFormat
from schoon.lists.service import ListPorts, ListService, Publication
from schoon.parties import Role
from schoon.parties.service import PartyService
from schoon.store import Database, migrate
from schoon.store.batches import SqlBatchBook
from schoon.store.entries import SqlEntryBook
from schoon.store.journal import SqlJournal
from schoon.store.marks import SqlMarkBook
from schoon.store.parties import SqlPartyBook
from schoon.store.publications import SqlPublicationBook

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KNOWN_GOOD_FILES = 1_000
LIMITS = "all of it under 360 s and 4 GB on 2 cores, no write over 1 s"


def measure(size: int = 10_000_000) -> list[dict[str, Any]]:
    """The figures of one run."""
    folder = Path(tempfile.mkdtemp(prefix="schoon-bench-"))
    try:
        return _measure(size, folder)
    finally:
        shutil.rmtree(folder)


def _measure(size: int, folder: Path) -> list[dict[str, Any]]:
    source = folder / "list.csv"
    write_list(source, size)
    (folder / "publication").mkdir()
    path = folder / "schoon.db"
    migrate(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    lists, supplier, keys = _house(database, folder / "publication")
    waits = _Waits(f"sqlite:///{path}")
    times: dict[str, float] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        done = work()
        times[name] = time.perf_counter() - started
        print(f"   {name}: {times[name]:.1f} s, peak {_peak_gib():.2f} GiB", flush=True)
        return done

    options = ImportOptions(source_format=SourceFormat.CSV)
    with waits:
        report = step("import", lambda: lists.import_file(source, supplier, options, by="bench", now=NOW))
        for organisation, key in keys.items():
            work = partial(lists.attest, report.batch_id, organisation, key, by="bench", now=NOW)
            step(f"attestation {organisation}", work)
        good = known_good(KNOWN_GOOD_FILES)
        step("known-good test", lambda: lists.test([report.batch_id], good, by="bench", now=NOW))
        published = step("publish", lambda: lists.publish(by="bench", now=NOW))
    assert (report.new, published.entries) == (size, size), (report, published)
    peak = _peak_gib()
    database.close()
    limit = _sqlite_itself(path, folder / "limit.db")
    text = f"{size:,} entries"
    own = [
        _figure("list, from file to published", text, sum(times.values()), "s", LIMITS),
        _figure("list, peak memory of the publisher", text, peak, "GiB", LIMITS),
        _figure("list, longest write of the import", text, report.longest_write.total_seconds(), "s", LIMITS),
        _figure("list, longest wait of another writer", text, waits.longest, "s", LIMITS),
    ]
    steps = [_figure(f"list, {name}", text, seconds, "s", "part of the whole") for name, seconds in times.items()]
    steps[0]["peers"] = {"SQLite executemany of the same rows": limit}
    return own + steps


def write_list(path: Path, size: int) -> None:
    """A CSV with md5, sha1 and pdq of every entry, random."""
    random = np.random.default_rng(16)
    with path.open("w") as out:
        out.write("id,category,time,md5,sha1,pdq\n")
        for start in range(0, size, 50_000):
            count = min(50_000, size - start)
            raw = random.bytes(68 * count).hex()
            out.writelines(
                f"{start + i},baseline,2026-01-01T00:00:00Z,{raw[136 * i : 136 * i + 32]},"
                f"{raw[136 * i + 32 : 136 * i + 72]},{raw[136 * i + 72 : 136 * i + 136]}\n"
                for i in range(count)
            )


def known_good(files: int) -> KnownGood:
    """Random digests of lawful files that do not exist."""
    random = np.random.default_rng(17)
    sizes = {Kind.MD5: 16, Kind.SHA1: 20, Kind.PDQ: 32}
    digests = [Digest(kind=kind, value=random.bytes(n)) for _ in range(files) for kind, n in sizes.items()]
    return KnownGood.of(digests, count=files)


def _house(database: Database, directory: Path) -> tuple[ListService, Any, dict[Any, Ed25519PrivateKey]]:
    ports = ListPorts(
        transactions=database,
        batches=SqlBatchBook(),
        entries=SqlEntryBook(),
        marks=SqlMarkBook(),
        publications=SqlPublicationBook(),
        parties=SqlPartyBook(),
        journal=SqlJournal(),
    )
    parties = PartyService(transactions=database, parties=ports.parties, journal=ports.journal)
    keys = {}
    hotline = parties.add_organisation("hotline", Role.HOTLINE, by="bench", now=NOW).organisation_id
    police = parties.add_organisation("police", Role.POLICE, by="bench", now=NOW).organisation_id
    for organisation in (hotline, police):
        keys[organisation] = Ed25519PrivateKey.generate()
        parties.add_key(organisation, keys[organisation].public_key().public_bytes_raw(), by="bench", now=NOW)
    publication = Publication(list_name="nl", directory=directory, signing_key=Ed25519PrivateKey.generate())
    lists = ListService(ports=ports, keys=derive_keys(bytes(32)), publication=publication)
    supplier = lists.add_supplier("police", police, supplier_class="police", by="bench", now=NOW)
    return lists, supplier.supplier_id, keys


class _Waits:
    """Another process that writes ten times a second, as hits do, and how long it had to wait at most."""

    def __init__(self, url: str) -> None:
        self.longest = 0.0
        self._command = [sys.executable, "-m", "bench.publish", "--write-to", url]

    def __enter__(self) -> None:
        self._writer = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __exit__(self, *_: object) -> None:
        out = self._writer.communicate()[0]
        self.longest = float(out)


def write_until_told(url: str) -> float:
    """The longest time that a write took, until standard input is closed."""
    database, stop, longest = Database(url), threading.Event(), 0.0

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    while not stop.wait(0.1):
        started = time.perf_counter()
        with database.write():
            pass
        longest = max(longest, time.perf_counter() - started)
    database.close()
    return longest


def _sqlite_itself(source: Path, target: Path) -> float:
    """Seconds that SQLite takes for the same rows, without parsing, sealing, triggers or a journal of its own."""
    reading, writing = sqlite3.connect(source), sqlite3.connect(target, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536"):
        writing.execute(statement)
    seconds = 0.0
    for table in ("entries", "entry_blocks"):
        (schema,) = reading.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
        writing.execute(schema)
        cursor = reading.execute(f"SELECT * FROM {table} ORDER BY 1")
        insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(cursor.description))})"
        while rows := cursor.fetchmany(10_000 if table == "entries" else 3):
            started = time.perf_counter()
            writing.execute("BEGIN IMMEDIATE")
            writing.executemany(insert, rows)
            writing.execute("COMMIT")
            seconds += time.perf_counter() - started
    reading.close()
    writing.close()
    return seconds


def _peak_gib() -> float:
    used = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return used / 2**20


def _figure(name: str, size: str, value: float, unit: str, limit: str) -> dict[str, Any]:
    return {"figure": name, "size": size, "value": value, "unit": unit, "peers": {}, "limit": limit}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write-to"]:
        print(write_until_told(sys.argv[2]))
        sys.exit()
    for figure in measure(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000):
        print(figure)
