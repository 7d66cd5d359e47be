"""Organisations and keys in memory."""

from dataclasses import replace
from datetime import datetime

from schoon.kinds import OrganisationId, Transaction
from schoon.parties import (
    KeyId,
    KeyTakenError,
    NameTakenError,
    Organisation,
    OrganisationKey,
    Role,
    UnknownOrganisationError,
)


class MemoryPartyBook:
    def __init__(self) -> None:
        self._organisations: dict[OrganisationId, Organisation] = {}
        self._keys: dict[KeyId, OrganisationKey] = {}

    def add_organisation(self, tx: Transaction, *, name: str, role: Role, at: datetime) -> Organisation:
        if any(o.name == name for o in self._organisations.values()):
            raise NameTakenError(f"there is an organisation {name!r} already")
        new = Organisation(
            organisation_id=OrganisationId(len(self._organisations) + 1), name=name, role=role, added_at=at
        )
        self._organisations[new.organisation_id] = new
        return new

    def organisations(self, tx: Transaction) -> list[Organisation]:
        return list(self._organisations.values())

    def organisation(self, tx: Transaction, organisation_id: OrganisationId) -> Organisation:
        if organisation_id not in self._organisations:
            raise UnknownOrganisationError(f"there is no organisation {organisation_id}")
        return self._organisations[organisation_id]

    def add_key(
        self, tx: Transaction, organisation_id: OrganisationId, *, public_key: bytes, at: datetime
    ) -> OrganisationKey:
        if any(k.public_key == public_key for k in self._keys.values()):
            raise KeyTakenError("that public key is registered already")
        key = OrganisationKey(
            key_id=KeyId(len(self._keys) + 1), organisation_id=organisation_id, public_key=public_key, added_at=at
        )
        self._keys[key.key_id] = key
        return key

    def keys(self, tx: Transaction, organisation_id: OrganisationId | None = None) -> list[OrganisationKey]:
        return [k for k in self._keys.values() if organisation_id in {None, k.organisation_id}]

    def revoke_key(self, tx: Transaction, key_id: KeyId, *, at: datetime) -> bool:
        key = self._keys.get(key_id)
        if key is None or not key.is_good:
            return False
        self._keys[key_id] = replace(key, revoked_at=at)
        return True
