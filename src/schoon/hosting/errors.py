"""What this room refuses."""

from schoon.kinds import InputError, RefusedError


class SnapshotFileError(InputError):
    """The file is not a snapshot that can be used."""

    next_step = "docs/operators/hosting.md shows both formats: the table of prefixes, and IANA's RDAP files"


class SnapshotDateError(InputError):
    """A snapshot needs the date on which its content was so."""

    next_step = "give --date YYYY-MM-DD, not later than today"


class DomainRuleError(InputError):
    """The domain rule cannot be kept as it is given."""

    next_step = "correct the value; `schoon hosting rule add --help` says what each kind of rule needs"


class NoSuchDomainRuleError(InputError):
    """There is no such domain rule in force."""

    next_step = "`schoon hosting rule list` shows the rules and their numbers"


class DomainRuleOverlapError(RefusedError):
    """A rule of that kind for that domain holds in the same time already."""

    next_step = "end the other rule first: `schoon hosting rule end`"


class NoSuchTraceError(InputError):
    """No trace of that address is kept from that time or before."""

    next_step = "`schoon hosting trace` makes one now; what was so before cannot be found out afterwards"
