"""Organisations and the keys they sign with."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from schoon.kinds import OrganisationId, PersonId, TokenId

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


class Duty(StrEnum):
    """What a person may do at the desk."""

    ANALYST = "analyst"
    """Takes reports, assesses items, sends notices."""

    LEAD = "lead"
    """Everything an analyst may, and rules, vocabularies, disputes; one of the two who open a reporter's identity."""

    POLICE = "police"
    """Sees what is held for the police; holds, releases, sends with their name. Only within the police."""

    HOSTER = "hoster"
    """Sees and answers the notices to its own organisation, a member; such an account has no other duty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account.

    Attributes:
        person_id: Stands for the name in logs and in the journal.
        name: As colleagues know it.
        left_at: From then on nothing is open to them; None while they are here.
    """

    person_id: PersonId
    name: str = field(repr=False)
    organisation_id: OrganisationId
    duties: frozenset[Duty]
    added_at: datetime
    left_at: datetime | None = None

    def may(self, *duties: Duty) -> bool:
        """Whether one of these is theirs; nothing is once they left."""
        return self.left_at is None and not self.duties.isdisjoint(duties)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToken:
    """A key to an account, of which only the digest is kept.

    Attributes:
        digest: SHA-256 of the secret half.
    """

    token_id: TokenId
    person_id: PersonId
    digest: bytes = field(repr=False)
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPersonToken:
    """A new token; its text is in this answer and nowhere else."""

    token_id: TokenId
    text: str = field(repr=False)
