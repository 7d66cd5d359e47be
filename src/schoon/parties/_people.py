"""Accounts of people: who works at the desk, what they may do, and the tokens they come in with."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from schoon.journal import Event, Journal, Scalar
from schoon.kinds import OrganisationId, PersonId, TokenId, Transactions, require_utc
from schoon.parties.errors import NoSuchPersonError, PersonError, PersonTokenRefusedError
from schoon.parties.ports import PeopleBook
from schoon.parties.types import Duty, IssuedPersonToken, Person, PersonToken

_MAX_NAME = 200
_ID_BYTES = 10
_SECRET_BYTES = 32
_PREFIX = "desk"
_LONGEST_TOKEN = 100
_NOBODY = hashlib.sha256(b"no such token").digest()


class PeopleService:
    """Opens and closes accounts, issues and checks tokens. A closed account is closed from that instant, everywhere."""

    def __init__(self, *, transactions: Transactions, people: PeopleBook, journal: Journal) -> None:
        """Take the ports."""
        self._transactions = transactions
        self._people = people
        self._journal = journal

    def add(
        self, name: str, organisation_id: OrganisationId, duties: Collection[Duty], *, by: str, now: datetime
    ) -> Person:
        """The new account.

        Raises:
            PersonError: The name is not printable, there is no duty, or one that the organisation cannot have.
            PersonNameTakenError: The organisation has somebody of that name.
        """
        cleaned = " ".join(name.split())
        if not cleaned or len(cleaned) > _MAX_NAME or not cleaned.isprintable():
            raise PersonError(f"{len(name)} characters that are not a name")
        if not duties:
            raise PersonError("an account without a duty opens nothing")
        person = Person(
            person_id=PersonId(_random_name("p")),
            name=cleaned,
            organisation_id=organisation_id,
            duties=frozenset(duties),
            added_at=require_utc(now),
        )
        with self._transactions.write() as tx:
            self._people.add(tx, person)
            self._journal.append(tx, _event("party:person:add", person, by=by, now=now))
        return person

    def set_duties(self, person_id: PersonId, duties: Collection[Duty], *, by: str, now: datetime) -> Person:
        """The account with other duties, which hold from its next request on.

        Raises:
            NoSuchPersonError: There is none.
            PersonError: See `add`.
        """
        if not duties:
            raise PersonError("an account without a duty opens nothing: close it instead")
        with self._transactions.write() as tx:
            found = self._people.person(tx, person_id)
            if found is None or found.left_at is not None:
                raise NoSuchPersonError(f"there is no open account {person_id[:40]!r}")
            person = replace(found, duties=frozenset(duties))
            self._people.save(tx, person)
            self._journal.append(tx, _event("party:person:duties", person, by=by, now=now))
        return person

    def leave(self, person_id: PersonId, *, by: str, now: datetime) -> Person:
        """The account, closed for good with all its tokens and sessions.

        Raises:
            NoSuchPersonError: There is none that is open.
        """
        with self._transactions.write() as tx:
            found = self._people.person(tx, person_id)
            if found is None or found.left_at is not None:
                raise NoSuchPersonError(f"there is no open account {person_id[:40]!r}")
            person = replace(found, left_at=require_utc(now))
            self._people.save(tx, person)
            self._people.revoke_tokens(tx, person_id, at=now)
            self._journal.append(tx, _event("party:person:leave", person, by=by, now=now))
        return person

    def people(self) -> list[Person]:
        """Everybody, who left too, in the order they came."""
        with self._transactions.read() as tx:
            return self._people.people(tx)

    def find(self, name: str) -> Person:
        """The open account of that name or id.

        Raises:
            NoSuchPersonError: There is none, or more than one of that name.
        """
        found = [one for one in self.people() if one.left_at is None and name in {one.name, one.person_id}]
        if len(found) != 1:
            raise NoSuchPersonError(f"{len(found)} open accounts are called {name[:_MAX_NAME]!r}")
        return found[0]

    def issue_token(self, person_id: PersonId, *, by: str, now: datetime) -> IssuedPersonToken:
        """A new token, which takes the place of all before it; its text is in this answer and nowhere else.

        Raises:
            NoSuchPersonError: There is no open account.
        """
        token_id, secret = TokenId(_random_name("t")), secrets.token_urlsafe(_SECRET_BYTES)
        digest = hashlib.sha256(secret.encode()).digest()
        with self._transactions.write() as tx:
            person = self._people.person(tx, person_id)
            if person is None or person.left_at is not None:
                raise NoSuchPersonError(f"there is no open account {person_id[:40]!r}")
            self._people.revoke_tokens(tx, person_id, at=require_utc(now))
            record = PersonToken(token_id=token_id, person_id=person_id, digest=digest, created_at=now)
            self._people.add_token(tx, record)
            self._journal.append(tx, _event("party:person:token", person, by=by, now=now))
        return IssuedPersonToken(token_id=token_id, text=f"{_PREFIX}_{token_id}_{secret}")

    def authenticate(self, token: str) -> tuple[Person, TokenId]:
        """Whose token this is, and its public half.

        Raises:
            PersonTokenRefusedError: Nobody's who may come in.
        """
        prefix, _, rest = token[:_LONGEST_TOKEN].partition("_")
        token_id, _, secret = rest.partition("_")
        with self._transactions.read() as tx:
            known = self._people.token(tx, TokenId(token_id)) if token_id.isalnum() and token_id.isascii() else None
            person = self._people.person(tx, known.person_id) if known is not None else None
        digest = _NOBODY if known is None else known.digest
        same = hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), digest)
        is_open = known is not None and known.revoked_at is None and person is not None and person.left_at is None
        if not same or not is_open or person is None or prefix != _PREFIX:
            raise PersonTokenRefusedError
        return person, TokenId(token_id)

    def person_of(self, token_id: TokenId) -> Person:
        """Who came in with a token, while it is good (for sessions of the pages).

        Raises:
            PersonTokenRefusedError: It is not any more.
        """
        with self._transactions.read() as tx:
            known = self._people.token(tx, token_id)
            person = self._people.person(tx, known.person_id) if known is not None else None
        if known is None or known.revoked_at is not None or person is None or person.left_at is not None:
            raise PersonTokenRefusedError
        return person


def _random_name(letter: str) -> str:
    return letter + b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower().rstrip("=")


def _event(action: str, person: Person, *, by: str, now: datetime) -> Event:
    detail: dict[str, Scalar] = {"organisation": person.organisation_id, "duties": ",".join(sorted(person.duties))}
    return Event(action=action, actor=by, subject=f"person:{person.person_id}", at=now, detail=detail)
