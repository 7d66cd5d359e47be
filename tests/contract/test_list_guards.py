"""What no program can do to the list, whatever it sends to the database; and what a crash cannot break."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.kinds import Kind, RefusedError, Standing
from schoon.lists import BLOCK_ENTRIES, BatchState, PublishForm, TamperedError
from schoon.parties import Role
from schoon.store import Database
from schoon.store.entries import SqlEntryBook
from tests.contract.conftest import BACKENDS
from tests.contract.test_lists import sql_ports
from tests.houses import House, digest, ids, line


@pytest.fixture(params=[*BACKENDS])
def house(request: pytest.FixtureRequest, tmp_path: Path, open_backend: Callable[[str], Database]) -> House:
    directory = tmp_path / "publication"
    directory.mkdir()
    return House(sql_ports(open_backend(request.param)), directory)


def run(house: House, *statements: str) -> None:
    with house.ports.transactions.write() as tx:
        for statement in statements:
            tx.execute(text(statement))  # type: ignore[attr-defined]  # a connection


ACTIVATE = "UPDATE batches SET state = 'active', tested_at = '2026-01-01' WHERE id = 1"


@pytest.mark.parametrize("attestors", [0, 1])
def test_sql_cannot_make_a_batch_active_on_fewer_than_two_organisations(house: House, attestors: int) -> None:
    batch = house.batch(line("a"))
    if attestors:
        house.attest(batch, house.hotline)
    for statement in (
        ACTIVATE,
        ACTIVATE.replace(
            "state", "first_attestor = 1, first_key_id = 1, second_attestor = 1, second_key_id = 1, state"
        ),
        ACTIVATE.replace(
            "state", "first_attestor = 1, first_key_id = 1, second_attestor = 2, second_key_id = 2, state"
        ),
        (
            "INSERT INTO batches (id, supplier_id, state, source_sha256, source_format, opened_at) "
            "VALUES (77, 1, 'active', 'x', 'csv', '2026-01-01')"
        ),
    ):
        with pytest.raises(IntegrityError):
            run(house, statement)
    assert house.lists.batch(batch).state is not BatchState.ACTIVE


def test_sql_cannot_activate_an_untested_batch(house: House) -> None:
    house.attest(house.batch(line("a")))
    with pytest.raises(IntegrityError):
        run(house, "UPDATE batches SET state = 'active' WHERE id = 1")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batches SET first_attestor = 2, first_key_id = 2, second_attestor = 1, second_key_id = 1",
        "UPDATE batches SET second_attestor = NULL, second_key_id = NULL",
        "UPDATE batches SET state = 'proposed'",
        "UPDATE batches SET state = 'importing'",
        "UPDATE batches SET entry_count = 5",
        "UPDATE batches SET root = NULL",
        "UPDATE batches SET supplier_id = 2",
        "UPDATE batches SET tested_at = NULL",
        "DELETE FROM batches",
        "DELETE FROM attestations",
        "UPDATE attestations SET organisation_id = 1",
        "UPDATE attestations SET key_id = 1",
        "UPDATE entries SET ref = 'other'",
        "DELETE FROM entries",
        "INSERT INTO entries (id, batch_id, supplier_id, ref, revision) VALUES (9, 1, 1, 'new', 1)",
        "UPDATE entry_blocks SET categories = kinds",
        "DELETE FROM entry_blocks",
        (
            "INSERT INTO entry_blocks SELECT 9, batch_id, supplier_id, entry_count, form, categories, kinds, times,"
            " contents, sealed FROM entry_blocks"
        ),
        "UPDATE list_state SET version = 0",
        "DELETE FROM list_state",
        "UPDATE publications SET state = 'writing'",
        "DELETE FROM publications",
        "UPDATE entry_marks SET standing = 'released' WHERE entry_id = 2",
        "DELETE FROM entry_marks",
    ],
)
def test_sql_cannot_undo_what_made_a_batch_active(house: House, statement: str) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    house.lists.withdraw(ids(2), reason="x", by="op", now=house.tick())
    with pytest.raises(IntegrityError):
        run(house, statement)


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT OR REPLACE INTO batches (id, supplier_id, state, source_sha256, source_format, opened_at)"
            " VALUES (1, 1, 'importing', 'x', 'csv', '2026-01-01')"
        ),
        (
            "INSERT OR REPLACE INTO entry_marks (entry_id, standing, reason, marked_by, marked_at)"
            " VALUES (2, 'released', 'x', 'x', '2026-01-01')"
        ),
        (
            "INSERT OR REPLACE INTO attestations SELECT batch_id, organisation_id, key_id, zeroblob(64), attested_at"
            " FROM attestations"
        ),
    ],
)
def test_sqlite_cannot_replace_its_way_around_that(house: House, statement: str) -> None:
    if "postgresql" in str(house.ports.transactions):
        pytest.skip("REPLACE is SQLite's")
    house.ready(line("a"), line("b"))
    house.publish()
    house.lists.withdraw(ids(2), reason="x", by="op", now=house.tick())
    with pytest.raises(IntegrityError):
        run(house, "PRAGMA foreign_keys = OFF", statement)


def test_an_attestation_by_another_organisations_key_is_refused_by_sql(house: House) -> None:
    house.batch(line("a"))
    signature = "zeroblob(64)" if "sqlite" in str(house.ports.transactions) else "decode(repeat('00', 64), 'hex')"
    with pytest.raises(IntegrityError):
        run(house, f"INSERT INTO attestations VALUES (1, 1, 2, {signature}, '2026-01-01')")


def test_fifty_approvals_at_once_make_two_attestors_and_no_more(house: House) -> None:
    batch = house.batch(line("a"))
    organisations = [house.hotline, house.police, *(house.organisation(f"o{n}", Role.HOTLINE) for n in range(3))]
    outcomes: list[str] = []

    def approve(number: int) -> None:
        try:
            house.lists.attest(
                batch, organisations[number % 5], house.secrets[organisations[number % 5]], by="op", now=house.now
            )
        except RefusedError:
            outcomes.append("refused")
        else:
            outcomes.append("attested")

    threads = [threading.Thread(target=approve, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["attested"] * 5 + ["refused"] * 45
    found = house.lists.batch(batch)
    assert found.first_attestor != found.second_attestor
    assert len(found.attestors) == 2


def unguarded(house: House, table: str, statement: str) -> None:
    """Change a table as somebody who may drop its triggers."""
    dialect = house.ports.transactions.dialect  # type: ignore[attr-defined]  # a Database
    if dialect == "postgresql":
        run(house, f"ALTER TABLE {table} DISABLE TRIGGER USER", statement)
    else:
        with house.ports.transactions.read() as tx:
            query = text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'")
            names = list(tx.scalars(query))  # type: ignore[attr-defined]  # a connection
        run(house, *(f"DROP TRIGGER {name}" for name in names), statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET ref = 'other' WHERE id = 1",
        "UPDATE entries SET ref = CAST(ref AS {bytes}) WHERE id = 1",
        "UPDATE entries SET supplier_id = 2 WHERE id = 1",
        "UPDATE entries SET batch_id = 2 WHERE id = 1",
        "UPDATE entries SET id = 9 WHERE id = 1",
        "DELETE FROM entries WHERE id = 2",
        (
            "DELETE FROM entries WHERE id = 2; "
            "INSERT INTO entries SELECT 2, 1, supplier_id, ref, 7 FROM entries WHERE id = 3"
        ),
        "UPDATE entry_blocks SET categories = {other}categories) WHERE first_id = 1",
        "UPDATE entry_blocks SET kinds = {other}kinds) WHERE first_id = 1",
        "UPDATE entry_blocks SET times = {other}times) WHERE first_id = 1",
        "UPDATE entry_blocks SET contents = {other}contents) WHERE first_id = 1",
        "UPDATE entry_blocks SET sealed = {other}sealed) WHERE first_id = 1",
        "UPDATE entry_blocks SET form = 1 WHERE first_id = 1",
        "UPDATE entry_blocks SET supplier_id = 2 WHERE first_id = 1",
        "UPDATE entry_blocks SET batch_id = 2 WHERE first_id = 1",
        "DELETE FROM entry_blocks WHERE first_id = 1",
        "DELETE FROM entry_blocks WHERE first_id = 1; UPDATE entry_blocks SET first_id = 1, batch_id = 1",
    ],
)
def test_whoever_writes_the_tables_cannot_get_it_published(house: House, statement: str) -> None:
    house.ready(line("a"), line("b"))
    house.batch(line("c", category="national", time="2026-01-01T00:00:00Z"), {"category": "baseline", "md5": "ab" * 16})
    other = "(SELECT o.{} FROM entry_blocks o WHERE o.first_id = 3"
    if "{bytes}" in statement and "postgresql" in str(house.ports.transactions):
        pytest.skip("a column of PostgreSQL holds values of its own type alone")
    for one in statement.replace("{bytes}", "BLOB").split("; "):
        column = one.partition("SET ")[2].partition(" ")[0]
        table = one.split()[1 if one.startswith("UPDATE") else 2]
        unguarded(house, table, one.replace("{other}" + column, other.format(column)))
    with pytest.raises(TamperedError):
        house.publish()
    assert not (house.directory / "head").exists()


def test_a_forged_attestation_in_the_tables_does_not_count(house: House) -> None:
    batch = house.batch(line("a"))
    house.attest(batch, house.hotline)
    house.test(batch)
    signature = "zeroblob(64)" if "sqlite" in str(house.ports.transactions) else "decode(repeat('00', 64), 'hex')"
    unguarded(
        house,
        "batches",
        f"INSERT INTO attestations VALUES (1, {house.police}, {house.police}, {signature}, '2026-01-01')",
    )
    run(
        house,
        f"UPDATE batches SET second_attestor = {house.police}, second_key_id = {house.police}, state = 'active'",
    )
    house.publish()
    assert house.found("a") == {1: Standing.ATTESTED}


class Killed(BaseException):
    """The process dies here."""


def killer(at: str) -> Callable[[str], None]:
    def step(name: str) -> None:
        if name == at:
            raise Killed

    return step


STEPS = ["reserved", "written", "settled", "headed"]


@pytest.mark.parametrize("at", STEPS)
def test_a_publish_that_dies_after_any_step_is_finished_or_never_was(house: House, at: str) -> None:
    batch = house.ready(line("a"), line("b"))
    with pytest.raises(Killed):
        house.service(step=killer(at)).publish(by="op", now=house.tick())
    published = house.publish()
    assert published.version >= 1
    assert house.found("a") == {1: Standing.ACTIVE}
    assert house.lists.batch(batch).state is BatchState.ACTIVE
    house.lists.withdraw(ids(1), reason="x", by="op", now=house.tick())
    assert house.found("a") == {}
    assert sorted(p.name for p in house.directory.glob("*.schoon")) == sorted(
        {f"snapshot-{published.version:012d}.schoon", f"delta-{published.version + 1:012d}.schoon"}
    )


@pytest.mark.parametrize("at", ["settled", "written", "headed"])
@pytest.mark.parametrize("repair", ["refresh", "again", "publish", "delta"])
def test_a_withdrawal_that_dies_after_any_step_still_goes_out(house: House, at: str, repair: str) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    with pytest.raises(Killed):
        house.service(step=killer(at)).withdraw(ids(1), reason="x", by="op", now=house.tick())
    match repair:
        case "refresh":
            house.lists.refresh(now=house.tick())
        case "again":
            house.lists.withdraw(ids(1), reason="x", by="op", now=house.tick())
        case "publish":
            house.publish(force=True)
        case _:
            house.ready(line("c"))
            house.publish(form=PublishForm.DELTA)
            assert house.found("c") == {3: Standing.ACTIVE}
    assert house.found("a") == {}
    assert house.found("b") == {2: Standing.ACTIVE}
    assert house.lists.status().waiting_marks == 0


@pytest.mark.parametrize("at", STEPS)
def test_a_delta_that_dies_after_any_step_is_finished_or_never_was(house: House, at: str) -> None:
    house.ready(line("a"))
    house.publish()
    batch = house.ready(line("b"))
    with pytest.raises(Killed):
        house.service(step=killer(at)).publish(by="op", now=house.tick(), form=PublishForm.DELTA)
    house.publish(form=PublishForm.DELTA)
    assert house.found("b") == {2: Standing.ACTIVE}
    assert house.lists.batch(batch).state is BatchState.ACTIVE


@pytest.mark.parametrize("at", ["reserved", "written"])
def test_a_withdrawal_during_a_publish_is_in_both(house: House, at: str) -> None:
    house.ready(line("a"), line("b"))
    first = house.publish().version
    house.ready(line("c"))
    done: list[Any] = []

    def meanwhile(name: str) -> None:
        if name == at and not done:
            done.append(True)
            report = house.lists.withdraw(ids(1), reason="x", by="op", now=house.now)
            assert report.version is not None
            assert house.found("a") == {}, "it does not wait for the publish"

    published = house.service(step=meanwhile).publish(by="op", now=house.tick())
    assert published.version > first + 1
    assert (house.found("a"), house.found("c")) == ({}, {3: Standing.ACTIVE})
    assert house.lists.status().waiting_marks == 0


class DyingEntries(SqlEntryBook):
    """An entry book whose process dies at the n-th chunk."""

    def __init__(self, chunks: int) -> None:
        self.chunks = chunks

    def add(self, *args: Any) -> Any:
        self.chunks -= 1
        if self.chunks < 0:
            raise Killed
        return super().add(*args)


@pytest.mark.parametrize("chunks", [0, 1])
def test_an_import_that_died_goes_on_with_the_same_file(house: House, chunks: int) -> None:
    lines = [{"id": f"r{n}", "category": "baseline", "md5": f"{n:032x}"} for n in range(BLOCK_ENTRIES + 25)]
    whole = house.ports
    house.lists = replaced_ports(house, entries=DyingEntries(chunks)).service()
    with pytest.raises(Killed):
        house.take(*lines)
    house.ports = whole
    house.lists = house.service()
    left = house.lists.batches()
    assert [batch.state for batch in left] == [BatchState.IMPORTING] * chunks
    for batch in left:
        with pytest.raises(RefusedError):
            house.attest(batch.batch_id, house.hotline)
    report = house.take(*lines)
    assert (report.new, report.unchanged, len(house.lists.batches())) == (BLOCK_ENTRIES + 25, 0, 1)
    assert house.take(*lines).unchanged == BLOCK_ENTRIES + 25
    assert report.batch_id is not None
    assert house.lists.batch(report.batch_id).entry_count == BLOCK_ENTRIES + 25
    house.attest(report.batch_id)
    house.test(report.batch_id)
    assert house.publish().entries == BLOCK_ENTRIES + 25


def replaced_ports(house: House, **ports: Any) -> House:
    house.ports = replace(house.ports, **ports)
    return house


def test_the_tables_hold_no_digest_in_the_clear(house: House) -> None:
    house.ready(
        line("a", sha256=digest("a", Kind.SHA256).hex), {"category": "baseline", "md5": digest("n", Kind.MD5).hex}
    )
    named = digest("m", Kind.SHA1)
    house.take({"id": named.hex, "category": "baseline", "sha1": named.hex})
    house.lists.allow([digest("z", Kind.PDQ), digest("z", Kind.MD5)], reason="x", by="op", now=house.tick())
    secrets = [digest("a", kind) for kind in Kind] + [digest("n", Kind.MD5), named, digest("z", Kind.PDQ)]
    dumped: list[str] = []
    with house.ports.transactions.read() as tx:
        for table in (
            "entries",
            "entry_blocks",
            "batches",
            "attestations",
            "allowed_digests",
            "journal_events",
            "supplier_withdrawals",
        ):
            for row in tx.execute(text(f"SELECT * FROM {table}")):  # type: ignore[attr-defined]  # a connection
                dumped += [v.hex() if isinstance(v, bytes | memoryview) else str(v).lower() for v in row]
    everything = "|".join(dumped)
    for secret in secrets:
        assert secret.hex not in everything
        assert secret.hex[:24] not in everything
