"""Registers organisations and their keys."""

from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from schoon.journal import Event, Journal
from schoon.kinds import OrganisationId, Transactions, require_utc
from schoon.parties._people import PeopleService
from schoon.parties.errors import (
    KeyRevokedError,
    OrganisationNameError,
    PublicKeyError,
    UnknownKeyError,
    UnknownOrganisationError,
)
from schoon.parties.ports import PartyBook
from schoon.parties.types import PUBLIC_KEY_BYTES, KeyId, Organisation, OrganisationKey, Role

__all__ = ["PartyService", "PeopleService", "raw_public_key"]

_MAX_NAME = 200


class PartyService:
    """Organisations and the keys they sign with."""

    def __init__(self, *, transactions: Transactions, parties: PartyBook, journal: Journal) -> None:
        """Take the ports."""
        self._transactions = transactions
        self._parties = parties
        self._journal = journal

    def add_organisation(self, name: str, role: Role, *, by: str, now: datetime) -> Organisation:
        """The new organisation.

        Raises:
            OrganisationNameError: The name is empty, too long or not printable.
            NameTakenError: There is one of that name.
        """
        cleaned = " ".join(name.split())
        if not cleaned or len(cleaned) > _MAX_NAME or not cleaned.isprintable():
            raise OrganisationNameError(f"{name[:_MAX_NAME]!r} is not a name for an organisation")
        with self._transactions.write() as tx:
            organisation = self._parties.add_organisation(tx, name=cleaned, role=role, at=require_utc(now))
            subject = f"organisation:{organisation.organisation_id}"
            self._journal.append(
                tx, Event(action="party:organisation:add", actor=by, subject=subject, at=now, detail={"role": role})
            )
        return organisation

    def organisations(self) -> list[Organisation]:
        """Every organisation, in the order they came."""
        with self._transactions.read() as tx:
            return self._parties.organisations(tx)

    def find(self, name: str) -> Organisation:
        """The organisation of that name, or with that id in digits.

        Raises:
            UnknownOrganisationError: There is none.
        """
        for organisation in self.organisations():
            if name in {organisation.name, str(organisation.organisation_id)}:
                return organisation
        raise UnknownOrganisationError(f"there is no organisation {name[:_MAX_NAME]!r}")

    def add_key(self, organisation_id: OrganisationId, public_key: bytes, *, by: str, now: datetime) -> OrganisationKey:
        """The new key, from PEM or 32 raw bytes; an organisation may have several.

        Raises:
            PublicKeyError: It is not an Ed25519 public key.
            KeyTakenError: Some organisation has it, or had it.
            UnknownOrganisationError: There is no such organisation.
        """
        raw = raw_public_key(public_key)
        with self._transactions.write() as tx:
            self._parties.organisation(tx, organisation_id)
            key = self._parties.add_key(tx, organisation_id, public_key=raw, at=require_utc(now))
            self._record(tx, "party:key:add", key.key_id, organisation_id, by=by, now=now)
        return key

    def keys(self, organisation_id: OrganisationId | None = None) -> list[OrganisationKey]:
        """The keys of one organisation or of all, revoked ones too."""
        with self._transactions.read() as tx:
            return self._parties.keys(tx, organisation_id)

    def revoke_key(self, key_id: KeyId, *, by: str, now: datetime) -> None:
        """Revoke a key for good: from the next publish on no attestation under it counts, whenever it was made.

        A batch that needs it answers `review`, or leaves the list, until the organisation attests it again with
        another key.

        Raises:
            UnknownKeyError: There is no such key.
            KeyRevokedError: It was revoked before.
        """
        with self._transactions.write() as tx:
            found = [key for key in self._parties.keys(tx) if key.key_id == key_id]
            if not found:
                raise UnknownKeyError(f"there is no key {key_id}")
            if not self._parties.revoke_key(tx, key_id, at=require_utc(now)):
                raise KeyRevokedError(f"key {key_id} was revoked before")
            self._record(tx, "party:key:revoke", key_id, found[0].organisation_id, by=by, now=now)

    def _record(
        self, tx: object, action: str, key_id: KeyId, organisation_id: OrganisationId, *, by: str, now: datetime
    ) -> None:
        detail = {"organisation": organisation_id}
        self._journal.append(tx, Event(action=action, actor=by, subject=f"key:{key_id}", at=now, detail=detail))


def raw_public_key(given: bytes) -> bytes:
    """The 32 raw bytes of an Ed25519 public key given as PEM or raw.

    Raises:
        PublicKeyError: It is something else.
    """
    if len(given) == PUBLIC_KEY_BYTES:
        return given
    try:
        key = load_pem_public_key(given)
    except (ValueError, UnsupportedAlgorithm) as cause:
        raise PublicKeyError(f"{len(given)} bytes that are no PEM public key") from cause
    if not isinstance(key, Ed25519PublicKey):
        raise PublicKeyError(f"a key of type {type(key).__name__}, not Ed25519")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
