"""Accounts and tokens in memory."""

from dataclasses import replace
from datetime import datetime

from schoon.kinds import PersonId, TokenId, Transaction
from schoon.parties import Duty, Person, PersonError, PersonNameTakenError, PersonToken, Role
from tests.memory.parties import MemoryPartyBook


class MemoryPeople:
    def __init__(self, parties: MemoryPartyBook) -> None:
        self._parties = parties
        self._people: dict[PersonId, Person] = {}
        self._tokens: dict[TokenId, PersonToken] = {}

    def add(self, tx: Transaction, person: Person) -> None:
        self._require_fit(tx, person)
        for other in self._people.values():
            same = (other.name, other.organisation_id) == (person.name, person.organisation_id)
            if same and other.left_at is None:
                raise PersonNameTakenError("somebody has that name")
        self._people[person.person_id] = person

    def save(self, tx: Transaction, person: Person) -> None:
        self._require_fit(tx, person)
        self._people[person.person_id] = person

    def people(self, tx: Transaction) -> list[Person]:
        return list(self._people.values())

    def person(self, tx: Transaction, person_id: PersonId) -> Person | None:
        return self._people.get(person_id)

    def add_token(self, tx: Transaction, token: PersonToken) -> None:
        self._tokens[token.token_id] = token

    def token(self, tx: Transaction, token_id: TokenId) -> PersonToken | None:
        return self._tokens.get(token_id)

    def revoke_tokens(self, tx: Transaction, person_id: PersonId, *, at: datetime) -> list[TokenId]:
        good = [one for one in self._tokens.values() if one.person_id == person_id and one.revoked_at is None]
        for one in good:
            self._tokens[one.token_id] = replace(one, revoked_at=at)
        return [one.token_id for one in good]

    def _require_fit(self, tx: Transaction, person: Person) -> None:
        known = {one.organisation_id: one for one in self._parties.organisations(tx)}
        owner = known.get(person.organisation_id)
        if owner is None:
            raise PersonError("there is no such organisation")
        if Duty.POLICE in person.duties and owner.role is not Role.POLICE:
            raise PersonError("a duty of the police outside the police")
