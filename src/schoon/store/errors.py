"""What can go wrong between Schoon and its database."""

from schoon.kinds import InputError, OutageError


class DatabaseUrlError(InputError):
    """The database URL is not one that Schoon can use."""

    next_step = "set SCHOON_DATABASE_URL to sqlite:////path/to/schoon.db or postgresql+psycopg://user@host/name"


class DatabaseAwayError(OutageError):
    """The database does not answer, or is too busy to."""

    next_step = "look whether the database runs and has room on its disk, then try again"


class DatabaseNotReadyError(OutageError):
    """The database lacks tables that this version of Schoon needs."""

    next_step = "run `schoon init` to bring the database up to date"


class SealedWithAnotherKeyError(OutageError):
    """A sealed value of the database does not open under the key of this installation."""

    next_step = "give the list key that the database was filled with, or set the value anew"
