"""Organisations: who they are, what they are for, and the keys under which they sign."""

from schoon.parties.errors import (
    KeyRevokedError,
    KeyTakenError,
    NameTakenError,
    OrganisationNameError,
    PublicKeyError,
    UnknownKeyError,
    UnknownOrganisationError,
)
from schoon.parties.ports import PartyBook
from schoon.parties.types import KeyId, Organisation, OrganisationKey, Role

__all__ = [
    "KeyId",
    "KeyRevokedError",
    "KeyTakenError",
    "NameTakenError",
    "Organisation",
    "OrganisationKey",
    "OrganisationNameError",
    "PartyBook",
    "PublicKeyError",
    "Role",
    "UnknownKeyError",
    "UnknownOrganisationError",
]
