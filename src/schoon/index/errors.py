"""What can be wrong with an index file, its keys, its order, or a question put to it."""

from schoon.kinds import InputError, OutageError, RefusedError


class InvalidColumnsError(InputError):
    """The entries handed to the writer do not form a valid index."""

    next_step = "give entries by ascending id, tags and vectors with rows that exist, and every supplier in the header"


class InvalidQueryError(InputError):
    """A question to the index has the wrong shape, or asks for a distance beyond 31."""

    next_step = "give (n, 16) tags or (n, 32) vectors as uint8, and a distance from 0 to 31"


class InvalidListKeyError(InputError):
    """The list key is not 32 bytes."""

    next_step = "point SCHOON_LIST_KEY_FILE at the file with the 32 bytes of the list key"


class WrongListKeyError(InputError):
    """The file was written with another list key than the one given here: nothing would ever match."""

    next_step = "use the list key of the publisher, or publish again with this one"


class UnreadableIndexError(OutageError):
    """A file of the publication cannot be read."""

    next_step = "see that the publication directory is there and readable; the last good list serves on"


class CorruptIndexError(InputError):
    """A file of the publication is damaged, cut short, or not of this format."""

    next_step = "copy the file again from the publisher; when it stays so, publish a full snapshot"


class UntrustedIndexError(RefusedError):
    """The signature is not that of the publishing key."""

    next_step = "see that SCHOON_PUBLIC_KEY_FILE is the publisher's, and find out who wrote this file"


class RollbackError(RefusedError):
    """The publication is older than one that was already seen here."""

    next_step = "publish the older content under a higher version: `schoon list rollback`"


class DeltaOrderError(RefusedError):
    """A delta does not follow on the version it is applied to."""

    next_step = "apply the deltas in the order of the head, each once"


class WrongListError(RefusedError):
    """The publication is of another list than the one served here."""

    next_step = "point SCHOON_PUBLICATION at the right directory, or start with a fresh state file"


class FutureHeadError(RefusedError):
    """The head was issued later than now: one of two clocks is wrong."""

    next_step = "set the clocks of publisher and service by NTP"
