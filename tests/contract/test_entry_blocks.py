"""The entries of an older database come into blocks as they are, on both dialects, and open there."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

import schoon.store
from schoon.index import derive_keys
from schoon.kinds import BatchId
from schoon.lists import BLOCK_ENTRIES, SealForm, TamperedError
from schoon.lists._sealing import Sealer
from schoon.store import Database, migrate
from schoon.store.batches import SqlBatchBook
from schoon.store.entries import SqlEntryBook
from tests.contract.conftest import BACKENDS
from tests.naive_seals import content_of, header_of, packed_of, sealed_of

KEYS = derive_keys(b"\x07" * 32)
MD5 = 1
OLD = text(
    "INSERT INTO entries"
    " (id, batch_id, supplier_id, ref, revision, category, kinds, supplier_time, md5, content, sealed)"
    " VALUES (:id, :batch, 1, :ref, :revision, :category, :kinds, :time, :tag, :content, :sealed)"
)


def old_rows(count: int) -> list[dict[str, Any]]:
    """Rows of two batches as the first schema held them, with a gap between ids in the first."""
    rows = []
    for n in range(1, count + 1):
        header, packed = header_of(1, 1 + n % 4, MD5, f"r{n}"), packed_of(md5=n.to_bytes(16))
        time = None if n % 5 else n
        rows.append(
            {
                "id": n + 10 if n > 50 else n,
                "batch": 2 if 20 < n <= 30 else 1,
                "ref": f"r{n}",
                "revision": 1,
                "category": 1 + n % 4,
                "kinds": MD5,
                "time": time,
                "tag": bytes(16),
                "content": content_of(KEYS, header, packed),
                "sealed": sealed_of(KEYS, header, packed, time),
            }
        )
    return rows


def upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schoon.store.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    found: str = request.getfixturevalue("postgresql_url")
    return found


def fill(database: Database, rows: list[dict[str, Any]]) -> None:
    at = "'2026-01-01 00:00:00'"
    with database.write() as tx:
        upgrade_to(tx, "0002")
        tx.execute(text(f"INSERT INTO organisations (id, name, role, added_at) VALUES (1, 'o', 'hotline', {at})"))
        tx.execute(
            text(
                "INSERT INTO suppliers (id, organisation_id, name, supplier_class, added_at)"
                f" VALUES (1, 1, 's', 'hotline', {at})"
            )
        )
        for batch in (1, 2):
            ids = [row["id"] for row in rows if row["batch"] == batch]
            tx.execute(
                text(
                    "INSERT INTO batches (id, supplier_id, state, source_sha256, source_format, opened_at,"
                    f" first_entry_id, last_entry_id) VALUES ({batch}, 1, 'importing', :hash, 'csv', {at},"
                    f" {ids[0]}, {ids[-1]})"
                ),
                {"hash": bytes(32)},
            )
        tx.execute(OLD, rows)


def test_old_rows_become_blocks_that_open(url: str) -> None:
    rows = old_rows(BLOCK_ENTRIES + 200)
    database = Database(url)
    fill(database, rows)
    migrate(url)
    sealer, books, entries = Sealer(KEYS), SqlBatchBook(), SqlEntryBook()
    found, sizes = [], []
    with database.read() as tx:
        for number in (1, 2):
            for stored in entries.stream(tx, books.batch(tx, BatchId(number))):
                assert stored.block.form is SealForm.EACH
                packed = sealer.open(stored.block).texts()
                found += [
                    (stored.first_id + place, number, ref, code, kinds, packed[place])
                    for place, (ref, code, kinds) in enumerate(
                        zip(stored.block.refs, stored.block.categories, stored.block.kinds, strict=True)
                    )
                ]
                sizes.append(len(stored.block))
        known = entries.known(tx, books.suppliers(tx)[0].supplier_id, {"r5", "r6"})
    assert sorted(found) == sorted(
        (r["id"], r["batch"], r["ref"], r["category"], MD5, packed_of(md5=int(r["ref"][1:]).to_bytes(16))) for r in rows
    )
    assert sizes == [20, 20, BLOCK_ENTRIES, 150, 10], "ids that follow on each other share a block"
    assert [known[ref].supplier_time for ref in ("r5", "r6")] == [5, None]
    assert known["r6"].content == rows[5]["content"]
    database.close()


def test_an_empty_database_has_no_blocks(url: str) -> None:
    database = Database(url)
    with database.write() as tx:
        upgrade_to(tx, "0002")
    migrate(url)
    with database.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM entry_blocks")) == 0
    database.close()


@pytest.mark.parametrize("stray", [500, 4_000_000_000])
def test_an_entry_that_no_import_added_stops_the_migration_and_changes_nothing(url: str, stray: int) -> None:
    rows = old_rows(100)
    database = Database(url)
    fill(database, rows)
    with database.write() as tx:
        tx.execute(OLD, rows[0] | {"id": stray, "revision": 2})
    with pytest.raises(TamperedError, match="1 entries are of no batch's import"):
        migrate(url)
    with database.read() as tx:
        assert tx.scalar(text("SELECT count(sealed) FROM entries")) == 101
    database.close()
