"""Accounts of people: who may come in, and that a closed door is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.kinds import OrganisationId, TokenId, Transactions
from schoon.parties import (
    Duty,
    NoSuchPersonError,
    Person,
    PersonError,
    PersonNameTakenError,
    PersonTokenRefusedError,
    Role,
)
from schoon.parties.service import PartyService, PeopleService
from schoon.store import Database
from schoon.store.journal import SqlJournal
from schoon.store.parties import SqlPartyBook
from schoon.store.people import SqlPeople
from tests.contract.conftest import BACKENDS
from tests.memory.journal import MemoryJournal
from tests.memory.parties import MemoryPartyBook
from tests.memory.people import MemoryPeople
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Office:
    transactions: Transactions
    people: PeopleService
    journal: SqlJournal | MemoryJournal
    hotline: OrganisationId
    police: OrganisationId

    def add(self, name: str = "A. Analyst", *duties: Duty) -> Person:
        return self.people.add(name, self.hotline, duties or (Duty.ANALYST,), by="test", now=T0)

    def token(self, person: Person) -> str:
        return self.people.issue_token(person.person_id, by="test", now=T0).text


@pytest.fixture(params=["memory", *BACKENDS])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "memory":
        transactions, journal, book = MemoryTransactions(), MemoryJournal(), MemoryPartyBook()
        people = MemoryPeople(book)
        for kept in (journal, book):
            transactions.register(kept)
        parties = PartyService(transactions=transactions, parties=book, journal=journal)
        service = PeopleService(transactions=transactions, people=people, journal=journal)
        return _furnished(Office(transactions, service, journal, OrganisationId(0), OrganisationId(0)), parties)
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    database = make(request.param)
    parties = PartyService(transactions=database, parties=SqlPartyBook(), journal=SqlJournal())
    service = PeopleService(transactions=database, people=SqlPeople(), journal=SqlJournal())
    return _furnished(Office(database, service, SqlJournal(), OrganisationId(0), OrganisationId(0)), parties)


def _furnished(office: Office, parties: PartyService) -> Office:
    office.hotline = parties.add_organisation("Hotline", Role.HOTLINE, by="test", now=T0).organisation_id
    office.police = parties.add_organisation("Police", Role.POLICE, by="test", now=T0).organisation_id
    return office


def test_who_has_a_token_comes_in(office: Office) -> None:
    person = office.add()
    found, token_id = office.people.authenticate(office.token(person))
    assert (found, office.people.person_of(token_id)) == (person, person)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: "schoon" + text.removeprefix("desk"),
        lambda text: text.rsplit("_", 1)[0],
        lambda text: "",
        lambda text: "desk__",
        lambda text: "desk_\x00_x",
    ],
)
def test_who_has_another_text_does_not(office: Office, spoil: Callable[[str], str]) -> None:
    token = office.token(office.add())
    with pytest.raises(PersonTokenRefusedError):
        office.people.authenticate(spoil(token))


def test_a_new_token_takes_the_place_of_the_old_one(office: Office) -> None:
    person = office.add()
    old = office.token(person)
    token_id = office.people.authenticate(old)[1]
    office.token(person)
    for refused in (lambda: office.people.authenticate(old), lambda: office.people.person_of(token_id)):
        with pytest.raises(PersonTokenRefusedError):
            refused()


def test_who_left_is_out_at_once_with_every_session(office: Office) -> None:
    person = office.add()
    token = office.token(person)
    token_id = office.people.authenticate(token)[1]
    left = office.people.leave(person.person_id, by="test", now=T0 + HOUR)
    assert not left.may(Duty.ANALYST)
    for refused in (lambda: office.people.authenticate(token), lambda: office.people.person_of(token_id)):
        with pytest.raises(PersonTokenRefusedError):
            refused()
    with pytest.raises(NoSuchPersonError):
        office.token(person)
    assert office.add().person_id != person.person_id


def test_two_of_one_name_in_one_organisation_are_refused(office: Office) -> None:
    office.add("A. Analyst")
    with pytest.raises(PersonNameTakenError):
        office.add("A.  Analyst")


def test_a_duty_of_the_police_stays_with_the_police(office: Office) -> None:
    with pytest.raises(PersonError):
        office.add("A. Analyst", Duty.POLICE)
    person = office.add()
    with pytest.raises(PersonError):
        office.people.set_duties(person.person_id, [Duty.ANALYST, Duty.POLICE], by="test", now=T0)
    officer = office.people.add("P. Police", office.police, [Duty.POLICE], by="test", now=T0)
    assert officer.may(Duty.POLICE)


def test_duties_change_for_sessions_that_are_open(office: Office) -> None:
    person = office.add()
    token_id = office.people.authenticate(office.token(person))[1]
    office.people.set_duties(person.person_id, [Duty.ANALYST, Duty.LEAD], by="test", now=T0)
    assert office.people.person_of(token_id).may(Duty.LEAD)


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "a\nb\u200b", "x" * 201])
def test_a_name_that_is_none_is_refused(office: Office, name: str) -> None:
    with pytest.raises(PersonError):
        office.add(name)


def test_an_account_without_a_duty_is_refused(office: Office) -> None:
    with pytest.raises(PersonError):
        office.people.add("A", office.hotline, [], by="test", now=T0)


def test_an_unknown_organisation_is_refused(office: Office) -> None:
    with pytest.raises(PersonError):
        office.people.add("A", OrganisationId(99), [Duty.ANALYST], by="test", now=T0)


def test_the_journal_knows_accounts_by_their_id_alone(office: Office) -> None:
    person = office.add("Secret Name")
    token = office.token(person)
    office.people.set_duties(person.person_id, [Duty.LEAD], by="test", now=T0)
    office.people.leave(person.person_id, by="test", now=T0)
    with office.transactions.read() as tx:
        events = [one.event for one in office.journal.read(tx, subject=f"person:{person.person_id}")]
    assert [one.action for one in events] == [
        "party:person:add",
        "party:person:token",
        "party:person:duties",
        "party:person:leave",
    ]
    assert "Secret" not in repr(events)
    assert token not in repr(events)
    assert "Secret" not in repr(person)


def test_an_unknown_session_is_refused(office: Office) -> None:
    with pytest.raises(PersonTokenRefusedError):
        office.people.person_of(TokenId("tnobody"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people",
        "UPDATE people SET left_at = NULL",
        "UPDATE people SET organisation_id = 2",
        "UPDATE people SET duties = ',police,'",
    ],
)
def test_the_database_itself_keeps_accounts_as_they_were(backend: Database, statement: str) -> None:
    parties = PartyService(transactions=backend, parties=SqlPartyBook(), journal=SqlJournal())
    people = PeopleService(transactions=backend, people=SqlPeople(), journal=SqlJournal())
    for name, role in (("Hotline", Role.HOTLINE), ("Other", Role.HOTLINE)):
        parties.add_organisation(name, role, by="test", now=T0)
    gone = people.add("Gone", OrganisationId(1), [Duty.ANALYST], by="test", now=T0)
    if "left_at" in statement or "DELETE" in statement:
        people.leave(gone.person_id, by="test", now=T0)
    with pytest.raises(IntegrityError), backend.write() as tx:
        tx.execute(text(statement))
