"""Blocks and names hold each other: what stands in one table alone takes nobody off the list, and is found."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.kinds import BatchId, EntryId, Standing, Transaction
from schoon.lists import EntryBlock, PublishForm, TamperedError
from schoon.store import Database
from schoon.store.entries import SqlEntryBook
from tests.contract.conftest import BACKENDS
from tests.contract.test_list_guards import run, unguarded
from tests.contract.test_lists import sql_ports
from tests.houses import House, ids, line


@pytest.fixture(params=[*BACKENDS])
def house(request: pytest.FixtureRequest, tmp_path: Path, open_backend: Callable[[str], Database]) -> House:
    directory = tmp_path / "publication"
    directory.mkdir()
    return House(sql_ports(open_backend(request.param)), directory)


IMPORTING = (
    "INSERT INTO batches (id, supplier_id, state, source_sha256, source_format, opened_at)"
    " SELECT 99, supplier_id, 'importing', source_sha256, source_format, opened_at FROM batches WHERE id = 1"
)
BLOCK = (
    "INSERT INTO entry_blocks SELECT {first}, 99, supplier_id, 1, 2, substr(categories, 1, 1), substr(kinds, 1, 1),"
    " substr(times, 1, 8), substr(contents, 1, 32), sealed FROM entry_blocks WHERE first_id = 1"
)


def name(entry_id: int, *, supplier: int = 1, batch: int = 99) -> str:
    return f"INSERT INTO entries VALUES ({entry_id}, {batch}, {supplier}, 'stray-{entry_id}', 1)"


@pytest.mark.parametrize(
    "statements",
    [
        [BLOCK.format(first=2)],
        [BLOCK.format(first=10)],
        [BLOCK.format(first=11)],
        [name(11), BLOCK.format(first=12)],
        [name(11, supplier=2), BLOCK.format(first=11)],
        [
            *(name(n) for n in (11, 12, 13)),
            BLOCK.format(first=12),
            BLOCK.format(first=11)
            .replace("11, 99, supplier_id, 1", "11, 99, supplier_id, 3")
            .replace(", 1, 1)", ", 1, 3)")
            .replace("1, 8)", "1, 24)")
            .replace("1, 32)", "1, 96)"),
        ],
    ],
    ids=["inside", "at the end", "no names", "other names", "other supplier", "around its own"],
)
def test_sql_cannot_add_a_block_over_other_entries_than_its_own(house: House, statements: list[str]) -> None:
    house.ready(*(line(f"s{n}") for n in range(10)))
    run(house, IMPORTING)
    if len(statements) > 1:
        run(house, *statements[:-1])
    with pytest.raises(IntegrityError):
        run(house, statements[-1])


def test_sql_may_add_a_block_over_the_names_of_its_batch(house: House) -> None:
    house.ready(*(line(f"s{n}") for n in range(10)))
    run(house, IMPORTING, name(11), BLOCK.format(first=11))


def test_a_block_that_shadows_an_entry_does_not_keep_it_on_the_list(house: House) -> None:
    house.ready(*(line(f"s{n}") for n in range(10)))
    house.publish()
    unguarded(house, "entry_blocks", IMPORTING)
    run(house, BLOCK.format(first=2))
    with house.ports.transactions.read() as tx:
        described = house.ports.entries.described(tx, ids(*range(1, 11)))
        known = house.ports.entries.known(tx, house.supplier, {"id-s1", "id-s5"})
    assert [(entry, batch) for entry, batch, _, _ in described] == [(n, 1) for n in range(1, 11)]
    assert {ref: entry.entry_id for ref, entry in known.items()} == {"id-s1": 2, "id-s5": 6}
    house.lists.withdraw(ids(6), reason="wrong", by="op", now=house.tick())
    assert house.found("s5") == {}
    assert house.found("s4") == {5: Standing.ACTIVE}


def test_an_entry_without_a_block_is_not_passed_over(house: House) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    unguarded(house, "entry_blocks", "DELETE FROM entry_blocks")
    for ask in (
        lambda: house.lists.withdraw(ids(2), reason="x", by="op", now=house.tick()),
        lambda: house.take(line("a"), line("c")),
    ):
        with pytest.raises(TamperedError, match="no block"):
            ask()


def forget_entry_two(house: House) -> None:
    """Delete the name of entry 2 as somebody who may drop triggers and constraints."""
    database = house.ports.transactions
    assert isinstance(database, Database)
    if database.dialect == "postgresql":
        run(house, "ALTER TABLE entry_marks DROP CONSTRAINT fk_entry_marks_entry_id")
        unguarded(house, "entries", "DELETE FROM entries WHERE id = 2")
        return
    with sqlite3.connect(database.url.database or "") as connection:  # where foreign keys do not count
        connection.execute("DROP TRIGGER entries_no_delete")
        connection.execute("DELETE FROM entries WHERE id = 2")
    connection.close()


def forget_block(house: House) -> None:
    unguarded(house, "entry_blocks", "DELETE FROM entry_blocks WHERE first_id = 1")


@pytest.mark.parametrize("forget", [forget_block, forget_entry_two])
def test_a_delta_does_not_count_a_decision_as_carried_that_it_does_not_hold(
    house: House, forget: Callable[[House], None]
) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    house.ready(line("c"))
    house.service(signing=False).withdraw(ids(2), reason="x", by="op", now=house.tick())
    assert house.lists.status().waiting_marks == 1
    forget(house)
    with pytest.raises(TamperedError):
        house.publish(form=PublishForm.DELTA)
    assert house.lists.status().waiting_marks == 1
    assert house.found("b") == {2: Standing.ACTIVE}


class StrayEntries(SqlEntryBook):
    """An entry book beside which somebody else writes a name without a block, while the batch is imported."""

    def __init__(self, *statements: str) -> None:
        self.statements = statements

    def add(self, tx: Transaction, batch_id: BatchId, block: EntryBlock, revisions: Sequence[int]) -> EntryId | None:
        first = super().add(tx, batch_id, block, revisions)
        for statement in self.statements:
            tx.execute(text(statement))  # type: ignore[attr-defined]  # a connection
        return first


STRAY = "INSERT INTO entries VALUES ({id}, 2, 1, '{ref}', {revision})"


def imported_beside(house: House, *statements: str) -> BatchId:
    """A second batch, of one entry with the id 3, imported while somebody else writes those statements."""
    ports = house.ports
    house.ports = replace(ports, entries=StrayEntries(*statements))
    house.lists = house.service()
    batch = house.batch(line("c"))
    house.ports = ports
    house.lists = house.service()
    assert batch == 2
    return batch


STRAYS = [
    [STRAY.format(id=4_000_000_000, ref="id-a", revision=2)],
    [STRAY.format(id=4_000_000_000, ref="new", revision=1)],
    [STRAY.format(id=-1, ref="id-a", revision=2)],
    [STRAY.format(id=-1, ref="new", revision=1)],
    ["UPDATE list_state SET next_entry_id = 9", STRAY.format(id=7, ref="id-a", revision=2)],
]


@pytest.mark.parametrize("statements", STRAYS)
def test_a_name_that_no_import_added_is_found_when_the_batch_is_attested(house: House, statements: list[str]) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    batch = imported_beside(house, *statements)
    with pytest.raises(TamperedError, match="names 2 entries; 1 were imported"):
        house.attest(batch)


@pytest.mark.parametrize("form", PublishForm)
def test_a_name_that_came_after_attesting_is_found_when_the_batch_is_published(house: House, form: PublishForm) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    house.ready(line("c"))
    unguarded(house, "entries", STRAY.format(id=4_000_000_000, ref="id-a", revision=2))
    with pytest.raises(TamperedError, match="names 2 entries"):
        house.publish(form=form)
    assert house.found("a") == {1: Standing.ACTIVE}


def test_a_name_without_a_block_replaces_nothing(house: House) -> None:
    house.ready(line("a"), line("b"))
    house.ready(line("b", category="national"))
    house.publish()
    unguarded(house, "entries", STRAY.format(id=4_000_000_000, ref="id-a", revision=2))
    with house.ports.transactions.read() as tx:
        assert house.ports.entries.replaced(tx, [BatchId(1), BatchId(2)]) == {2}
    house.lists.withdraw(ids(3), reason="x", by="op", now=house.tick())
    assert house.found("a") == {1: Standing.ACTIVE}


def test_sqlite_cannot_replace_a_name_through_its_supplier_and_ref(house: House) -> None:
    if "postgresql" in str(house.ports.transactions):
        pytest.skip("REPLACE is SQLite's")
    house.ready(line("a"), line("b"))
    house.publish()
    run(house, IMPORTING)
    with pytest.raises(IntegrityError):
        run(house, "INSERT OR REPLACE INTO entries VALUES (77, 99, 1, 'id-a', 1)")
    run(house, "INSERT OR REPLACE INTO entries VALUES (77, 99, 1, 'id-a', 2)")


def test_a_form_that_no_import_writes_is_said_to_be_tampered_with(house: House) -> None:
    house.ready(line("a"), line("b"))
    forget_check = "ALTER TABLE entry_blocks DROP CONSTRAINT ck_entry_blocks_form"
    if "sqlite" in str(house.ports.transactions):
        forget_check = "PRAGMA ignore_check_constraints = ON"
    run(house, forget_check)
    unguarded(house, "entry_blocks", "UPDATE entry_blocks SET form = 3")
    with pytest.raises(TamperedError, match="form"):
        house.publish()


def test_a_name_that_is_no_utf8_is_said_to_be_tampered_with(house: House) -> None:
    if "postgresql" in str(house.ports.transactions):
        pytest.skip("PostgreSQL stores no such text")
    house.ready(line("a"), line("b"))
    unguarded(house, "entries", "UPDATE entries SET ref = CAST(x'ff41' AS TEXT) WHERE id = 1")
    with pytest.raises(TamperedError):
        house.publish()
