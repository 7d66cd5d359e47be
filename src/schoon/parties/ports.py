"""Where organisations and keys are kept."""

from datetime import datetime
from typing import Protocol

from schoon.kinds import OrganisationId, Transaction
from schoon.parties.types import KeyId, Organisation, OrganisationKey, Role


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
