"""Organisations and the keys they sign with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from schoon.kinds import OrganisationId

PUBLIC_KEY_BYTES = 32
"""An Ed25519 public key. Source: RFC 8032, section 5.1.5."""

KeyId = NewType("KeyId", int)


class Role(StrEnum):
    """What an organisation is in the field."""

    HOTLINE = "hotline"
    POLICE = "police"
    AUTHORITY = "authority"
    SUPPLIER = "supplier"
    MEMBER = "member"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation that supplies, attests, checks or supervises."""

    organisation_id: OrganisationId
    name: str
    role: Role
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKey:
    """A public key under which an organisation's signatures count.

    Attributes:
        public_key: 32 bytes, Ed25519; no other organisation has it.
        revoked_at: From then on no signature under it counts, whenever it was made; None while it is good.
    """

    key_id: KeyId
    organisation_id: OrganisationId
    public_key: bytes
    added_at: datetime
    revoked_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        """Whether signatures under it count."""
        return self.revoked_at is None
