"""Organisations and keys on SQL."""

from datetime import datetime

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

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
from schoon.store.database import connection_of
from schoon.store.tables.parties import organisation_keys, organisations


class SqlPartyBook:
    """Keeps organisations and keys in tables (`schoon.parties.PartyBook`)."""

    def add_organisation(self, tx: Transaction, *, name: str, role: Role, at: datetime) -> Organisation:
        """The new organisation; its name is unique by constraint."""
        statement = insert(organisations).values(name=name, role=role.value, added_at=at).returning(organisations)
        try:
            row = connection_of(tx).execute(statement).one()
        except IntegrityError as cause:
            raise NameTakenError(f"there is an organisation {name!r} already") from cause
        return _organisation(row)

    def organisations(self, tx: Transaction) -> list[Organisation]:
        """All of them, in the order they came."""
        rows = connection_of(tx).execute(select(organisations).order_by(organisations.c.id))
        return [_organisation(row) for row in rows]

    def organisation(self, tx: Transaction, organisation_id: OrganisationId) -> Organisation:
        """One of them."""
        query = select(organisations).where(organisations.c.id == organisation_id)
        row = connection_of(tx).execute(query).one_or_none()
        if row is None:
            raise UnknownOrganisationError(f"there is no organisation {organisation_id}")
        return _organisation(row)

    def add_key(
        self, tx: Transaction, organisation_id: OrganisationId, *, public_key: bytes, at: datetime
    ) -> OrganisationKey:
        """The new key; unique over all organisations by constraint."""
        values = {"organisation_id": organisation_id, "public_key": public_key, "added_at": at}
        try:
            row = connection_of(tx).execute(insert(organisation_keys).values(values).returning(organisation_keys)).one()
        except IntegrityError as cause:
            raise KeyTakenError("that public key is registered already") from cause
        return _key(row)

    def keys(self, tx: Transaction, organisation_id: OrganisationId | None = None) -> list[OrganisationKey]:
        """Keys in the order they came."""
        query = select(organisation_keys).order_by(organisation_keys.c.id)
        if organisation_id is not None:
            query = query.where(organisation_keys.c.organisation_id == organisation_id)
        return [_key(row) for row in connection_of(tx).execute(query)]

    def revoke_key(self, tx: Transaction, key_id: KeyId, *, at: datetime) -> bool:
        """Set the time of revocation, once."""
        statement = (
            update(organisation_keys)
            .where(organisation_keys.c.id == key_id, organisation_keys.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        return connection_of(tx).execute(statement).rowcount == 1


def _organisation(row: Row[*tuple[object, ...]]) -> Organisation:
    found = row._mapping
    return Organisation(
        organisation_id=OrganisationId(found["id"]),
        name=found["name"],
        role=Role(found["role"]),
        added_at=found["added_at"],
    )


def _key(row: Row[*tuple[object, ...]]) -> OrganisationKey:
    found = row._mapping
    return OrganisationKey(
        key_id=KeyId(found["id"]),
        organisation_id=OrganisationId(found["organisation_id"]),
        public_key=found["public_key"],
        added_at=found["added_at"],
        revoked_at=found["revoked_at"],
    )
