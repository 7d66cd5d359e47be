"""From a file with 10 million entries to a published list on SQLite: import, two attestations, test, publish, delta.

The limit is SQLite itself: the very rows that were stored, put into empty copies of their tables and nothing else. The
peer "SQLite bulk insert" puts the same entries in as one row each, by one `executemany` per 10,000: what a list in a
plain table costs before anything is parsed, sealed, hashed, attested or published. Memory is the peak of the process
and of its largest helper; the longest write is the longest time that anybody else who wants to write (a hit) had to
wait. Other sizes: `python -m bench.publish 1e5`.
"""

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import derive_keys
from schoon.kinds import Digest, Kind
from schoon.lists import ImportOptions, KnownGood, PublishForm, SourceFormat
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
DELTA = 10_000
SEALED_BYTES = 12 + 93 + 16
"""What an entry with md5, sha1 and pdq takes when it is sealed by itself."""


def measure(size: int = 10_000_000) -> Iterable[dict[str, Any]]:
    """The figures of one run."""
    folder = Path(tempfile.mkdtemp(prefix="schoon-bench-"))
    try:
        yield from _measure(size, folder)
    finally:
        shutil.rmtree(folder)


def points(sizes: Iterable[int]) -> Iterator[tuple[int, float, float]]:
    """Entries, seconds from file to published, and peak memory in GiB; each size in a process of its own."""
    for size in sizes:
        command = [sys.executable, "-m", "bench.publish", "--point", str(size)]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        seconds, peak = json.loads(shown.splitlines()[-1])
        yield size, seconds, peak


@dataclass
class Run:
    """One list, from file to published, and how long each step of it took."""

    folder: Path
    size: int
    times: dict[str, float] = field(default_factory=dict)
    longest_write: float = 0.0
    longest_wait: float = 0.0

    def __post_init__(self) -> None:
        (self.folder / "publication").mkdir()
        self.path = self.folder / "schoon.db"
        migrate(f"sqlite:///{self.path}")
        self.database = Database(f"sqlite:///{self.path}")
        self.lists, self.supplier, self.keys = _house(self.database, self.folder / "publication")

    def all_steps(self) -> None:
        """Import, attest, test and publish, while somebody else writes too."""
        waits = _Waits(f"sqlite:///{self.path}")
        with waits:
            self.prepare(write_list(self.folder / "list.csv", self.size))
            published = self.step("publish", lambda: self.lists.publish(by="bench", now=NOW))
        self.longest_wait = waits.longest
        if published.entries != self.size:
            raise RuntimeError(f"{published.entries} entries were published, not {self.size}")

    def prepare(self, source: Path) -> None:
        """Bring the entries of a file up to the publish."""
        options = ImportOptions(source_format=SourceFormat.CSV)
        report = self.step("import", lambda: self.lists.import_file(source, self.supplier, options, by="b", now=NOW))
        self.longest_write = max(self.longest_write, report.longest_write.total_seconds())
        for number, (organisation, key) in enumerate(self.keys.items(), 1):
            work = partial(self.lists.attest, report.batch_id, organisation, key, by="bench", now=NOW)
            self.step(f"attestation {number}", work)
        good = known_good(KNOWN_GOOD_FILES)
        self.step("known-good test", lambda: self.lists.test([report.batch_id], good, by="bench", now=NOW))

    def delta(self) -> float:
        """Seconds from the decision to publish 10,000 further entries until the head that names them is on disk."""
        self.prepare(write_list(self.folder / "delta.csv", DELTA, first=self.size))
        return self.timed(lambda: self.lists.publish(by="bench", now=NOW, form=PublishForm.DELTA))[1]

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """What the work gives; its time is kept, the first time that the step is done."""
        done, seconds = self.timed(work)
        self.times.setdefault(name, seconds)
        print(f"   {name}: {seconds:.1f} s, peak {peak_gib():.2f} GiB", file=sys.stderr, flush=True)
        return done

    def timed(self, work: Callable[[], Any]) -> tuple[Any, float]:
        """What the work gives, and how long it took."""
        started = time.perf_counter()
        done = work()
        return done, time.perf_counter() - started


def _measure(size: int, folder: Path) -> Iterator[dict[str, Any]]:
    run = Run(folder, size)
    run.all_steps()
    peak, text = peak_gib(), f"{size:,} entries"
    steps = dict(run.times)
    delta = run.delta()
    run.database.close()
    limit, plain = _as_stored(run.path, folder / "limit.db"), _one_row_each(run.path, folder / "plain.db")
    peers = {"SQLite bulk insert": plain}
    yield _figure("list, from file to published", text, sum(steps.values()), "s", peers=peers, limit=limit)
    yield _figure("list, peak memory of the publisher", text, peak, "GiB")
    yield _figure("list, longest write of the import", text, run.longest_write, "s")
    yield _figure("list, longest wait of another writer", text, run.longest_wait, "s")
    yield _figure("list, import", text, steps.pop("import"), "s", peers=peers, limit=limit)
    for name, seconds in steps.items():
        yield _figure(f"list, {name}", text, seconds, "s")
    yield _figure(f"delta of {DELTA:,}, decided to published", f"after {text}", delta, "s")


def write_list(path: Path, size: int, *, first: int = 0) -> Path:
    """A CSV with md5, sha1 and pdq of every entry, random; ids count from `first`."""
    random = np.random.default_rng(16 + first)
    with path.open("w") as out:
        out.write("id,category,time,md5,sha1,pdq\n")
        for start in range(0, size, 50_000):
            count = min(50_000, size - start)
            raw = random.bytes(68 * count).hex()
            out.writelines(
                f"{first + start + i},baseline,2026-01-01T00:00:00Z,{raw[136 * i : 136 * i + 32]},"
                f"{raw[136 * i + 32 : 136 * i + 72]},{raw[136 * i + 72 : 136 * i + 136]}\n"
                for i in range(count)
            )
    return path


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


def _as_stored(source: Path, target: Path) -> float:
    """Seconds that SQLite takes for the rows as they stand in the tables, without triggers or anything else."""
    reading, writing = sqlite3.connect(source), _empty(target)
    seconds = 0.0
    for table, count in (("entries", 10_000), ("entry_blocks", 3)):
        (schema,) = reading.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
        writing.execute(schema)
        cursor = reading.execute(f"SELECT * FROM {table} ORDER BY 1")
        insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(cursor.description))})"
        while rows := cursor.fetchmany(count):
            seconds += _inserted(writing, insert, rows)
    reading.close()
    writing.close()
    return seconds


def _one_row_each(source: Path, target: Path) -> float:
    """Seconds that SQLite takes for one row per entry: name, category, kinds, time, content, sealed digests."""
    reading, writing = sqlite3.connect(source), _empty(target)
    writing.execute(
        "CREATE TABLE entries (id INTEGER PRIMARY KEY, supplier_id INTEGER NOT NULL, ref TEXT NOT NULL,"
        " category INTEGER NOT NULL, kinds INTEGER NOT NULL, time INTEGER, content BLOB NOT NULL, sealed BLOB NOT NULL,"
        " UNIQUE (supplier_id, ref))"
    )
    seconds, sealed = 0.0, np.random.default_rng(18).bytes(SEALED_BYTES)
    cursor = reading.execute("SELECT id, supplier_id, ref FROM entries ORDER BY id")
    while names := cursor.fetchmany(10_000):
        rows = [(*name, 1, 11, 1_767_225_600_000_000, sealed[:32], sealed) for name in names]
        seconds += _inserted(writing, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    reading.close()
    writing.close()
    return seconds


def _empty(path: Path) -> sqlite3.Connection:
    made = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536"):
        made.execute(statement)
    return made


def _inserted(writing: sqlite3.Connection, insert: str, rows: list[Any]) -> float:
    started = time.perf_counter()
    writing.execute("BEGIN IMMEDIATE")
    writing.executemany(insert, rows)
    writing.execute("COMMIT")
    return time.perf_counter() - started


def peak_gib() -> float:
    """The most memory that this process and its largest helper ever held."""
    used = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return used / 2**20


def _figure(
    name: str, size: str, value: float, unit: str, *, peers: dict[str, float] | None = None, limit: float | None = None
) -> dict[str, Any]:
    return {"figure": name, "size": size, "value": value, "unit": unit, "peers": peers or {}, "limit": limit}


def _point(size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="schoon-bench-") as folder:
        run = Run(Path(folder), size)
        run.all_steps()
        run.database.close()
        print(json.dumps([sum(run.times.values()), peak_gib()]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write-to"]:
        print(write_until_told(sys.argv[2]))
    elif sys.argv[1:2] == ["--point"]:
        _point(int(sys.argv[2]))
    else:
        for figure in measure(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000):
            print(figure)
