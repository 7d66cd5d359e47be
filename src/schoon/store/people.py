"""Accounts and tokens on SQL."""

from datetime import datetime

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from schoon.kinds import OrganisationId, PersonId, TokenId, Transaction
from schoon.parties import Duty, PeopleBook, Person, PersonError, PersonNameTakenError, PersonToken
from schoon.store.database import connection_of
from schoon.store.tables.parties import people as _people
from schoon.store.tables.parties import person_tokens


class SqlPeople(PeopleBook):
    """Keeps accounts in tables; that duties stay with whom they belong to is a trigger."""

    @override
    def add(self, tx: Transaction, person: Person) -> None:
        row = {
            "id": person.person_id,
            "name": person.name,
            "organisation_id": person.organisation_id,
            "duties": _words(person.duties),
            "added_at": person.added_at,
            "left_at": person.left_at,
        }
        try:
            connection_of(tx).execute(insert(_people).values(row))
        except IntegrityError as cause:
            raise _refusal(cause, person) from cause

    @override
    def save(self, tx: Transaction, person: Person) -> None:
        changed = update(_people).where(_people.c.id == person.person_id)
        try:
            connection_of(tx).execute(changed.values(duties=_words(person.duties), left_at=person.left_at))
        except IntegrityError as cause:
            raise _refusal(cause, person) from cause

    @override
    def people(self, tx: Transaction) -> list[Person]:
        return [_person(row) for row in connection_of(tx).execute(select(_people).order_by(_people.c.number))]

    @override
    def person(self, tx: Transaction, person_id: PersonId) -> Person | None:
        row = connection_of(tx).execute(select(_people).where(_people.c.id == person_id)).one_or_none()
        return None if row is None else _person(row)

    @override
    def add_token(self, tx: Transaction, token: PersonToken) -> None:
        values = {"id": token.token_id, "person_id": token.person_id, "digest": token.digest}
        connection_of(tx).execute(insert(person_tokens).values(**values, created_at=token.created_at))

    @override
    def token(self, tx: Transaction, token_id: TokenId) -> PersonToken | None:
        row = connection_of(tx).execute(select(person_tokens).where(person_tokens.c.id == token_id)).one_or_none()
        if row is None:
            return None
        return PersonToken(
            token_id=TokenId(row.id),
            person_id=PersonId(row.person_id),
            digest=row.digest,
            created_at=row.created_at,
            revoked_at=row.revoked_at,
        )

    @override
    def revoke_tokens(self, tx: Transaction, person_id: PersonId, *, at: datetime) -> list[TokenId]:
        good = update(person_tokens).where(person_tokens.c.person_id == person_id, person_tokens.c.revoked_at.is_(None))
        return [
            TokenId(one) for one in connection_of(tx).scalars(good.values(revoked_at=at).returning(person_tokens.c.id))
        ]


def _words(duties: frozenset[Duty]) -> str:
    return f",{','.join(sorted(duties))},"


def _person(row: Row[*tuple[object, ...]]) -> Person:
    return Person(
        person_id=PersonId(row.id),
        name=row.name,
        organisation_id=OrganisationId(row.organisation_id),
        duties=frozenset(Duty(word) for word in row.duties.strip(",").split(",")),
        added_at=row.added_at,
        left_at=row.left_at,
    )


def _refusal(cause: IntegrityError, person: Person) -> PersonError | PersonNameTakenError:
    if "hoster" in str(cause.orig) and "police" not in str(cause.orig):
        return PersonError("the duty of hoster is for people of a member, who have no other")
    if "duties of police and hoster" in str(cause.orig):
        return PersonError("duties that this organisation cannot have")
    if "police" in str(cause.orig):
        return PersonError("a duty of the police in an organisation that is not the police")
    if "FOREIGN KEY" in str(cause.orig) or "foreign key" in str(cause.orig):
        return PersonError(f"there is no organisation {person.organisation_id}")
    return PersonNameTakenError(f"organisation {person.organisation_id} has somebody of that name")
