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


class NoSuchPersonError(InputError):
    """There is nobody of that name or id."""

    next_step = "`schoon person list` shows who has an account"


class PersonError(InputError):
    """That cannot be a person's account."""

    next_step = "give a name of 1 to 200 printable characters and at least one duty that the organisation can have"


class PersonNameTakenError(RefusedError):
    """Somebody of that organisation has that name."""

    next_step = "choose a name by which colleagues tell them apart"


class PersonTokenRefusedError(RefusedError):
    """No token of an account that is open."""

    next_step = "ask for a new one: `schoon person token NAME`"
