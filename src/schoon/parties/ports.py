"""Where organisations and keys are kept."""

from datetime import datetime
from typing import Protocol

from schoon.kinds import OrganisationId, PersonId, TokenId, Transaction
from schoon.parties.types import KeyId, Organisation, OrganisationKey, Person, PersonToken, Role


class PartyBook(Protocol):
    """Organisations and keys; names and keys are unique, whoever writes at the same moment."""

    def add_organisation(self, tx: Transaction, *, name: str, role: Role, at: datetime) -> Organisation:
        """The new organisation.

        Raises:
            NameTakenError: There is one of that name.
        """
        ...

    def organisations(self, tx: Transaction) -> list[Organisation]:
        """All of them, in the order they came."""
        ...

    def organisation(self, tx: Transaction, organisation_id: OrganisationId) -> Organisation:
        """One of them.

        Raises:
            UnknownOrganisationError: There is none with that id.
        """
        ...

    def add_key(
        self, tx: Transaction, organisation_id: OrganisationId, *, public_key: bytes, at: datetime
    ) -> OrganisationKey:
        """The new key of an organisation that exists.

        Raises:
            KeyTakenError: Some organisation has it, or had it.
        """
        ...

    def keys(self, tx: Transaction, organisation_id: OrganisationId | None = None) -> list[OrganisationKey]:
        """The keys of one organisation or of all, revoked ones too, in the order they came."""
        ...

    def revoke_key(self, tx: Transaction, key_id: KeyId, *, at: datetime) -> bool:
        """Revoke a key; False when there is no such key that is still good."""
        ...


class PeopleBook(Protocol):
    """Accounts and their tokens."""

    def add(self, tx: Transaction, person: Person) -> None:
        """Keep a new person.

        Raises:
            PersonNameTakenError: The organisation has somebody of that name who has not left.
            PersonError: A duty of the police outside the police.
        """
        ...

    def save(self, tx: Transaction, person: Person) -> None:
        """Replace duties and `left_at` of a person who is there.

        Raises:
            PersonError: A duty of the police outside the police.
        """
        ...

    def people(self, tx: Transaction) -> list[Person]:
        """Everybody, who left too, in the order they came."""
        ...

    def person(self, tx: Transaction, person_id: PersonId) -> Person | None:
        """One of them."""
        ...

    def add_token(self, tx: Transaction, token: PersonToken) -> None:
        """Keep a new token."""
        ...

    def token(self, tx: Transaction, token_id: TokenId) -> PersonToken | None:
        """The token of that id, revoked ones too."""
        ...

    def revoke_tokens(self, tx: Transaction, person_id: PersonId, *, at: datetime) -> list[TokenId]:
        """Revoke every token of a person that is still good, and say which those were."""
        ...
