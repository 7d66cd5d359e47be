"""An installation with a published list, the service over it as `schoon serve` runs it, and deltas to publish."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import urllib3

from schoon.check import MemberDraft
from schoon.index import (
    ENTRY_DTYPE,
    Columns,
    DeltaContents,
    Head,
    derive_keys,
    tags_of,
    write_delta,
    write_head,
    write_snapshot,
)
from schoon.kinds import KIND_BITS, FileRecord, Kind, SnapshotHeader, Standing, SupplierLabel
from schoon.main._compose import initialise_home, make_rooms
from schoon.main._keys import list_secret, private_key_of
from schoon.settings import Settings
from tests.integration.api.conftest import free_port, wait_until

SEED = 20261122
SERVER_CORE, CLIENT_CORE = 0, 1
SUPPLIERS = (SupplierLabel(code=1, name="police-nl", supplier_class="police"),)


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Installation:
    """A home with keys, a database, one member and a published list of MD5 digests."""

    home: Path
    entries: int
    token: str = ""
    listed: np.ndarray = field(default_factory=lambda: np.zeros((0, 16), np.uint8))

    def __post_init__(self) -> None:
        self.settings = Settings.from_environment({"SCHOON_HOME": str(self.home)})
        initialise_home(self.settings)
        self.keys = derive_keys(list_secret(self.settings))
        self.signing_key = private_key_of(self.settings.signing_key_file)
        self.receipt_key = private_key_of(self.settings.receipt_key_file).public_key().public_bytes_raw()
        self.version, self.used = 1, 0
        self.deltas: list[FileRecord] = []
        self._publish_snapshot()
        rooms = make_rooms(self.settings, clock)
        rooms.members.add(MemberDraft(name="bench", quota=10**12), actor="bench", now=clock())
        self.token = rooms.members.issue_token("bench", actor="bench", now=clock()).text
        rooms.close()

    def not_hit_before(self, count: int) -> np.ndarray:
        """Listed digests, other ones at each call; from the first again when all were given."""
        places = np.arange(self.used, self.used + count) % len(self.listed)
        self.used += count
        return self.listed[places]

    def prepare_delta(self, entries: int) -> tuple[Path, Head]:
        """A delta that adds so many entries with MD5 and PDQ, signed and laid aside, and the head that names it."""
        rng = np.random.default_rng([SEED, self.version])  # no digest that is asked for is among them
        last = self.deltas[-1] if self.deltas else self.snapshot
        self.version += 1
        first = self.entries + 1 + len(self.deltas) * entries
        rows = entry_rows(first, entries, KIND_BITS[Kind.MD5] | KIND_BITS[Kind.PDQ])
        path = self.home / f"delta-{self.version:012}.schoon"
        record = write_delta(
            path,
            DeltaContents(
                header=self._header(),
                added=Columns(
                    entries=rows,
                    exact={Kind.MD5: self._tagged(rng.integers(0, 256, (entries, 16), dtype=np.uint8))},
                    vectors=rng.integers(0, 256, (entries, 32), dtype=np.uint8),
                    vector_rows=np.arange(entries, dtype=np.uint32),
                ),
                changed_ids=np.zeros(0, dtype=np.uint32),
                changed_standings=np.zeros(0, dtype=np.uint8),
            ),
            previous_sha256=last.sha256,
            previous_version=self.version - 1,
            keys=self.keys,
            signing_key=self.signing_key,
        )
        self.deltas.append(record)
        return path, self._head()

    def publish(self, path: Path, head: Head) -> None:
        """Put a prepared delta where services look."""
        path.rename(self.settings.publication / path.name)
        write_head(self.settings.publication, head, signing_key=self.signing_key)

    @contextmanager
    def served(self) -> Iterator[int]:
        """`schoon serve` on the first core, ready."""
        port = free_port()
        command = [sys.executable, "-m", "schoon", "serve", "--port", str(port)]
        with on_core(SERVER_CORE, command, {"SCHOON_HOME": str(self.home), "SCHOON_LOG_LEVEL": "error"}):
            wait_until(lambda: says_200("GET", f"http://127.0.0.1:{port}/health/ready"))
            yield port

    def _publish_snapshot(self) -> None:
        self.listed = np.random.default_rng(SEED).integers(0, 256, (self.entries, 16), dtype=np.uint8)
        columns = Columns(
            entries=entry_rows(1, self.entries, KIND_BITS[Kind.MD5]),
            exact={Kind.MD5: self._tagged(self.listed)},
            vectors=np.zeros((0, 32), dtype=np.uint8),
            vector_rows=np.zeros(0, dtype=np.uint32),
        )
        path = self.settings.publication / "snapshot-000000000001.schoon"
        self.snapshot = write_snapshot(path, self._header(), columns, keys=self.keys, signing_key=self.signing_key)
        write_head(self.settings.publication, self._head(), signing_key=self.signing_key)

    def _tagged(self, digests: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return tags_of(self.keys, Kind.MD5, digests), np.arange(len(digests), dtype=np.uint32)

    def _header(self) -> SnapshotHeader:
        return SnapshotHeader(list_name="nl", version=self.version, created_at=clock(), suppliers=SUPPLIERS)

    def _head(self) -> Head:
        return Head(
            list_name="nl", version=self.version, issued_at=clock(), snapshot=self.snapshot, deltas=tuple(self.deltas)
        )


def entry_rows(first: int, count: int, kinds: int) -> np.ndarray:
    rows = np.zeros(count, dtype=ENTRY_DTYPE)
    rows["entry_id"] = np.arange(first, first + count)
    rows["supplier"] = rows["category"] = 1
    rows["kinds"] = kinds
    rows["standing"] = Standing.ACTIVE
    return rows


@contextmanager
def on_core(
    core: int, command: list[str], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, preexec_fn=lambda: os.sched_setaffinity(0, {core})
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def says_200(method: str, url: str) -> bool:
    try:
        with urllib3.PoolManager() as pool:
            return pool.request(method, url, retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        time.sleep(0.05)
        return False
