"""What every journal and every book of parties must do; memory, SQLite and PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.journal import Event, EventsWanted, Journal
from schoon.kinds import InputError, RefusedError, Transactions
from schoon.parties import Role
from schoon.parties.service import PartyService
from schoon.store import Database
from schoon.store.journal import SqlJournal
from schoon.store.parties import SqlPartyBook
from tests.contract.conftest import BACKENDS
from tests.memory.journal import MemoryJournal
from tests.memory.parties import MemoryPartyBook
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class House:
    transactions: Transactions
    journal: Journal
    parties: PartyService


@pytest.fixture(params=["memory", *BACKENDS])
def house(request: pytest.FixtureRequest) -> House:
    if request.param == "memory":
        memory = MemoryTransactions()
        journal, book = MemoryJournal(), MemoryPartyBook()
        memory.register(journal)
        memory.register(book)
        return House(memory, journal, PartyService(transactions=memory, parties=book, journal=journal))
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    database = make(request.param)
    sql = SqlJournal()
    return House(database, sql, PartyService(transactions=database, parties=SqlPartyBook(), journal=sql))


def test_pages_of_the_journal_go_back_from_the_newest_by_subject_and_actor(house: House) -> None:
    with house.transactions.write() as tx:
        for number in range(9):
            subject, actor = f"entry:{number % 3}", f"person:{number % 2}"
            house.journal.append(tx, Event(action="a:b", actor=actor, subject=subject, at=T0, detail={"n": number}))
    with house.transactions.read() as tx:
        page = house.journal.latest(tx, EventsWanted(limit=4))
        assert [one.event.detail["n"] for one in page] == [8, 7, 6, 5]
        rest = house.journal.latest(tx, EventsWanted(before=page[-1].number, limit=99))
        assert [one.event.detail["n"] for one in rest] == [4, 3, 2, 1, 0]
        some = house.journal.latest(tx, EventsWanted(subject="entry:1", actor="person:0"))
        assert [one.event.detail["n"] for one in some] == [4]


def raw_key() -> bytes:
    return Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_an_event_comes_back_as_it_was_written(house: House) -> None:
    event = Event(action="a:b", actor="x", subject="entry:1", at=T0, detail={"count": 3, "why": "één", "no": None})
    with house.transactions.write() as tx:
        house.journal.append(tx, event)
        house.journal.append(tx, Event(action="a:c", actor="x", subject="entry:2", at=T0))
    with house.transactions.read() as tx:
        first, second = house.journal.read(tx)
        assert (first.event, first.number < second.number) == (event, True)
        assert [e.event for e in house.journal.read(tx, subject="entry:1")] == [event]
        assert [e.event.action for e in house.journal.read(tx, after=first.number)] == ["a:c"]
        assert len(house.journal.read(tx, limit=1)) == 1


def test_an_event_that_was_rolled_back_is_not_there(house: House) -> None:
    def fail() -> None:
        with house.transactions.write() as tx:
            house.journal.append(tx, Event(action="a:b", actor="x", subject="s", at=T0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with house.transactions.read() as tx:
        assert house.journal.read(tx) == []


@pytest.mark.parametrize("statement", ["UPDATE journal_events SET actor = 'other'", "DELETE FROM journal_events"])
def test_the_journal_cannot_be_changed_by_sql(backend: Database, statement: str) -> None:
    with backend.write() as tx:
        SqlJournal().append(tx, Event(action="a:b", actor="x", subject="s", at=T0))
    with pytest.raises(IntegrityError, match="append only"), backend.write() as tx:
        tx.execute(text(statement))


def test_the_journal_cannot_be_emptied_or_replaced_by_sql(backend: Database) -> None:
    with backend.write() as tx:
        SqlJournal().append(tx, Event(action="a:b", actor="x", subject="s", at=T0))
    statement = (
        "TRUNCATE journal_events"
        if backend.dialect == "postgresql"
        else "INSERT OR REPLACE INTO journal_events VALUES (1, '2026-01-01', 'y', 'a:b', 's', '{}')"
    )
    with pytest.raises(IntegrityError, match="append only"), backend.write() as tx:
        tx.execute(text(statement))


@pytest.mark.parametrize("wrong", [{"action": "Nonsense"}, {"actor": ""}, {"subject": ""}])
def test_an_event_without_its_parts_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        replace(Event(action="a:b", actor="x", subject="s", at=T0), **wrong)  # type: ignore[arg-type]  # texts only


def test_an_organisation_is_found_by_name_and_by_id(house: House) -> None:
    added = house.parties.add_organisation("  Hotline  NL ", Role.HOTLINE, by="op", now=T0)
    assert added.name == "Hotline NL"
    assert house.parties.find("Hotline NL") == added == house.parties.find(str(added.organisation_id))
    assert house.parties.organisations() == [added]
    with pytest.raises(InputError):
        house.parties.find("nobody")


def test_a_name_is_taken_once(house: House) -> None:
    house.parties.add_organisation("a", Role.POLICE, by="op", now=T0)
    with pytest.raises(RefusedError):
        house.parties.add_organisation("a", Role.HOTLINE, by="op", now=T0)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(house: House, name: str) -> None:
    with pytest.raises(InputError):
        house.parties.add_organisation(name, Role.POLICE, by="op", now=T0)


def test_a_key_belongs_to_one_organisation_for_good(house: House) -> None:
    first = house.parties.add_organisation("a", Role.POLICE, by="op", now=T0)
    second = house.parties.add_organisation("b", Role.HOTLINE, by="op", now=T0)
    raw = raw_key()
    key = house.parties.add_key(first.organisation_id, raw, by="op", now=T0)
    for organisation in (first, second):
        with pytest.raises(RefusedError):
            house.parties.add_key(organisation.organisation_id, raw, by="op", now=T0)
    house.parties.revoke_key(key.key_id, by="op", now=T0 + timedelta(hours=1))
    with pytest.raises(RefusedError):
        house.parties.add_key(second.organisation_id, raw, by="op", now=T0)
    other = house.parties.add_key(first.organisation_id, raw_key(), by="op", now=T0)
    found = house.parties.keys(first.organisation_id)
    assert [k.key_id for k in found] == [key.key_id, other.key_id]
    assert [k.is_good for k in found] == [False, True]
    assert house.parties.keys(second.organisation_id) == []


def test_a_key_is_revoked_once(house: House) -> None:
    organisation = house.parties.add_organisation("a", Role.POLICE, by="op", now=T0)
    key = house.parties.add_key(organisation.organisation_id, raw_key(), by="op", now=T0)
    house.parties.revoke_key(key.key_id, by="op", now=T0)
    with pytest.raises(RefusedError):
        house.parties.revoke_key(key.key_id, by="op", now=T0)


def test_pem_is_taken_and_other_keys_are_refused(house: House) -> None:
    organisation = house.parties.add_organisation("a", Role.POLICE, by="op", now=T0).organisation_id
    private = Ed25519PrivateKey.generate().public_key()
    pem = private.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = house.parties.add_key(organisation, pem, by="op", now=T0)
    assert key.public_key == private.public_bytes(Encoding.Raw, PublicFormat.Raw)
    rsa = generate_private_key(65537, 2048).public_key()
    for wrong in (b"", b"x" * 31, rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(InputError):
            house.parties.add_key(organisation, wrong, by="op", now=T0)


def test_unknown_organisations_and_keys_are_named(house: House) -> None:
    with pytest.raises(InputError, match="7"):
        house.parties.add_key(7, raw_key(), by="op", now=T0)  # type: ignore[arg-type]  # a plain number is enough here
    with pytest.raises(InputError, match="7"):
        house.parties.revoke_key(7, by="op", now=T0)  # type: ignore[arg-type]  # a plain number is enough here


def test_each_change_is_in_the_journal(house: House) -> None:
    organisation = house.parties.add_organisation("a", Role.POLICE, by="op", now=T0).organisation_id
    key = house.parties.add_key(organisation, raw_key(), by="op", now=T0)
    house.parties.revoke_key(key.key_id, by="op", now=T0)
    with house.transactions.read() as tx:
        actions = [e.event.action for e in house.journal.read(tx)]
    assert actions == ["party:organisation:add", "party:key:add", "party:key:revoke"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organisation_keys SET organisation_id = 2",
        "UPDATE organisation_keys SET revoked_at = NULL",
        "DELETE FROM organisation_keys",
    ],
)
def test_a_key_cannot_be_moved_or_reinstated_by_sql(backend: Database, statement: str) -> None:
    service = PartyService(transactions=backend, parties=SqlPartyBook(), journal=SqlJournal())
    first = service.add_organisation("a", Role.POLICE, by="op", now=T0)
    service.add_organisation("b", Role.POLICE, by="op", now=T0)
    key = service.add_key(first.organisation_id, raw_key(), by="op", now=T0)
    service.revoke_key(key.key_id, by="op", now=T0)
    with pytest.raises(IntegrityError, match="registered key"), backend.write() as tx:
        tx.execute(text(statement))
