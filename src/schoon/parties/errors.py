"""What can be wrong with an organisation or its keys."""

from schoon.kinds import InputError, RefusedError


class UnknownOrganisationError(InputError):
    """There is no organisation with that name or id."""

    next_step = "`schoon organisation list` shows the organisations"


class UnknownKeyError(InputError):
    """There is no registered key with that id."""

    next_step = "`schoon organisation list` shows the organisations and their keys"


class OrganisationNameError(InputError):
    """The name cannot be an organisation's name."""

    next_step = "choose a name of 1 to 200 printable characters"


class PublicKeyError(InputError):
    """The key is not an Ed25519 public key."""

    next_step = "give the Ed25519 public key as PEM, or its 32 raw bytes"


class NameTakenError(RefusedError):
    """Another organisation has that name."""

    next_step = "choose another name, or use the organisation that is there"


class KeyTakenError(RefusedError):
    """The key is registered already; a key belongs to one organisation, for good."""

    next_step = "make a new key pair for this organisation"


class KeyRevokedError(RefusedError):
    """The key was revoked before; a revoked key is not reinstated."""

    next_step = "register a new key"
