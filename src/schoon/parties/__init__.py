"""Organisations and people: who they are, what they may do, and the keys and tokens by which that is known."""

from schoon.parties.errors import (
    KeyRevokedError,
    KeyTakenError,
    NameTakenError,
    NoSuchPersonError,
    OrganisationNameError,
    PersonError,
    PersonNameTakenError,
    PersonTokenRefusedError,
    PublicKeyError,
    UnknownKeyError,
    UnknownOrganisationError,
)
from schoon.parties.ports import PartyBook, PeopleBook
from schoon.parties.types import (
    Duty,
    IssuedPersonToken,
    KeyId,
    Organisation,
    OrganisationKey,
    Person,
    PersonToken,
    Role,
)

__all__ = [
    "Duty",
    "IssuedPersonToken",
    "KeyId",
    "KeyRevokedError",
    "KeyTakenError",
    "NameTakenError",
    "NoSuchPersonError",
    "Organisation",
    "OrganisationKey",
    "OrganisationNameError",
    "PartyBook",
    "PeopleBook",
    "Person",
    "PersonError",
    "PersonNameTakenError",
    "PersonToken",
    "PersonTokenRefusedError",
    "PublicKeyError",
    "Role",
    "UnknownKeyError",
    "UnknownOrganisationError",
]
