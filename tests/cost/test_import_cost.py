"""What an import, an attestation, the known-good test and a publish cost in things that do not depend on the machine.

Each bound stands close above what is so now. A regression of any of them makes ten million entries slower by minutes,
whatever the clock of the machine that runs the tests says.
"""

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from schoon.index import warm
from schoon.kinds import Kind
from schoon.lists import BLOCK_ENTRIES, KnownGood, PublishForm, SourceFormat
from schoon.store import Database, migrate
from tests.contract.test_lists import sql_ports
from tests.houses import House

ENTRIES = 50_000
BLOCKS = -(-ENTRIES // BLOCK_ENTRIES)
DELTA = 10_000
TRACED = {"import", "attestation", "known-good test", "publish"}
"""Steps whose memory is measured, which makes every allocation several times as slow."""


@dataclass
class Meter:
    """Counts what SQLite is asked: statements without commits, write transactions, rows that come back."""

    statements: int = 0
    writes: int = 0
    rows: int = 0

    def connect(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.row_factory = self._fetched

    def execute(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.statements += 1
        self.writes += statement == "BEGIN IMMEDIATE"

    def _fetched(self, _cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self.rows += 1
        return row


@dataclass(frozen=True)
class Cost:
    """What one step came to."""

    statements: int
    rows: int
    writes: int
    peak_bytes: int


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cost]:
    """Each step of a list of 50,000 entries on SQLite, once."""
    warm()
    folder = tmp_path_factory.mktemp("cost")
    (folder / "publication").mkdir()
    url = f"sqlite:///{folder}/schoon.db"
    migrate(url)
    meter, found = Meter(), dict[str, Cost]()
    listeners: dict[str, Callable[..., Any]] = {"connect": meter.connect, "before_cursor_execute": meter.execute}
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        database = Database(url)
        house = House(sql_ports(database), folder / "publication")
        for step, work in steps(house, folder):
            meter.statements = meter.writes = meter.rows = 0
            if step in TRACED:
                tracemalloc.start()
            work()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            found[step] = Cost(meter.statements, meter.rows, meter.writes, peak)
        database.close()
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)
    return found


def steps(house: House, folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps, in order; what the next one needs is known when it comes."""
    source, delta = write_csv(folder / "list.csv", 0, ENTRIES), write_csv(folder / "delta.csv", ENTRIES, DELTA)
    yield "import", lambda: house.take_file(source, SourceFormat.CSV)
    (batch,) = house.lists.batches()
    yield "attestation", lambda: house.attest(batch.batch_id, house.hotline)
    house.attest(batch.batch_id, house.police)
    good = KnownGood(
        count=10, exact={Kind.MD5: np.zeros((10, 16), np.uint8)}, vectors=np.empty((0, 32), dtype=np.uint8)
    )
    yield "known-good test", lambda: house.lists.test([batch.batch_id], good, by="op", now=house.tick())
    yield "publish", house.publish
    yield "same import again", lambda: house.take_file(source, SourceFormat.CSV)
    house.take_file(delta, SourceFormat.CSV)
    added = house.lists.batches()[-1].batch_id
    house.attest(added)
    house.lists.test([added], good, by="op", now=house.tick())
    yield "delta", lambda: house.publish(form=PublishForm.DELTA)


def write_csv(path: Path, first: int, count: int) -> Path:
    """Entries with md5, sha1 and pdq, random."""
    raw = np.random.default_rng(first + 3).bytes(68 * count).hex()
    with path.open("w") as out:
        out.write("id,category,time,md5,sha1,pdq\n")
        for n in range(count):
            one = raw[136 * n : 136 * n + 136]
            out.write(f"{first + n},baseline,2026-01-01T00:00:00Z,{one[:32]},{one[32:72]},{one[72:]}\n")
    return path


def test_an_import_takes_eight_statements_and_one_transaction_per_block(costs: dict[str, Cost]) -> None:
    """Per entry there must be none: binding one entry's values took longer than sealing it."""
    cost = costs["import"]
    assert cost.statements <= 8 * BLOCKS + 20
    assert cost.writes <= BLOCKS + 1
    assert cost.rows <= 4 * BLOCKS + 20


@pytest.mark.parametrize("step", ["attestation", "known-good test", "publish"])
def test_a_list_is_read_back_once_per_step_and_block_by_block(costs: dict[str, Cost], step: str) -> None:
    """Every attestation and every publish opens all entries again; ten million rows would be ten million fetches."""
    cost = costs[step]
    assert BLOCKS <= cost.rows <= BLOCKS + 60
    assert cost.statements <= BLOCKS + 60
    assert cost.writes <= 4


def test_the_same_file_again_writes_nothing_and_looks_each_block_up_once(costs: dict[str, Cost]) -> None:
    """A supplier sends its whole list every night: it is compared by contents, which are read a block at a time."""
    cost = costs["same import again"]
    assert cost.rows <= ENTRIES + 4 * BLOCKS + 20, "one row per name"
    assert cost.statements <= 10 * BLOCKS + 20
    assert cost.writes <= BLOCKS


def test_a_delta_reads_its_own_blocks_alone(costs: dict[str, Cost]) -> None:
    """It must not read the fifty thousand that are published: that is what makes it quick."""
    cost = costs["delta"]
    assert cost.rows <= -(-DELTA // BLOCK_ENTRIES) + 60
    assert cost.statements <= -(-DELTA // BLOCK_ENTRIES) + 60


@pytest.mark.parametrize("step", ["import", "attestation", "known-good test"])
def test_what_goes_block_by_block_holds_a_few_blocks_and_no_more(costs: dict[str, Cost], step: str) -> None:
    """However long the list is: some blocks are being opened while the next one is read (nine megabytes)."""
    assert costs[step].peak_bytes <= 12 << 20


def test_a_publish_holds_its_columns_and_one_sorted_copy(costs: dict[str, Cost]) -> None:
    """Bytes per entry at 50,000 entries, the blocks in flight included; ten million must fit beside a service."""
    assert costs["publish"].peak_bytes / ENTRIES <= 600
